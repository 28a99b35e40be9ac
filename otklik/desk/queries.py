"""What screens ask of the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from otklik.desk import other_tasks, own_statuses
from otklik.desk.models import (
    Comment,
    Employee,
    Event,
    ForbiddenTransition,
    Notice,
    ReplyTarget,
    Status,
    Task,
)
from otklik.desk.own_statuses import Answer

# Nobody reads a greater figure; to count on would cost more than the page.
COUNTED = 999


@dataclass(frozen=True)
class Entry:
    """A line of the chronicle: a task of which this employee has unread events, and the latest of them."""

    task: Task
    event: Event
    unread: int
    reader: Employee
    # This person's answer, where the whole task does not have it yet (§6).
    own: Answer | None = None

    @property
    def kind(self) -> str:
        return self.event.kind

    @property
    def at(self) -> datetime:
        return self.event.at

    @property
    def author(self) -> str:
        if self.event.actor:
            return self.event.actor.name
        if self.event.comment and self.event.comment.author:
            return self.event.comment.author
        return self.task.contact.name if self.task.contact else ""

    @property
    def text(self) -> str:
        """The comment's text, or the names of its files; empty for an event that is told by its kind alone."""
        comment = self.event.comment
        if comment is None or comment.withdrawn_at or not comment.is_visible_to(self.reader):
            return ""
        return comment.text or ", ".join(file["name"] for file in comment.data.get("files", []))


def past(employee: Employee, before: int = 0, limit: int = 50) -> list[Entry]:
    """All that this person was told of, event by event, the latest first (§9, the mode «Все»)."""
    told = Notice.objects.filter(employee=employee, task__in=Task.objects.visible_to(employee).kept())
    if before:
        told = told.filter(event__lt=before)
    rows = list(told.order_by("-event").values_list("task", "event", "read_at")[:limit])
    tasks, events = _tasks([row[0] for row in rows]), _events([row[1] for row in rows], employee)
    own = own_statuses.mine(employee, list(tasks.values()))
    return [
        Entry(tasks[task], events[event], 0 if read_at else 1, employee, own.get(task)) for task, event, read_at in rows
    ]


def chronicle(employee: Employee, limit: int = 50) -> list[Entry]:
    """Unread events of this person, a task once, the latest first (S13, §9)."""
    rows = list(entries(employee).order_by("-event").values_list("task", "event")[:limit])
    tasks, events = _tasks([task for task, _event in rows]), _events([event for _task, event in rows], employee)
    counted = _unread(employee).filter(task__in=tasks).values_list("task").annotate(Count("pk"))
    counts, own = dict(counted), own_statuses.mine(employee, list(tasks.values()))
    return [Entry(tasks[task], events[event], counts.get(task, 1), employee, own.get(task)) for task, event in rows]


def _tasks(ids: list[int]) -> dict[int, Task]:
    return Task.objects.select_related("status", "contact", "source", "project__parent", "due").in_bulk(ids)


def _events(ids: list[int], employee: Employee) -> dict[int, Event]:
    events = Event.objects.select_related("actor__user", "comment__identity", "comment__employee__user").in_bulk(ids)
    other_tasks.unnamed(events.values(), employee)
    return events


def unread_count(employee: Employee) -> int:
    """How many tasks wait in the chronicle; COUNTED + 1 stands for more than that."""
    return unread_notices(employee).order_by("task").values("task").distinct()[: COUNTED + 1].count()


def entries(employee: Employee) -> QuerySet[Notice]:
    """The latest unread notice of each task that waits in the chronicle."""
    # Not grouped by task: that would read all that waits before it knows which are the latest.
    newer = _unread(employee).filter(task=OuterRef("task"), event__gt=OuterRef("event"))
    return unread_notices(employee).exclude(Exists(newer))


def unread_notices(employee: Employee) -> QuerySet[Notice]:
    """Of tasks that he may still see: who has left a task hears nothing of it any more."""
    return _unread(employee).filter(task__in=Task.objects.visible_to(employee).kept())


def _unread(employee: Employee) -> QuerySet[Notice]:
    due = Q(later_at=None) | Q(later_at__lte=timezone.now())
    return Notice.objects.filter(due, employee=employee, read_at__isnull=True)


def joins_a_colleague(task: Task, employee: Employee) -> bool:
    """Whether colleagues have been talking with the client, and he has not (§8.1)."""
    talked = task.comments.filter(kind=Comment.Kind.REPLY, employee__isnull=False).order_by("-number")
    talked = talked.exclude(employee__role=Employee.AccountRole.ROBOT)
    latest = talked.values_list("employee_id", flat=True).first()
    if latest is None or latest == employee.pk:
        return False
    return not talked.filter(employee=employee).exists()


def hearers(task: Task) -> list[str]:
    """Names of those who hear of the client's next message, as it is now (§8.1)."""
    found = Employee.objects.active().filter(pk__in=task.notified).select_related("user")
    return [one.name for one in found.order_by("user__name", "pk")]


def goes_on_in(task: Task, employee: Employee) -> Task | None:
    """Where the conversations of a superseded task go on (S11), as far as this employee may see it."""
    current = _open_ways(task).values("task")
    return Task.objects.visible_to(employee).filter(pk__in=current).order_by("-number").first()


def has_open_way(task: Task) -> bool:
    """Whether the task's conversations go on, here or elsewhere."""
    return _open_ways(task).exists()


def _open_ways(task: Task) -> QuerySet[ReplyTarget]:
    asked = Q(pk=None)
    for way in task.targets.values("source", "remote_id"):
        asked |= Q(source=way["source"], remote_id=way["remote_id"])
    return ReplyTarget.objects.filter(asked, is_open=True)


def default_target(task: Task) -> ReplyTarget | None:
    """The way of the client's latest message, as long as it is open; else any open one."""
    targets = {target.pk: target for target in task.targets.filter(is_open=True).select_related("identity", "source")}
    heard = task.comments.filter(kind=Comment.Kind.CLIENT, target__in=targets).order_by("-number")
    latest = heard.values_list("target_id", flat=True).first()
    return targets.get(latest or 0) or next(iter(targets.values()), None)


def next_statuses(task: Task) -> QuerySet[Status]:
    """The present status of the task and those to which its set lets one go from there (§6)."""
    forbidden = ForbiddenTransition.objects.filter(before=task.status_id).values("after")
    return Status.objects.filter(set=task.status.set_id).exclude(pk__in=forbidden).exclude(key="draft")
