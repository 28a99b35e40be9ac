"""Which tasks a list shows, as its address says it. A list can be sent to a colleague, and a saved view keeps the same
words (contracts/planfix-behaviour.md §9)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from urllib.parse import urlencode

SHOWS = ("active", "inactive", "all")
SORTS = (
    "latest", "longest", "newest", "oldest", "due", "due_last", "name", "name_last", "client", "client_last",
    "status", "status_last",
)  # fmt: skip
# Overdue; until in a week, overdue ones included; any due date.
DUES = ("over", "week", "any")
# Besides the task's name.
COLUMNS = (
    "number", "client", "said", "status", "people", "assigner", "due", "template", "site", "project", "created",
    "latest",
)  # fmt: skip
USUAL_COLUMNS = ("number", "client", "said", "status", "people", "latest")
MOST_WORDS = 100
# What an address asks of an own field, and a column of one.
OF_FIELD, FIELD_COLUMN = re.compile(r"field-[1-9][0-9]{0,8}(-from|-to)?"), re.compile(r"field-[1-9][0-9]{0,8}")
# Of one kind of choice; more is no choice any more.
MOST_CHOSEN = 50
LARGEST = 2**31 - 1

Values = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """`people`: `me`, `nobody`, `employee-7`, `group-3` among the assignees, `assigner` and `participant` the same of
    those roles; `client`: number of a contact; `quiet`: days without anything new; `unaccepted`: new tasks in which
    one has not answered as an assignee (§6); `since`, `until`: days on which tasks were made, `due_since`, `due_until`:
    until which they are to be done, all of them included. `own`: what is asked of own fields, as `own_conditions` has
    it: (`field-7`, words or a choice), (`field-7-from`, number or day)."""

    show: str = "active"
    status: tuple[int, ...] = ()
    people: tuple[str, ...] = ()
    assigner: tuple[str, ...] = ()
    participant: tuple[str, ...] = ()
    template: tuple[int, ...] = ()
    site: tuple[int, ...] = ()
    project: tuple[int, ...] = ()
    client: int = 0
    words: str = ""
    waiting: bool = False
    unread: bool = False
    unaccepted: bool = False
    due: str = ""
    due_since: date | None = None
    due_until: date | None = None
    quiet: int = 0
    since: date | None = None
    until: date | None = None
    own: tuple[tuple[str, str], ...] = ()
    sort: str = "latest"
    columns: tuple[str, ...] = USUAL_COLUMNS
    # Names of what was given and cannot be meant: it is left out, and the page says so.
    odd: tuple[str, ...] = field(default=(), compare=False)

    @property
    def values(self) -> dict[str, list[str]]:
        """As an address or a saved view keeps it, without what is usual anyway."""
        found: dict[str, list[str]] = {}
        usual = TaskFilter(show="all") if self.status else TaskFilter()
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name in ("odd", "own") or value == getattr(usual, one.name):
                continue
            given = value if isinstance(value, tuple) else (value,)
            found[one.name] = [_said(part) for part in given]
        return found | {name: [words] for name, words in self.own}

    @property
    def query(self) -> str:
        return urlencode(self.values, doseq=True)

    @property
    def narrows(self) -> bool:
        """Whether it asks for more than a type of status."""
        return bool(set(self.values) - {"show", "sort", "columns"})


def read(values: Values) -> TaskFilter:
    """From an address or a saved view; foreign names are not looked at, and of what is odd the rest is kept."""
    odd: list[str] = []

    def one_of(name: str, known: Sequence[str], usual: str) -> str:
        given = _first(values, name)
        if given and given not in known:
            odd.append(name)
        return given if given in known else usual

    status = _numbers(values, "status", odd)
    show = _first(values, "show")
    people = _people(values, "people", odd)
    # As addresses said it before people could be chosen.
    if show == "mine":
        show, people = "active", (*people, "me")
    columns = _columns(values.get("columns", ()))
    return TaskFilter(
        # Whoever names statuses wants their tasks, active or not.
        show="all" if status or show == "all" else ("inactive" if show == "inactive" else "active"),
        status=status,
        people=tuple(dict.fromkeys(people)),
        assigner=_people(values, "assigner", odd),
        participant=_people(values, "participant", odd),
        template=_numbers(values, "template", odd),
        site=_numbers(values, "site", odd),
        project=_numbers(values, "project", odd),
        client=_number(_first(values, "client"), "client", odd),
        words=" ".join(_first(values, "words").replace("\0", "").split())[:MOST_WORDS],
        waiting=bool(_first(values, "waiting")),
        unread=bool(_first(values, "unread")),
        unaccepted=bool(_first(values, "unaccepted")),
        due=one_of("due", DUES, ""),
        due_since=_day(_first(values, "due_since"), "due_since", odd),
        due_until=_day(_first(values, "due_until"), "due_until", odd),
        quiet=min(_number(_first(values, "quiet"), "quiet", odd), 3650),
        since=_day(_first(values, "since"), "since", odd),
        until=_day(_first(values, "until"), "until", odd),
        sort=one_of("sort", SORTS, "latest"),
        own=_own(values),
        columns=columns or USUAL_COLUMNS,
        odd=tuple(dict.fromkeys(odd)),
    )


def _columns(given: Sequence[str]) -> tuple[str, ...]:
    own = sorted({name for name in given if FIELD_COLUMN.fullmatch(name)})[:MOST_CHOSEN]
    return (*(name for name in COLUMNS if name in given), *own)


def _own(values: Values) -> tuple[tuple[str, str], ...]:
    """Whether such fields are there, `task_filters.known` says."""
    asked = sorted(name for name in values if OF_FIELD.fullmatch(name))[:MOST_CHOSEN]
    told = [(name, " ".join(_first(values, name).replace("\0", "").split())[:MOST_WORDS].strip()) for name in asked]
    return tuple((name, words) for name, words in told if words)


def _first(values: Values, name: str) -> str:
    given = values.get(name, ())
    return given[-1].strip() if given else ""


def _numbers(values: Values, name: str, odd: list[str]) -> tuple[int, ...]:
    given = [part for part in values.get(name, ()) if part][:MOST_CHOSEN]
    return tuple(sorted({number for part in given if (number := _number(part, name, odd))}))


def _number(text: str, name: str, odd: list[str]) -> int:
    if not text:
        return 0
    if not text.isascii() or not text.isdigit() or len(text) > 10 or int(text) > LARGEST:
        odd.append(name)
        return 0
    return int(text)


def _people(values: Values, role: str, odd: list[str]) -> tuple[str, ...]:
    found: list[str] = []
    for who in [part for part in values.get(role, ()) if part][:MOST_CHOSEN]:
        kind, _dash, number = who.partition("-")
        known = kind in ("employee", "group") and number.isascii() and number.isdigit() and len(number) < 10
        if who in ("me", "nobody") or known:
            found.append(who)
        else:
            odd.append(role)
    return tuple(sorted(set(found)))


def _day(text: str, name: str, odd: list[str]) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not 1970 <= day.year <= 2200:
        odd.append(name)
        return None
    return day


def _said(part: object) -> str:
    if isinstance(part, bool):
        return "1"
    return part.isoformat() if isinstance(part, date) else str(part)
