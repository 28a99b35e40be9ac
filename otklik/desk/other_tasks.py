"""Lines that tell of another task, or came from one, name it only to those who may see that task."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from otklik.desk import task_log
from otklik.desk.models import Comment, Employee, Event, Task


def unnamed(lines: Iterable[Comment | Event], employee: Employee) -> None:
    """Takes the names out of the lines as they were read; the numbers stay. These are not to be saved. One query for
    all, and none where no line names a task."""
    if employee.is_administrator:
        return
    lines = list(lines)
    telling = [line for line in lines if line.data.get("number") and line.data.get("name") and _tells(line)]
    moved = [line for line in lines if line.data.get("former")]
    numbers = {line.data["number"] for line in telling} | {line.data["former"]["number"] for line in moved}
    if not numbers:
        return
    seen = set(Task.objects.visible_to(employee).filter(number__in=numbers).values_list("number", flat=True))
    for line in telling:
        if line.data["number"] not in seen:
            line.data = line.data | {"name": ""}
    for line in moved:
        if line.data["former"]["number"] not in seen:
            line.data = line.data | {"former": line.data["former"] | {"name": ""}}


def _tells(line: Comment | Event) -> bool:
    kind: Any = line.kind if isinstance(line, Event) else line.data.get("event")
    return kind in task_log.OF_OTHER_TASKS
