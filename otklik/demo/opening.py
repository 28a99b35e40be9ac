"""When the demo shop is open. Its agents are online by hand all the same, so that the demo answers at any hour."""

from __future__ import annotations

from pathlib import Path

from django.utils import timezone

from otklik.chat.actions import hours
from otklik.chat.models import Agent, Site, SiteHours
from otklik.people import calendars
from otklik.people.models import User

HOLIDAYS = Path(__file__).parent / "data" / "holidays.ics"
WEEK = {str(day): [["09:00", "18:00"]] for day in range(5)} | {"5": [["10:00", "14:00"]]}


def make(site: Site, owner: User) -> None:
    """Once; later the hours stay as people have changed them."""
    if SiteHours.objects.filter(site=site).exists():
        return
    special = {f"{timezone.now():%Y}-12-31": {"name": "Короткий день", "shifts": [["10:00", "15:00"]]}}
    calendar = hours.change(site, is_used=True, timezone="Europe/Moscow", week=WEEK, special=special, by=owner)
    calendars.take_file(calendar, HOLIDAYS.read_bytes(), "Праздничные дни России.ics")
    site.agents.filter(presence=Agent.Presence.CALENDAR).update(presence=Agent.Presence.ONLINE)
