"""Lists of tasks: what a filter finds for somebody, page by page. As many queries for 100,000 tasks as for ten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, prefetch_related_objects
from django.utils import timezone

from otklik.desk import own_conditions, own_statuses, search, task_orders
from otklik.desk.actions.people import ids
from otklik.desk.models import Comment, Contact, Employee, Notice, Role, Status, Task, TaskField, TaskMember
from otklik.desk.models.task import TaskQuerySet, held_by
from otklik.desk.own_statuses import Answer
from otklik.desk.task_filter import TaskFilter
from otklik.lib import days

PAGE = 50
# Nobody reads a greater figure; to count on would cost more than the page.
COUNTED = 1000


@dataclass(frozen=True)
class Row:
    """A task of a list, what was said last in it by the client or to him, and how many notices of it one has not
    read."""

    task: Task
    said: Comment | None
    unread: int
    # This person's answer, where the whole task does not have it yet (§6).
    own: Answer | None = None

    @property
    def status(self) -> Status:
        """The task's, as it is for this person."""
        return self.own.status if self.own else self.task.status

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
    tasks = Task.objects.kept().filter(_of_task(wanted))
    if wanted.people == ("me",):
        # Asked once for his role and for his right: twice the same condition misleads the planner of the database.
        mine = TaskMember.objects.filter(held_by(employee), task=OuterRef("pk"), role__key="assignee")
        tasks = tasks.filter(Exists(mine if employee.is_administrator else mine.filter(role__may_view=True)))
        tasks = tasks.without_drafts_of_others(employee)
    else:
        tasks = tasks.visible_to(employee)
        if wanted.people:
            tasks = tasks.filter(_in_role(employee, "assignee", wanted.people))
    if wanted.waiting:
        said = tasks.filter(status__in=_statuses(is_active=True)).annotate(spoke=_last_said("kind"))
        # Not "by the client": the planner of the database takes such tasks for a rarity, and sorts all that it finds.
        tasks = said.filter(spoke__isnull=False).exclude(spoke="reply")
    for role, people in (("assigner", wanted.assigner), ("participant", wanted.participant)):
        if people:
            tasks = tasks.filter(_in_role(employee, role, people))
    if wanted.due:
        tasks = _due(tasks, wanted.due)
    if wanted.due_since:
        tasks = tasks.filter(due__day__gte=wanted.due_since)
    if wanted.due_until:
        tasks = tasks.filter(due__day__lte=wanted.due_until)
    if wanted.unread:
        tasks = tasks.filter(Exists(_unread(employee).filter(task=OuterRef("pk"))))
    if wanted.unaccepted:
        tasks = tasks.filter(own_statuses.awaits(employee))
    return tasks


def page(employee: Employee, tasks: TaskQuerySet, sort: str = "latest", before: str = "", size: int = PAGE) -> Page:
    """`before`: where the page begins, as the page before it said."""
    # Which they are comes first, and only then all that is shown of them: before the order is known, it would be
    # brought together for thousands.
    places = task_orders.first(tasks, sort, size + 1, before)
    ids = [pk for pk, _place in places[:size]]
    found = list(shown(tasks.model.objects.filter(pk__in=ids)))
    found.sort(key=lambda task: ids.index(task.pk))
    older = places[size - 1][1] if len(places) > size else ""
    return Page(rows(employee, found), older)


def shown(tasks: TaskQuerySet) -> TaskQuerySet:
    """With what `rows` needs of each."""
    related = tasks.select_related("status", "contact", "source", "project__parent", "due", "template")
    return related.annotate(said=_last_said("pk"))


def rows(employee: Employee, tasks: list[Task]) -> list[Row]:
    """Tasks of `shown`, with assignees, last words and what is unread: as many queries for one as for all."""
    members = TaskMember.objects.filter(role__key__in=["assignee", "assigner"])
    named = members.select_related("role", "employee__user", "group", "contact")
    prefetch_related_objects(tasks, Prefetch("members", named, to_attr="named"))
    for task in tasks:
        for role, of_role in (("assignee", "assignees"), ("assigner", "assigners")):
            setattr(task, of_role, [one for one in getattr(task, "named", []) if one.role.key == role])
    said_of = {task.pk: getattr(task, "said", None) for task in tasks}
    said = Comment.objects.select_related("employee__user", "identity").in_bulk([pk for pk in said_of.values() if pk])
    unread: dict[int, int] = {}
    for of_task in _unread(employee).filter(task__in=tasks).values_list("task", flat=True):
        unread[of_task] = unread.get(of_task, 0) + 1
    own = own_statuses.mine(employee, tasks)
    return [Row(task, said.get(said_of[task.pk] or 0), unread.get(task.pk, 0), own.get(task.pk)) for task in tasks]


def beside(employee: Employee, wanted: TaskFilter, task: Task, *, forward: bool) -> Task | None:
    """The next task of the list, or the one before it; also for a task that the filter does not find any more."""
    here = task_orders.place_of(task, wanted.sort)
    there = task_orders.first(found(employee, wanted), wanted.sort, 1, here, forward=forward)
    return Task.objects.get(pk=there[0][0]) if there else None


def count(tasks: QuerySet[Task]) -> int:
    """How many; COUNTED + 1 stands for more than that."""
    return tasks.order_by()[: COUNTED + 1].count()


def _of_task(wanted: TaskFilter) -> Q:
    """What the task's own row tells."""
    condition = Q()
    if wanted.show != "all":
        condition &= Q(status__in=_statuses(is_active=wanted.show == "active"))
    if wanted.status:
        condition &= Q(status__in=wanted.status)
    if wanted.site:
        condition &= Q(source__in=wanted.site)
    if wanted.template:
        condition &= Q(template__in=wanted.template)
    if wanted.project:
        condition &= Q(project__in=wanted.project)
    if wanted.client:
        whose = Q(number=wanted.client) | Q(merged_into__number=wanted.client)
        condition &= Q(contact__in=Contact.objects.filter(whose).values("pk"))
    if wanted.words:
        condition &= Q(pk__in=search.tasks_with(wanted.words))
    if wanted.own:
        for asked in own_conditions.read(dict(wanted.own), TaskField.objects.filter(archived_at=None)):
            condition &= Q(pk__in=asked.owners())
    if wanted.quiet:
        condition &= Q(updated_at__lt=timezone.now() - timedelta(days=wanted.quiet))
    if wanted.since:
        condition &= Q(created_at__gte=days.begin(wanted.since))
    if wanted.until:
        condition &= Q(created_at__lt=days.end(wanted.until))
    return condition


def _statuses(*, is_active: bool) -> list[int]:
    """Named one by one: how many tasks have them, the database knows then."""
    return list(Status.objects.filter(is_active=is_active).order_by("pk").values_list("pk", flat=True))


def _due(tasks: TaskQuerySet, wanted: str) -> TaskQuerySet:
    """Overdue is what is still to be done, as `Due.is_over` says it in the reader's zone."""
    now = timezone.now()
    today = timezone.localdate(now)
    if wanted == "over":
        is_over = Q(due__at__lt=now) | Q(due__at=None, due__day__lt=today)
        return tasks.filter(is_over, status__is_active=True, completed_at=None)
    if wanted == "week":
        return tasks.filter(due__day__lte=today + timedelta(days=7))
    return tasks.filter(due__isnull=False)


def _in_role(employee: Employee, role: str, people: tuple[str, ...]) -> Q:
    # By its id: how many have this role, the database knows then.
    of_role = Role.objects.get(key=role).pk
    members = TaskMember.objects.filter(task=OuterRef("pk"), role=of_role)
    who = Q(employee__in=ids(people, "employee")) | Q(group__in=ids(people, "group"))
    if "me" in people:
        who |= held_by(employee)
    condition = Q(Exists(members.filter(who)))
    if "nobody" in people:
        condition |= ~Q(Exists(members))
    return condition


def _last_said(field: str) -> Subquery:
    """Of the latest line of the client or to him; what was taken back was not said."""
    said = Comment.objects.filter(task=OuterRef("pk"), kind__in=["client", "reply"], withdrawn_at=None)
    return Subquery(said.order_by("-number").values(field)[:1])


def _unread(employee: Employee) -> QuerySet[Notice]:
    return Notice.objects.filter(employee=employee, read_at=None)
