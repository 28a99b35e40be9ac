from __future__ import annotations

from django import template

from otklik.desk.own_statuses import Answer
from otklik.desk.views import standing

register = template.Library()


@register.filter
def own_words(answer: Answer) -> str:
    """What somebody has answered for himself in a task whose status is still another one."""
    return standing.words(answer)
