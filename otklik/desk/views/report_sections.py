"""The sections of the report: by time, hour, employee, site and source, each with its plots and its table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from otklik.desk import report_plots
from otklik.desk.report_plots import Plot, Value
from otklik.desk.templatetags.durations import amount, duration
from otklik.people.templatetags.moments import short_date

Row = dict[str, Any]


class Title(NamedTuple):
    title: Promise
    about: Promise
    column: Promise


class Measure(NamedTuple):
    """`only`: which chats it is of. `of`: how many they are. A time's `key` has nine tenths beside it."""

    name: Promise
    about: Promise | str
    key: str
    of: str
    only: str
    is_time: bool


TITLES = {
    "times": Title(
        gettext_lazy("By day"), gettext_lazy("Each chat on the day on which it began."), gettext_lazy("Day")
    ),
    "hours": Title(
        gettext_lazy("By hour"), gettext_lazy("By the hour at which a chat began, in your time zone."),
        gettext_lazy("Hour"),
    ),
    "employees": Title(
        gettext_lazy("By employee"),
        gettext_lazy("Chats in which somebody answered, and how long clients had waited for these answers. Several"
                     " people may answer in one chat."),
        gettext_lazy("Employee"),
    ),
    "sites": Title(
        gettext_lazy("By site"), gettext_lazy("The connected site on which the client wrote."), gettext_lazy("Site")
    ),
    "channels": Title(
        gettext_lazy("By source"), gettext_lazy("The kind of channel through which the chats came."),
        gettext_lazy("Source"),
    ),
}  # fmt: skip
STEPS = {
    "week": Title(
        gettext_lazy("By week"), gettext_lazy("Each chat in the week in which it began."), gettext_lazy("Week")
    ),
    "month": Title(
        gettext_lazy("By month"), gettext_lazy("Each chat in the month in which it began."), gettext_lazy("Month")
    ),
}  # fmt: skip
MEASURES = (
    Measure(gettext_lazy("Chats"), "", "chats", "chats", "", is_time=False),
    Measure(
        gettext_lazy("First answer"), gettext_lazy("From the client's first message to the first answer of a person."),
        "first_answer", "answered", "answered", is_time=True,
    ),
    Measure(
        gettext_lazy("Waiting"), gettext_lazy("From the first message after an answer to the next answer."),
        "wait", "waited", "waited", is_time=True,
    ),
    Measure(
        gettext_lazy("Resolution"), gettext_lazy("From the beginning of a chat to its last completion."),
        "resolution", "resolved", "resolved", is_time=True,
    ),
    Measure(gettext_lazy("Waiting now"), "", "waiting", "waiting", "waiting", is_time=False),
)  # fmt: skip
HALF_AND_NINE = gettext_lazy("A line: half of them were quicker. Its band reaches to nine of ten.")


@dataclass(frozen=True)
class Cell:
    """A figure and the chats behind it. `share`: of the greatest of its column, in hundredths; None: no bar."""

    label: str
    said: str
    link: str
    # How many chats are behind a figure that is no count.
    of: str = ""
    nine: str = ""
    share: str = ""


@dataclass(frozen=True)
class Section:
    key: str
    title: Title
    plots: list[Plot]
    rows: list[tuple[str, list[Cell]]]
    export: str
    # Its plots say the same; else the table itself is the plot.
    is_folded: bool
    legend: Promise | str = ""


def sections(found: dict[str, Any], step: str, chosen: dict[str, str]) -> list[Section]:
    made = []
    for key, title in TITLES.items():
        rows = list(named(found, key))
        made.append(
            Section(
                key,
                STEPS.get(step, title) if key == "times" else title,
                _plots(key, rows, chosen),
                [(name, _cells(row, rows, chosen | part)) for name, part, row in rows],
                f"{key}.csv?{urlencode(chosen)}",
                key in ("times", "hours"),
                HALF_AND_NINE if key == "times" else "",
            )
        )
    return made


def total(found: dict[str, Any], chosen: dict[str, str]) -> dict[str, Cell]:
    cells = _cells(found["total"], [], chosen)
    return {measure.key: cell for measure, cell in zip(MEASURES, cells, strict=True)}


def named(found: dict[str, Any], by: str) -> Iterator[tuple[str, dict[str, str], Row]]:
    """Name of each row, and what an address says of it."""
    for row in found[by]:
        if by == "times":
            yield _period(row["first"], row["last"]), _days(row["first"], row["last"]), row
        elif by == "hours":
            yield f"{row['hour']:02}:00", {"hour": str(row["hour"])}, row
        elif by == "channels":
            yield row["name"], {"channel": row["name"]}, row
        else:
            yield row["name"], {by.removesuffix("s"): str(row["id"])}, row


def _days(first: date, last: date) -> dict[str, str]:
    return {"day": first.isoformat()} | ({"last_day": last.isoformat()} if last != first else {})


def _period(first: date, last: date) -> str:
    if first == last:
        return short_date(first)
    if first.day == 1 and (last - first).days >= 27:
        return date_format(first, "F Y")
    return f"{short_date(first, 'j' if first.month == last.month else 'j M')}–{short_date(last)}"


def _plots(key: str, rows: list[tuple[str, dict[str, str], Row]], chosen: dict[str, str]) -> list[Plot]:
    if key not in ("times", "hours"):
        return []
    plots = []
    for measure in MEASURES[: 4 if key == "times" else 1]:
        values = [_value(measure, name, row, chosen | part) for name, part, row in rows]
        draw = report_plots.line if measure.is_time else report_plots.bars
        plots.append(
            draw(
                f"{key}-{measure.key}",
                str(measure.name),
                str(measure.about),
                values,
                duration if measure.is_time else _count,
            )
        )
    return plots


def _value(measure: Measure, name: str, row: Row, asked: dict[str, str]) -> Value:
    said = f"{name}: {chats(row[measure.of])}"
    if measure.is_time:
        times = {"half": duration(row[measure.key]), "nine": duration(row[f"{measure.key}_90"])}
        said = f"{said}, " + _("half within %(half)s, nine of ten within %(nine)s") % times
    link = _link(asked, measure.only) if row[measure.of] else ""
    return Value(_sign(name, row), row[measure.key], said, link, row.get(f"{measure.key}_90"))


def _sign(name: str, row: Row) -> str:
    if "first" not in row:
        return name
    return short_date(row["first"], "M" if (row["last"] - row["first"]).days > 7 else "j M")


def _cells(row: Row, rows: list[tuple[str, dict[str, str], Row]], asked: dict[str, str]) -> list[Cell]:
    cells = []
    for measure in MEASURES:
        value, count = row[measure.key], row[measure.of]
        most = max((other[measure.key] or 0 for _name, _part, other in rows), default=0)
        cells.append(
            Cell(
                str(measure.name),
                duration(value) if measure.is_time else amount(value),
                _link(asked, measure.only) if count else "",
                chats(count) if measure.is_time and count else "",
                duration(row[f"{measure.key}_90"]) if measure.is_time and count else "",
                f"{100 * float(value) / most:.2f}" if value and most else "",
            )
        )
    return cells


def _link(asked: dict[str, str], only: str) -> str:
    return "chats/?" + urlencode(asked | ({"only": only} if only else {}))


def chats(count: int) -> str:
    return ngettext("%(count)s chat", "%(count)s chats", count) % {"count": amount(count)}


def _count(value: float) -> str:
    return amount(round(value))
