"""Weeks of work, in the shape of `Calendar.week`."""

from __future__ import annotations

ALWAYS = {str(day): [["00:00", "00:00"]] for day in range(7)}
NEVER: dict[str, list[list[str]]] = {}
