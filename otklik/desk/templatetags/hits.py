from __future__ import annotations

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from otklik.desk.search import BEGIN, END

register = template.Library()


@register.filter
def marked(hit: str) -> SafeString:
    """A hit with its words marked; everything else of it is only text."""
    text = escape(" ".join((hit or "").split()))
    return mark_safe(text.replace(BEGIN, "<mark>").replace(END, "</mark>"))
