"""The form of a site's hours: a grid of the week, single days, holidays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.lib.links import clean_link
from otklik.lib.text import clean_name
from otklik.people import holidays
from otklik.people.forms import timezones
from otklik.people.hours import zone_of
from otklik.people.models import Calendar

SHIFTS_A_DAY = 3
# Empty rows for more single days, and how many there may be.
SPARE, MOST_SPECIAL = 2, 60


def _time(label: str) -> forms.TimeField:
    return forms.TimeField(
        label=label, required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "input"})
    )


class HoursForm(forms.Form):
    is_used = forms.BooleanField(
        label=gettext_lazy("This site has working hours"),
        required=False,
        help_text=gettext_lazy("Agents who follow the hours are online in them. Visitors read when you open next."),
    )
    timezone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    holidays_file = forms.FileField(
        label=gettext_lazy("Calendar file (ICS)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
    )
    holidays_address = forms.CharField(
        label=gettext_lazy("Address of a calendar"),
        required=False,
        max_length=2000,
        widget=forms.URLInput(attrs={"placeholder": "https://example.com/holidays.ics", "autocomplete": "off"}),
        help_text=gettext_lazy("It is read every day. If that fails, the holidays read before stay."),
    )
    no_holidays = forms.BooleanField(label=gettext_lazy("Forget the holidays"), required=False)
    never_open = gettext_lazy("Give at least one shift: without one the site is never open.")

    def __init__(self, data: Any = None, files: Any = None, *, calendar: Calendar, is_used: bool) -> None:
        super().__init__(data, files)
        self.calendar = calendar
        zone = self.fields["timezone"]
        assert isinstance(zone, forms.ChoiceField)
        zone.choices = [("UTC", "UTC"), *timezones()]
        self.initial = {
            "is_used": is_used,
            "timezone": calendar.timezone,
            "holidays_address": calendar.holidays_address,
        }
        for day in range(7):
            for number in range(SHIFTS_A_DAY):
                self._pair(f"day{day}_{number}", str(WEEKDAYS[day]), calendar.week.get(str(day), []), number)
        self.special_count = self._add_special()

    def _pair(self, name: str, what: str, shifts: list[list[str]], number: int) -> None:
        self.fields[f"{name}_from"] = _time(_("%(day)s, from") % {"day": what})
        self.fields[f"{name}_to"] = _time(_("%(day)s, to") % {"day": what})
        if number < len(shifts):
            self.initial[f"{name}_from"], self.initial[f"{name}_to"] = map(time.fromisoformat, shifts[number])

    def _add_special(self) -> int:
        rows = [
            (day, told["name"], shift)
            for day, told in sorted(self.calendar.special.items())
            for shift in told["shifts"] or [None]
        ]
        count = len(rows) + SPARE
        if self.is_bound:
            count = sum(1 for number in range(MOST_SPECIAL) if f"special{number}_date" in self.data)
        for number in range(min(count, MOST_SPECIAL)):
            day, name, shift = rows[number] if number < len(rows) else (None, "", None)
            key = f"special{number}"
            self.fields[f"{key}_date"] = forms.DateField(
                label=_("Date"),
                required=False,
                widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input"}),
            )
            self.fields[f"{key}_name"] = forms.CharField(
                label=_("What for"), required=False, max_length=200, widget=forms.TextInput(attrs={"class": "input"})
            )
            self.initial[f"{key}_date"] = date.fromisoformat(day) if day else None
            self.initial[f"{key}_name"] = name
            self._pair(key, _("This day"), [shift] if shift else [], 0)
        return min(count, MOST_SPECIAL)

    def days(self) -> Iterator[dict[str, Any]]:
        """The rows of the week's grid: what is filled in, and room for one shift more."""
        for day in range(7):
            names = [f"day{day}_{number}" for number in range(SHIFTS_A_DAY)]
            pairs = [(self[f"{name}_from"], self[f"{name}_to"]) for name in names]
            filled = [number for number, pair in enumerate(pairs, 1) if any(field.value() for field in pair)]
            pairs = pairs[: max(filled, default=0) + 1]
            yield {
                "name": WEEKDAYS[day],
                "pairs": pairs,
                "errors": [e for pair in pairs for f in pair for e in f.errors],
            }

    def specials(self) -> Iterator[dict[str, Any]]:
        for number in range(self.special_count):
            key = f"special{number}"
            fields = [self[f"{key}_{part}"] for part in ("date", "name", "from", "to")]
            yield {"fields": fields, "errors": [error for field in fields for error in field.errors]}

    def clean_timezone(self) -> str:
        name = self.cleaned_data["timezone"]
        if zone_of(name) is None:
            raise ValidationError(_("This time zone is not known here."))
        return str(name)

    def clean_holidays_address(self) -> str:
        given = self.cleaned_data["holidays_address"].strip()
        if given and not clean_link(given):
            raise ValidationError(_("Give a web address, such as https://example.com/holidays.ics."))
        return clean_link(given) if given else ""

    def clean_holidays_file(self) -> Any:
        given = self.cleaned_data["holidays_file"]
        if not given:
            return None
        body = given.read(holidays.LIMIT + 1)
        try:
            holidays.read(body, date.today())
        except holidays.Unreadable as error:
            raise ValidationError(_(error.args[0])) from None
        return body, given.name

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for day in range(7):
            for number in range(SHIFTS_A_DAY):
                self._check_pair(f"day{day}_{number}")
        for number in range(self.special_count):
            self._check_special(f"special{number}")
        if given.get("is_used") and not self.errors and not self._is_ever_open():
            self.add_error("is_used", self.never_open)
        return given

    def _is_ever_open(self) -> bool:
        return bool(self.week()) or any(told["shifts"] for told in self.special().values())

    def _check_pair(self, name: str) -> None:
        starts, ends = self.cleaned_data.get(f"{name}_from"), self.cleaned_data.get(f"{name}_to")
        broken = self.errors.keys() & {f"{name}_from", f"{name}_to"}
        if not broken and (starts is None) != (ends is None):
            self.add_error(f"{name}_to", _("Give both: from and to."))

    def _check_special(self, key: str) -> None:
        self._check_pair(key)
        given = self.cleaned_data
        told = given.get(f"{key}_from") or given.get(f"{key}_to") or given.get(f"{key}_name")
        if told and not given.get(f"{key}_date") and f"{key}_date" not in self.errors:
            self.add_error(f"{key}_date", _("Give the date."))

    def week(self) -> dict[str, list[list[str]]]:
        found = {}
        for day in range(7):
            shifts = [self._shift(f"day{day}_{number}") for number in range(SHIFTS_A_DAY)]
            if any(shifts):
                found[str(day)] = sorted(shift for shift in shifts if shift)
        return found

    def special(self) -> dict[str, dict[str, Any]]:
        """Two rows of one date are two shifts of that day."""
        found: dict[str, dict[str, Any]] = {}
        for number in range(self.special_count):
            key = f"special{number}"
            day, shift = self.cleaned_data.get(f"{key}_date"), self._shift(key)
            if day is None:
                continue
            told = found.setdefault(day.isoformat(), {"name": "", "shifts": []})
            told["name"] = told["name"] or clean_name(self.cleaned_data[f"{key}_name"], 200)
            told["shifts"] = sorted(told["shifts"] + ([shift] if shift else []))
        return found

    def _shift(self, name: str) -> list[str]:
        starts, ends = self.cleaned_data.get(f"{name}_from"), self.cleaned_data.get(f"{name}_to")
        return [f"{starts:%H:%M}", f"{ends:%H:%M}"] if starts is not None and ends is not None else []
