"""Rows that people put in order, one step at a time."""

from __future__ import annotations

from typing import Protocol, TypeVar

from django.db.models import Model


class Placed(Protocol):
    pk: int
    place: int


Row = TypeVar("Row", bound=Placed)


def step(rows: list[Row], moved: Row, *, up: bool, first: int = 0) -> int | None:
    """`rows`: all of them, locked and in order; their places are counted from `first`. Returns where the moved one
    stands now in the list; None: it stood at that end already."""
    here = next(index for index, row in enumerate(rows) if row.pk == moved.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(rows):
        return None
    rows[here], rows[there] = rows[there], rows[here]
    for place, row in enumerate(rows, start=first):
        if row.place != place:
            row.place = place
            _write(row)
    return there


def _write(row: object) -> None:
    assert isinstance(row, Model)
    row.save(update_fields=["place"])
