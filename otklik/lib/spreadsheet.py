"""Tables for spreadsheet programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import translation

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(rows: Iterable[Iterable[Any]], delimiter: str = "") -> str:
    """With the mark by which such programs know UTF-8. What they would take for a formula is text to them. Without a
    delimiter: the one that such programs expect where the reader's language is spoken."""
    return "".join(csv_lines(rows, delimiter))


def csv_lines(rows: Iterable[Iterable[Any]], delimiter: str = "") -> Iterator[str]:
    """As `as_csv`, row by row."""
    # Rows flow when nobody knows the reader any more.
    return _lines(rows, delimiter or (";" if (translation.get_language() or "").startswith("ru") else ","))


def _lines(rows: Iterable[Iterable[Any]], delimiter: str) -> Iterator[str]:
    yield "\ufeff"
    for row in rows:
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter).writerow([_cell(value) for value in row])
        yield out.getvalue()


def read_csv(content: bytes) -> list[list[str]]:
    """Rows of a table in any of the usual encodings and with any of the usual delimiters; empty rows are left out, and
    the apostrophe before what would be a formula is taken off. Raises ValueError for what is no such table."""
    text = _decoded(content)
    if "\0" in text:
        raise ValueError("binary")
    try:
        dialect: Any = csv.Sniffer().sniff(text[:20_000], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    dialect.doublequote = True
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), dialect))
    except csv.Error as error:
        raise ValueError(str(error)) from error
    return [[plain(cell) for cell in row] for row in rows if any(cell.strip() for cell in row)]


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What spreadsheet programs in Russia write by default.
        return content.decode("cp1251", errors="replace")


def plain(cell: str) -> str:
    """Without the apostrophe before what would be a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else value
