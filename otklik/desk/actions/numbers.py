from __future__ import annotations

from otklik.lib.pg import run


def next_number() -> int:
    """A number for a task, a template or an object: they share one space. Numbers may have holes."""
    return int(run("SELECT nextval('desk_number_seq')")[0][0])
