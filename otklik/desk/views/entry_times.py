"""Until when an entry of the chronicle can be put off."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MORNING, EVENING = time(9), time(18)
LATER: dict[str, str | Promise] = {
    "hour": _("In an hour"),
    "evening": _("This evening"),
    "tomorrow": _("Tomorrow morning"),
    "monday": _("On Monday"),
}


def offered() -> list[tuple[str, str | Promise]]:
    """Those that lie ahead: in the evening there is no evening to wait for."""
    now = timezone.localtime()
    return [(key, name) for key, name in LATER.items() if moment_of(key, now) is not None]


def moment_of(key: str, now: datetime) -> datetime | None:
    """When one of LATER is, for somebody whose clock says `now`; None: it is no such time, or past."""
    if key == "hour":
        return now + timedelta(hours=1)
    days = {"evening": 0, "tomorrow": 1, "monday": 7 - now.weekday()}
    if key not in days:
        return None
    hour = EVENING if key == "evening" else MORNING
    moment = datetime.combine(now.date() + timedelta(days=days[key]), hour, tzinfo=now.tzinfo)
    return moment if moment > now else None
