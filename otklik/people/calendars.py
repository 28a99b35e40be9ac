"""What is done with calendars. A holidays' file that cannot be read changes nothing but what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Q
from django.utils import timezone

from otklik.lib.fetch import NotFetched, fetch
from otklik.lib.text import clean_name
from otklik.people import holidays
from otklik.people.models import Calendar

SECONDS = 20.0


def take_file(calendar: Calendar, body: bytes, name: str) -> None:
    """Holidays from an uploaded file. Raises holidays.Unreadable, and then everything is as before."""
    found = holidays.read(body, _today(calendar))
    calendar.holidays = {day.isoformat(): name for day, name in found.items()}
    calendar.holidays_file, calendar.holidays_name = body, clean_name(name, 200)
    calendar.holidays_address = calendar.holidays_error = ""
    calendar.holidays_read_at = timezone.now()
    calendar.save()


def take_address(calendar: Calendar, address: str) -> bool:
    """Holidays from an address, today and every day; whether the first try succeeded. The address stays in any case."""
    calendar.holidays_address = address
    calendar.holidays_name = urlsplit(address).hostname or ""
    calendar.save()
    return refresh(calendar)


def take_holidays(calendar: Calendar, given: Mapping[str, Any]) -> bool:
    """What the form of hours says of the holidays; whether that succeeded."""
    if given["no_holidays"]:
        forget_holidays(calendar)
    elif given["holidays_file"]:
        take_file(calendar, *given["holidays_file"])
    elif given["holidays_address"] != calendar.holidays_address:
        if given["holidays_address"]:
            return take_address(calendar, given["holidays_address"])
        forget_holidays(calendar)
    return True


def forget_holidays(calendar: Calendar) -> None:
    calendar.holidays, calendar.holidays_file, calendar.holidays_read_at = {}, b"", None
    calendar.holidays_address = calendar.holidays_name = calendar.holidays_error = ""
    calendar.save()


def refresh(calendar: Calendar) -> bool:
    """Reads the holidays anew, so that there are always enough days ahead; whether that succeeded."""
    body, error = bytes(calendar.holidays_file), ""
    read_at: datetime | None = calendar.holidays_read_at
    try:
        if calendar.holidays_address:
            body, read_at = _fetched(calendar.holidays_address), timezone.now()
        found = holidays.read(body, _today(calendar))
    except (NotFetched, holidays.Unreadable) as failure:
        error = str(failure.args[0])
        found = None
    changed: dict[str, Any] = {"holidays_error": error}
    if found is not None:
        told = {day.isoformat(): name for day, name in found.items()}
        changed |= {"holidays": told, "holidays_file": body, "holidays_read_at": read_at}
    # Only the same file's fields: an administrator may be changing the rest.
    same = Calendar.objects.filter(pk=calendar.pk, holidays_address=calendar.holidays_address)
    same.update(**changed)
    calendar.refresh_from_db()
    return not error


def refresh_all() -> list[int]:
    """Reads every calendar's holidays anew; the ids of those that have any."""
    some = Calendar.objects.filter(~Q(holidays_address="") | Q(holidays_read_at__isnull=False))
    for calendar in some.order_by("id"):
        refresh(calendar)
    return list(some.values_list("pk", flat=True))


def _fetched(address: str) -> bytes:
    with fetch(address, limit=holidays.LIMIT, seconds=SECONDS) as file:
        return file.read()


def _today(calendar: Calendar) -> date:
    return timezone.now().astimezone(calendar.hours().zone).date()
