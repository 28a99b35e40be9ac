"""Times as every page says them, in the reader's zone and language."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def day_name(moment: datetime | date) -> str:
    """Today, yesterday, or the date in words."""
    day = timezone.localtime(moment).date() if isinstance(moment, datetime) else moment
    today = timezone.localdate()
    if day == today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    return _date(day)


@register.filter
def clock(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "H:i")


@register.filter
def moment(value: datetime) -> str:
    """Day and time: “27 November, 15:45”."""
    return f"{_date(timezone.localtime(value).date())}, {clock(value)}"


@register.filter
def near_moment(value: datetime) -> str:
    """What is soon: “today 18:00”, “tomorrow 09:30”; all else as `moment` has it."""
    days = (timezone.localtime(value).date() - timezone.localdate()).days
    if days == 0:
        return _("today %(time)s") % {"time": clock(value)}
    if days == 1:
        return _("tomorrow %(time)s") % {"time": clock(value)}
    return moment(value)


@register.filter
def short_moment(value: datetime) -> str:
    """The time of today's, the day of all else: “15:45”, “27 Nov”."""
    day = timezone.localtime(value).date()
    if day == timezone.localdate():
        return clock(value)
    return date_format(day, "j M" if day.year == timezone.localdate().year else "d.m.Y")


@register.filter
def stored_moment(value: str) -> str:
    """The same of a time that was stored as text."""
    return moment(datetime.fromisoformat(value))


def _date(day: date) -> str:
    # E: the month as it stands beside a day, “27 ноября”.
    return date_format(day, "j E" if day.year == timezone.localdate().year else "j E Y")
