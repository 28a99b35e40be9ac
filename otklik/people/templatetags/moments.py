"""Times as every page says them, in the reader's zone and language."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

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
def near_day(day: date) -> str:
    """As it stands within a sentence: “today”, “tomorrow”, “yesterday”, or the date in words."""
    names = {0: pgettext("day", "today"), 1: pgettext("day", "tomorrow"), -1: pgettext("day", "yesterday")}
    return names.get((day - timezone.localdate()).days) or _date(day)


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
    return short_date(day) if day.year == timezone.localdate().year else date_format(day, "d.m.Y")


@register.filter
def stored_moment(value: str) -> str:
    """The same of a time that was stored as text."""
    return moment(datetime.fromisoformat(value))


def short_date(day: date, form: str = "j M") -> str:
    """A day or a part of it with the month in short: “27 Nov”, in Russian “27 ноя”. `form` is Django's; its M follows
    the language."""
    # Translators: Django's sign for a short month; b where it begins with a small letter beside a day.
    return date_format(day, form.replace("M", pgettext("short month", "M")))


def _date(day: date) -> str:
    # E: the month as it stands beside a day, “27 ноября”.
    return date_format(day, "j E" if day.year == timezone.localdate().year else "j E Y")
