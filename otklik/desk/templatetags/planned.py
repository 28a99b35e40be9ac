from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from otklik.desk.models import Due, Event, Task
from otklik.desk.task_log import due_words, of_event

register = template.Library()


@register.inclusion_tag("desk/_due.html")
def due_of(task: Task) -> dict[str, Any]:
    """Until when the task is to be done; nothing without a due date. Overdue is what is still to be done."""
    due: Due | None = getattr(task, "due", None)
    if due is None:
        return {}
    is_open = task.completed_at is None and task.status.is_active
    return {"due": due, "words": due_words(due.facts), "is_over": is_open and due.is_over(timezone.now())}


@register.filter
def event_words(event: Event) -> str:
    """What an event tells without words of a person."""
    return of_event(event.kind, event.data)
