from __future__ import annotations

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def duration(seconds: float | None) -> str:
    """A time in its two largest units, the smaller one only where there is something of it; from ten minutes on without
    seconds; never broken between lines. A dash where there is none."""
    return "—" if seconds is None else _in_words(round(float(seconds))).replace(" ", "\N{NO-BREAK SPACE}")


@register.filter
def amount(count: int) -> str:
    """A count as it is written where the reader lives: “69,000”."""
    return number_format(count, use_l10n=True, force_grouping=True)


def _in_words(whole: int) -> str:
    if whole < 60:
        return _("%(n)s s") % {"n": whole}
    if whole < 10 * 60:
        return _joined(_("%(n)s min") % {"n": whole // 60}, whole % 60, _("%(n)s s"))
    minutes = round(whole / 60)
    if minutes < 60:
        return _("%(n)s min") % {"n": minutes}
    if minutes < 24 * 60:
        return _joined(_("%(n)s h") % {"n": minutes // 60}, minutes % 60, _("%(n)s min"))
    hours = round(minutes / 60)
    return _joined(_("%(n)s d") % {"n": hours // 24}, hours % 24, _("%(n)s h"))


def _joined(larger: str, rest: int, smaller: str) -> str:
    return f"{larger} {smaller % {'n': rest}}" if rest else larger
