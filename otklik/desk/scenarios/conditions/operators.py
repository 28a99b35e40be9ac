"""How what is found is compared, by the kind of what is asked: tables of small functions (§11.2). Several values of a
row are any of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# `choice`: one of a list; `maybe`: the same where there may be none; `contact`: by their numbers.
CHOICE, MAYBE, CONTACT, TEXT, NUMBER, DATE = "choice", "maybe", "contact", "text", "number", "date"
# What an operator takes: values of its field, one, two, a number of days, another field, or nothing.
VALUES, ONE, TWO, DAYS, FIELD, NOTHING = "values", "one", "two", "days", "field", "nothing"

# What was found, what it is compared with, and the day that it is.
Holds = Callable[[Any, list[Any], date], bool]


@dataclass(frozen=True)
class Operator:
    name: str | Promise
    takes: str
    holds: Holds


def _texts(found: Any) -> list[str]:
    """A text, or several, such as the names of files."""
    return [text.casefold() for text in ([found] if isinstance(found, str) else found or []) if text]


def _text(compare: Callable[[str, str], bool]) -> Holds:
    return lambda found, given, _today: any(
        compare(text, value.casefold()) for text in _texts(found) for value in given
    )


def _plain(compare: Callable[[Any, Any], bool]) -> Holds:
    """With nothing on either side it does not hold."""
    return lambda found, given, _today: (
        found is not None and any(value is not None and compare(found, value) for value in given)
    )


def _not(holds: Holds) -> Holds:
    return lambda found, given, today: not holds(found, given, today)


def _between(found: Any, given: list[Any], _today: date) -> bool:
    return found is not None and given[0] <= found <= given[1]


def _days(compare: Callable[[int, int], bool]) -> Holds:
    """By how many days the day lies ahead; less than nothing: it is past."""
    return lambda found, given, today: found is not None and compare((found - today).days, int(given[0]))


def _is_among(found: Any, given: Collection[Any], _today: date) -> bool:
    return bool(set(given) & set(found or ()))


def _is_filled(found: Any, _given: list[Any], _today: date) -> bool:
    return bool(_texts(found)) if isinstance(found, str | list) else found is not None and found != set()


_same = _plain(lambda found, value: found == value)
_more, _less = _plain(lambda found, value: found > value), _plain(lambda found, value: found < value)
_equal = _text(lambda text, value: text == value)
_contains = _text(lambda text, value: value in text)

EMPTY = {
    "empty": Operator(_("is empty"), NOTHING, _not(_is_filled)),
    "filled": Operator(_("is filled"), NOTHING, _is_filled),
}
EQUALS_FIELD, OTHER_THAN_FIELD = _("= the field"), _("≠ the field")
_BEYOND_FIELD = {
    "as_field": Operator(EQUALS_FIELD, FIELD, _same),
    "not_as_field": Operator(OTHER_THAN_FIELD, FIELD, _not(_same)),
    "more_field": Operator(_("> the field"), FIELD, _more),
    "less_field": Operator(_("< the field"), FIELD, _less),
}
_AMONG = {"is": Operator("=", VALUES, _is_among), "is_not": Operator("≠", VALUES, _not(_is_among))}

OPERATORS: dict[str, dict[str, Operator]] = {
    CHOICE: _AMONG,
    MAYBE: _AMONG | EMPTY,
    CONTACT: _AMONG | EMPTY,
    TEXT: {
        "contains": Operator(_("contains"), VALUES, _contains),
        "contains_not": Operator(_("does not contain"), VALUES, _not(_contains)),
        "is": Operator("=", VALUES, _equal),
        "is_not": Operator("≠", VALUES, _not(_equal)),
        "begins": Operator(_("begins with"), VALUES, _text(lambda text, value: text.startswith(value))),
        **EMPTY,
        "as_field": Operator(EQUALS_FIELD, FIELD, lambda found, given, _today: _texts(found) == _texts(given[0])),
        "not_as_field": Operator(
            OTHER_THAN_FIELD, FIELD, lambda found, given, _today: _texts(found) != _texts(given[0])
        ),
    },
    NUMBER: {
        "more": Operator(">", ONE, _more),
        "less": Operator("<", ONE, _less),
        "is": Operator("=", ONE, _same),
        "is_not": Operator("≠", ONE, _not(_same)),
        "between": Operator(pgettext_lazy("two values", "between"), TWO, _between),
        **EMPTY,
        **_BEYOND_FIELD,
    },
    DATE: {
        "today": Operator(_("is today"), NOTHING, lambda found, _given, today: bool(found == today)),
        "past": Operator(_("in the last … days"), DAYS, _days(lambda ahead, days: -days <= ahead <= 0)),
        "ahead": Operator(_("in the next … days"), DAYS, _days(lambda ahead, days: 0 <= ahead <= days)),
        "earlier": Operator(_("more than … days ago"), DAYS, _days(lambda ahead, days: ahead < -days)),
        "later": Operator(_("in more than … days"), DAYS, _days(lambda ahead, days: ahead > days)),
        "is": Operator("=", ONE, _same),
        "is_not": Operator("≠", ONE, _not(_same)),
        "less": Operator("<", ONE, _less),
        "more": Operator(">", ONE, _more),
        "between": Operator(pgettext_lazy("two values", "between"), TWO, _between),
        **EMPTY,
        **_BEYOND_FIELD,
    },
}  # fmt: skip


def plain(kind: str, found: Any) -> Any:
    """What was found, as it is compared: of a moment the day in the zone of the company."""
    if kind == DATE and isinstance(found, datetime):
        return timezone.localtime(found).date()
    return found


def read(kind: str, value: str) -> Any:
    """A stored value, as it is compared."""
    if kind == NUMBER:
        return float(value)
    return date.fromisoformat(value) if kind == DATE else value


def is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d{1,12}([.,]\d{1,6})?", text, re.ASCII) is not None


def is_day(text: str) -> bool:
    try:
        return timedelta(0) <= date.fromisoformat(text) - date(1900, 1, 1) < timedelta(days=80_000)
    except ValueError:
        return False
