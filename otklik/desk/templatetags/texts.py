from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _

register = template.Library()

ADDRESS = re.compile(r"https?://[^\s<>\"“”«»]+", re.IGNORECASE)
# What ends a sentence rather than an address.
TRAILING = ".,:;!?'’…)]}"


@register.filter
def linked(text: str) -> SafeString:
    """Plain text from anywhere as HTML: everything escaped, http and https addresses clickable."""
    parts, end = [], 0
    for found in ADDRESS.finditer(text):
        address = _trimmed(found.group())
        parts += [escape(text[end : found.start()]), _link(address)]
        end = found.start() + len(address)
    return mark_safe("".join([*parts, escape(text[end:])]))


def _trimmed(address: str) -> str:
    while address and address[-1] in TRAILING:
        if address[-1] == ")" and address.count("(") >= address.count(")"):
            break
        address = address[:-1]
    return address


def _link(address: str) -> str:
    safe = escape(address)
    return f'<a href="{safe}" target="_blank" rel="nofollow noopener noreferrer">{safe}</a>'


@register.filter
def web_address(value: object) -> str:
    """The address if it is one that may be opened, else empty: what came from outside may be `javascript:`."""
    return value if isinstance(value, str) and ADDRESS.fullmatch(value) else ""


@register.filter
def excerpt(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(220)


@register.filter
def day_name(moment: datetime | date) -> str:
    """Today, yesterday, or the date in words."""
    day = timezone.localtime(moment).date() if isinstance(moment, datetime) else moment
    today = timezone.localdate()
    if day == today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    # Translators: a day of this year, as Django's date format
    return date_format(day, _("j F") if day.year == today.year else _("j F Y"))


@register.filter
def clock(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "H:i")


@register.filter
def moment(value: datetime) -> str:
    """Day and time: “27 November, 15:45”."""
    local = timezone.localtime(value)
    day = date_format(local, _("j F") if local.year == timezone.localdate().year else _("j F Y"))
    return f"{day}, {clock(value)}"
