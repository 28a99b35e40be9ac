"""«Уведомить об этом»: who hears of a comment, and who of the client's next message (contracts/planfix-behaviour.md
§8.1). That a reply goes to the client is another matter: the kind of the comment says it (I6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from otklik.desk.actions import people
from otklik.desk.errors import Refused
from otklik.desk.models import Comment, Employee, Group, Role, Task, TaskHearing, TaskMember
from otklik.desk.models.reporting import above_all
from otklik.desk.models.task import MANAGERS

# Everybody who is in the task; administrators and managers who are not are chosen by name.
EVERYBODY = "everybody"
# Among what is chosen: only they see it (§8.2).
HIDDEN = "hidden"
SPOKEN = (Comment.Kind.CLIENT, Comment.Kind.REPLY, Comment.Kind.NOTE)
ADMINISTRATORS = (Employee.AccountRole.OWNER, Employee.AccountRole.ADMINISTRATOR)


class Circle:
    """Who may be notified in a task: those who see it."""

    def __init__(self, task: Task) -> None:
        is_draft = task.status.key == "draft"
        members = list(task.members.select_related("role"))
        rows = [row for row in members if row.role.may_view and (row.role.key == "assigner" or not is_draft)]
        self._employees = {row.employee_id for row in rows if row.employee_id}
        self._groups = {row.group_id for row in rows if row.group_id}
        managers = set() if is_draft else _managers(members)
        inside = Q(pk__in=self._employees | managers) | Q(groups__in=self._groups)
        # A draft is its author's alone, of administrators too (§6).
        found = Employee.objects.active().filter(inside if is_draft else inside | Q(role__in=ADMINISTRATORS)).distinct()
        self.employees = {one.pk: one for one in found.select_related("user").order_by("user__name", "pk")}
        self.groups: dict[int, tuple[str, set[int]]] = {}
        rows_of_groups = Group.objects.filter(members__in=Employee.objects.active())
        for pk, name, member in rows_of_groups.order_by("name", "pk").values_list("pk", "name", "members"):
            self.groups.setdefault(pk, (name, set()))[1].add(member)

    @property
    def everybody(self) -> set[int]:
        of_groups = {pk for group in self._groups if group in self.groups for pk in self.groups[group][1]}
        return (self._employees | of_groups) & self.employees.keys()

    def offered(self, *, to: Employee) -> list[tuple[str, str]]:
        """Everybody, the groups of which each member sees the task, then employees by name; oneself aside."""
        others = [one for one in self.employees.values() if one.pk != to.pk]
        if not others:
            return []
        whole = [(f"group-{pk}", name) for pk, (name, who) in self.groups.items() if self._sees(who) and who - {to.pk}]
        return [
            (EVERYBODY, _("Everybody in the task")),
            *whole,
            *((f"employee-{one.pk}", one.name) for one in others),
        ]

    def chosen(self, codes: Iterable[str], *, is_strict: bool = True) -> set[int]:
        """Ids of the employees that these name; strictly: of others it raises Refused, else they are left out."""
        codes = set(codes)
        groups = people.ids(codes, "group")
        found = set(people.ids(codes, "employee")).union(*(self.groups[pk][1] for pk in groups if pk in self.groups))
        if EVERYBODY in codes:
            found |= self.everybody
        if is_strict:
            self.check(found)
        return found & self.employees.keys()

    def check(self, ids: Collection[int]) -> None:
        """Raises Refused."""
        if not set(ids) <= self.employees.keys():
            raise Refused("who", _("Choose people who see this task: somebody of them does not, or not any more."))

    def _sees(self, who: set[int]) -> bool:
        # A group keeps those who work here no more.
        return who <= self.employees.keys()


def _managers(members: Iterable[TaskMember]) -> set[int]:
    """Ids of all above these, where the manager of that role sees the task, as in `entitling` (§7)."""
    seeing = Role.objects.filter(key__in=MANAGERS, may_view=True).values_list("key", flat=True)
    managed = {MANAGERS[key] for key in seeing}
    rows = [row for row in members if row.role.key in managed]
    people = [row.employee_id for row in rows if row.employee_id]
    return above_all(people, [row.group_id for row in rows if row.group_id])


def preselected(task: Task, by: Employee, kind: str, circle: Circle, *, joins: bool) -> set[int]:
    """The author of the last comment and those notified in it; nobody for one who joins where a colleague has been
    talking with the client. A client's message chooses nobody by itself: with it come those of the last reply, and with
    a note all who have heard of it; so does the first note of a task. `joins`: as queries.joins_a_colleague says."""
    last = _last(task.comments.visible_to(by).filter(kind__in=SPOKEN))
    heard = set() if kind == Comment.Kind.REPLY else (set(task.notified) & circle.employees.keys()) - {by.pk}
    if last is None:
        return heard
    if last.kind != Comment.Kind.NOTE and joins:
        return set()
    if last.kind == Comment.Kind.CLIENT:
        reply = last_reply(task)
        if reply is None:
            return heard
        last = reply
    return (people_of(last) & circle.employees.keys()) - {by.pk}


def people_of(comment: Comment) -> set[int]:
    """The author and those notified by it, as far as they are employees."""
    return {*(comment.notified or []), *([comment.employee_id] if comment.employee_id else [])}


def last_reply(task: Task) -> Comment | None:
    """Of a person: a robot converses with nobody."""
    replies = task.comments.filter(kind=Comment.Kind.REPLY, employee__isnull=False)
    return _last(replies.exclude(employee__role=Employee.AccountRole.ROBOT))


def hearers_after(task: Task, reply: Comment, circle: Circle) -> list[int]:
    """Who hears of the client's next message (§8.1): who has written to him, those notified with it, and followers."""
    ids = people_of(reply) | followers_of(task)
    author = {reply.employee_id} if reply.employee_id and not (reply.employee and reply.employee.is_robot) else set()
    return sorted((ids & circle.employees.keys()) | author) or task.notified


def followers_of(task: Task) -> set[int]:
    """Who wants to hear of everything in the task."""
    every = TaskHearing.objects.filter(task=task, mode=TaskHearing.Mode.ALL).values_list("employee", flat=True)
    return set(task.followers or []) | set(every)


def _last(comments: QuerySet[Comment]) -> Comment | None:
    return comments.filter(withdrawn_at=None).select_related("employee").order_by("-number").first()
