"""Lists of tasks: what a filter finds for somebody, page by page. As many queries for 100,000 tasks as for ten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, prefetch_related_objects
from django.utils import timezone

from otklik.desk import search
from otklik.desk.actions.people import ids
from otklik.desk.models import Comment, Contact, Employee, Notice, Task, TaskMember
from otklik.desk.models.task import TaskQuerySet
from otklik.desk.task_filter import TaskFilter

PAGE = 50
# Nobody reads a greater figure; to count on would cost more than the page.
COUNTED = 1000
ORDERS = {
    "latest": ("-last_event", "-number"),
    "longest": ("last_event", "number"),
    "newest": ("-number",),
    "oldest": ("number",),
}


@dataclass(frozen=True)
class Row:
    """A task of a list, what was said last in it by the client or to him, and how many notices of it one has not
    read."""

    task: Task
    said: Comment | None
    unread: int

    @property
    def is_waiting(self) -> bool:
        return self.task.is_active and self.said is not None and self.said.kind == Comment.Kind.CLIENT


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    # Where the next page begins; empty at the end.
    older: str

    @property
    def tasks(self) -> list[Task]:
        return [row.task for row in self.rows]


def found(employee: Employee, wanted: TaskFilter) -> TaskQuerySet:
    """Tasks of the filter as far as this employee may see them, without those in the trash."""
    tasks = Task.objects.visible_to(employee).kept().filter(_of_task(wanted))
    if wanted.people:
        tasks = tasks.filter(_assigned(employee, wanted.people))
    if wanted.waiting:
        tasks = tasks.filter(status__is_active=True).annotate(spoke=_last_said("kind")).filter(spoke="client")
    if wanted.unread:
        tasks = tasks.filter(Exists(_unread(employee).filter(task=OuterRef("pk"))))
    return tasks


def page(employee: Employee, tasks: TaskQuerySet, sort: str = "latest", before: str = "", size: int = PAGE) -> Page:
    """`before`: where the page begins, as the page before it said."""
    names = ORDERS[sort]
    found = list(shown(_beyond(tasks, names, before)).order_by(*names)[: size + 1])
    older = place_of(found[size - 1], sort) if len(found) > size else ""
    return Page(rows(employee, found[:size]), older)


def shown(tasks: TaskQuerySet) -> TaskQuerySet:
    """With what `rows` needs of each."""
    related = tasks.select_related("status", "contact", "source", "project__parent", "due")
    return related.annotate(said=_last_said("pk"))


def rows(employee: Employee, tasks: list[Task]) -> list[Row]:
    """Tasks of `shown`, with assignees, last words and what is unread: as many queries for one as for all."""
    assignees = TaskMember.objects.filter(role__key="assignee").select_related("employee__user", "group", "contact")
    prefetch_related_objects(tasks, Prefetch("members", assignees, to_attr="assignees"))
    said_of = {task.pk: getattr(task, "said", None) for task in tasks}
    said = Comment.objects.select_related("employee__user", "identity").in_bulk([pk for pk in said_of.values() if pk])
    unread: dict[int, int] = {}
    for of_task in _unread(employee).filter(task__in=tasks).values_list("task", flat=True):
        unread[of_task] = unread.get(of_task, 0) + 1
    return [Row(task, said.get(said_of[task.pk] or 0), unread.get(task.pk, 0)) for task in tasks]


def place_of(task: Task, sort: str) -> str:
    """Where a task stands in a list: what `page` and `beside` go on from."""
    return "-".join(str(getattr(task, name.lstrip("-"))) for name in ORDERS[sort])


def beside(employee: Employee, wanted: TaskFilter, task: Task, *, forward: bool) -> Task | None:
    """The next task of the list, or the one before it; also for a task that the filter does not find any more."""
    names = ORDERS[wanted.sort]
    if not forward:
        names = tuple(name[1:] if name.startswith("-") else f"-{name}" for name in names)
    tasks = _beyond(found(employee, wanted), names, place_of(task, wanted.sort))
    return tasks.order_by(*names).first()


def count(tasks: QuerySet[Task]) -> int:
    """How many; COUNTED + 1 stands for more than that."""
    return tasks.order_by()[: COUNTED + 1].count()


def _beyond(tasks: TaskQuerySet, names: tuple[str, ...], place: str) -> TaskQuerySet:
    """By key and not by offset: tasks that move to the top meanwhile neither repeat nor hide others."""
    parts = place.split("-")
    if len(parts) != len(names) or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        return tasks
    beyond, same = Q(), Q()
    for name, part in zip(names, parts, strict=True):
        field, step = (name[1:], "lt") if name.startswith("-") else (name, "gt")
        beyond |= same & Q(**{f"{field}__{step}": int(part)})
        same &= Q(**{field: int(part)})
    return tasks.filter(beyond)


def _of_task(wanted: TaskFilter) -> Q:
    """What the task's own row tells."""
    condition = Q()
    if wanted.show != "all":
        condition &= Q(status__is_active=wanted.show == "active")
    if wanted.status:
        condition &= Q(status__in=wanted.status)
    if wanted.site:
        condition &= Q(source__in=wanted.site)
    if wanted.project:
        condition &= Q(project__in=wanted.project)
    if wanted.client:
        whose = Q(number=wanted.client) | Q(merged_into__number=wanted.client)
        condition &= Q(contact__in=Contact.objects.filter(whose).values("pk"))
    if wanted.words:
        condition &= Q(pk__in=search.tasks_with(wanted.words))
    if wanted.quiet:
        condition &= Q(updated_at__lt=timezone.now() - timedelta(days=wanted.quiet))
    if wanted.since:
        condition &= Q(created_at__gte=_midnight(wanted.since))
    if wanted.until:
        condition &= Q(created_at__lt=_midnight(wanted.until + timedelta(days=1)))
    return condition


def _assigned(employee: Employee, people: tuple[str, ...]) -> Q:
    assignees = TaskMember.objects.filter(task=OuterRef("pk"), role__key="assignee")
    who = Q(employee__in=ids(people, "employee")) | Q(group__in=ids(people, "group"))
    if "me" in people:
        who |= Q(employee=employee) | Q(group__members=employee)
    condition = Q(Exists(assignees.filter(who)))
    if "nobody" in people:
        condition |= ~Q(Exists(assignees))
    return condition


def _last_said(field: str) -> Subquery:
    """Of the latest line of the client or to him; what was taken back was not said."""
    said = Comment.objects.filter(task=OuterRef("pk"), kind__in=["client", "reply"], withdrawn_at=None)
    return Subquery(said.order_by("-number").values(field)[:1])


def _unread(employee: Employee) -> QuerySet[Notice]:
    return Notice.objects.filter(employee=employee, read_at=None)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
