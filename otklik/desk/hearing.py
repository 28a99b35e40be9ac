"""Who may hear of what in the desk, and how a notice that was lost is made up for (I8)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import close_old_connections
from django.db.models import Q, Value

from otklik.desk.models import Contact, Counter, Employee, Event, Task
from otklik.live.hub import Change

MOST = 5000
# Seconds; a process with open pages looks every second.
LOOKS_WITHIN = 5.0


def employee_of(user: Any) -> Employee | None:
    return Employee.objects.active().filter(user_id=user.pk).first() if user.pk else None


def _is_id(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) < 19


def may_hear_task(user: Any, key: str) -> bool:
    employee = employee_of(user)
    return bool(employee and _is_id(key) and Task.objects.visible_to(employee).filter(pk=key).exists())


def may_hear_tasks(user: Any, key: str) -> bool:
    """That some task changed: the list itself shows each employee his own."""
    return not key and employee_of(user) is not None


def may_hear_employee(user: Any, key: str) -> bool:
    employee = employee_of(user)
    return bool(employee and key == str(employee.pk))


def may_hear_contact(user: Any, key: str) -> bool:
    employee = employee_of(user)
    return bool(employee and _is_id(key) and Contact.objects.visible_to(employee).filter(pk=key).exists())


def topics(task_id: int | None, contact_id: int | None, notified: Iterable[int]) -> list[str]:
    """Where an event of this task or contact is heard of."""
    heard = [f"employee:{employee}" for employee in notified]
    if task_id:
        heard += [f"task:{task_id}", "tasks"]
    if contact_id:
        heard.append(f"contact:{contact_id}")
    return heard


class LostNotices:
    """Finds events of which this process has not told its open pages: a crash between commit and notice, or a notice of
    another process that went astray."""

    def __init__(self) -> None:
        self._seen = -1
        self._told: set[int] = set()
        self._lock = threading.Lock()
        self._looked_at = -LOOKS_WITHIN

    def note_told(self, numbers: range) -> None:
        # Nobody looks in a process without open pages, and nothing would ever be forgotten there.
        if time.monotonic() - self._looked_at < LOOKS_WITHIN:
            with self._lock:
                self._told.update(numbers)

    def look(self) -> list[Change]:
        """Changes since the last look that were not told; runs in a thread, once a second."""
        close_old_connections()
        try:
            return self._look()
        finally:
            close_old_connections()

    def _look(self) -> list[Change]:
        value = Counter.objects.values_list("value", flat=True).get(name="event")
        with self._lock:
            # After a time without open pages there is nobody who missed anything.
            is_fresh = time.monotonic() - self._looked_at >= LOOKS_WITHIN
            self._looked_at = time.monotonic()
            seen, told = -1 if is_fresh else self._seen, set(self._told)
            self._told -= {number for number in told if number <= value}
            self._seen = value
        if seen < 0 or sum(seen < number <= value for number in told) == value - seen:
            return []
        missed = Event.objects.filter(number__gt=seen, number__lte=value).exclude(number__in=told)
        heard_by = missed.annotate(
            who=ArrayAgg("notices__employee", filter=Q(notices__isnull=False), default=Value([]))
        )
        rows = heard_by.order_by("number").values_list("kind", "task", "contact", "who")[:MOST]
        return list(
            dict.fromkeys(
                Change(topic, kind) for kind, task, contact, who in rows for topic in topics(task, contact, who)
            )
        )


lost_notices = LostNotices()
