from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def duration(seconds: float | None) -> str:
    """A time in its two largest units; a dash where there is none."""
    if seconds is None:
        return "—"
    whole = round(float(seconds))
    if whole < 60:
        return _("%(n)s s") % {"n": whole}
    minutes = round(whole / 60)
    if minutes < 60:
        return _("%(n)s min") % {"n": minutes}
    if minutes < 24 * 60:
        return _("%(h)s h %(m)s min") % {"h": minutes // 60, "m": minutes % 60}
    hours = round(minutes / 60)
    return _("%(d)s d %(h)s h") % {"d": hours // 24, "h": hours % 24}
