"""Where each of several assignees stands with a task (contracts/planfix-behaviour.md §6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from otklik.desk.models import Employee, Group, OwnStatus, Status, StatusSet, Task, TaskMember, TaskTemplate
from otklik.desk.models.task import held_by

# Ways of joining in which the first to accept has the task.
CONTESTED = (TaskTemplate.Joining.FIRST, TaskTemplate.Joining.ALONE)


@dataclass(frozen=True)
class Party:
    """An assignee: an employee, or a group, which counts as one and answers through any of its people. So a chat that
    is given to a team is accepted by whoever takes it."""

    name: str
    people: frozenset[int]
    is_group: bool
    own: OwnStatus | None = None

    @property
    def label(self) -> str:
        """With who has answered for the group."""
        return f"{self.name} ({self.own.employee.name})" if self.is_group and self.own else self.name


@dataclass(frozen=True)
class Standing:
    """Of one task, in the order in which its assignees came to it. Who does not work here any more is not awaited."""

    parties: tuple[Party, ...] = ()

    @property
    def awaited(self) -> list[Party]:
        return [party for party in self.parties if party.own is None]

    @property
    def rejected(self) -> list[Party]:
        return [party for party in self.parties if party.own and party.own.status.key == "rejected"]

    @property
    def accepted(self) -> list[Party]:
        return [party for party in self.parties if party.own and party.own.status.key == "in_progress"]

    @property
    def others(self) -> list[Party]:
        """With own statuses that mean neither."""
        known = ("in_progress", "rejected")
        return [party for party in self.parties if party.own and party.own.status.key not in known]

    @property
    def is_shared(self) -> bool:
        """Whether there are several who could stand differently."""
        return len(self.parties) > 1

    @property
    def answers(self) -> list[OwnStatus]:
        return [party.own for party in self.parties if party.own]

    def of(self, employee: Employee) -> Party | None:
        """As which assignee this person answers: by name, else for his group; for one that is still awaited first."""
        mine = [party for party in self.parties if employee.pk in party.people]
        mine.sort(key=lambda party: (party.is_group, party.own is not None))
        return mine[0] if mine else None


@dataclass(frozen=True)
class Answer:
    """Where somebody stands otherwise than the whole task. Not `is_mine`: a colleague answered for their group."""

    status: Status
    name: str
    is_mine: bool


def answer(own: OwnStatus, employee: Employee) -> Answer:
    return Answer(own.status, own.employee.name, own.employee_id == employee.pk)


def standing(task: Task) -> Standing:
    members = task.members.filter(role__key="assignee", contact=None).order_by("pk")
    return _standing(list(members.select_related("employee__user", "group")), _own([task]))


def asks_each(task: Task, of: Standing) -> bool:
    """Whether each assignee accepts this task for himself. Where the first to accept has it, nobody else does (§7)."""
    is_new = task.status.key == "new" and task.status.is_individual
    return is_new and of.is_shared and task.joining not in CONTESTED


def must_accept_first(task: Task, employee: Employee) -> bool:
    """Whether the set of the task's statuses keeps assignees from writing in New before they have accepted (§6). It is
    a prohibition of their role: who is its assigner or only administrates writes."""
    if employee.is_robot or employee.is_unbound:
        return False
    if not StatusSet.objects.filter(waits_for_acceptance=True, statuses=task.status_id, statuses__key="new").exists():
        return False
    if task.members.filter(role__key="assigner", employee=employee).exists():
        return False
    of = standing(task)
    party = of.of(employee)
    return party is not None and not (party.own and party.own.status.key == "in_progress" and asks_each(task, of))


def awaits(employee: Employee) -> Q:
    """New tasks that wait for this person's answer: as an assignee by name, or as one of a group of which nobody has
    answered."""
    asked = TaskMember.objects.filter(held_by(employee), role__key="assignee")
    answers = OwnStatus.objects.filter(task=OuterRef("task"))
    by_me = Exists(answers.filter(employee=employee))
    for_group = Exists(answers.filter(employee__groups=OuterRef("group")))
    # All are named one by one, because then the database knows how many tasks are left. Few have answers: with one
    # assignee the task itself is accepted.
    new = list(Status.objects.filter(key="new").order_by("pk").values_list("pk", flat=True))
    answered = asked.filter(task__status__in=new, task__in=OwnStatus.objects.values("task"))
    rows = list(answered.annotate(is_answered=by_me | for_group).values_list("task", "is_answered"))
    done = {task for task, _answered in rows} - {task for task, is_answered in rows if not is_answered}
    return Q(Exists(asked.filter(task=OuterRef("pk"))), status__in=new) & ~Q(pk__in=sorted(done))


def mine(employee: Employee, tasks: Sequence[Task]) -> dict[int, Answer]:
    """By the ids of the tasks: where this person's status is another than that of the whole task. As many queries
    for one task as for all."""
    own = _own(tasks)
    if not own:
        return {}
    answered = {one.task_id for one in own}
    members = TaskMember.objects.filter(task__in=answered, role__key="assignee", contact=None).order_by("pk")
    by_task: dict[int, list[TaskMember]] = {}
    for member in members.select_related("employee__user", "group"):
        by_task.setdefault(member.task_id, []).append(member)
    people = _people({member.group_id for member in members if member.group_id})
    found = {}
    for pk, rows in by_task.items():
        party = _standing(rows, [one for one in own if one.task_id == pk], people).of(employee)
        if party and party.own:
            found[pk] = answer(party.own, employee)
    return found


def _own(tasks: Sequence[Task]) -> list[OwnStatus]:
    rows = OwnStatus.objects.filter(task__in=[task.pk for task in tasks])
    return list(rows.select_related("employee__user", "status").order_by("at", "pk"))


def _people(groups: Iterable[int]) -> dict[int, frozenset[int]]:
    """Who of each group works here."""
    pairs = Group.members.through.objects.filter(group__in=list(groups), employee__in=Employee.objects.active())
    found: dict[int, set[int]] = {}
    for group, employee in pairs.values_list("group", "employee"):
        found.setdefault(group, set()).add(employee)
    return {group: frozenset(people) for group, people in found.items()}


def _standing(
    members: list[TaskMember], own: list[OwnStatus], people: dict[int, frozenset[int]] | None = None
) -> Standing:
    groups = {member.group_id for member in members if member.group_id}
    if people is None:
        people = _people(groups) if groups else {}
    parties = []
    for member in members:
        if member.employee:
            if member.employee.user.is_active and not member.employee.is_robot:
                his = next((one for one in own if one.employee_id == member.employee_id), None)
                parties.append(Party(member.employee.name, frozenset({member.employee_id or 0}), False, his))
        elif member.group and (inside := people.get(member.group.pk)):
            parties.append(Party(member.group.name, inside, True, _of_group(own, inside)))
    return Standing(tuple(parties))


def _of_group(own: list[OwnStatus], people: frozenset[int]) -> OwnStatus | None:
    """Whoever accepted speaks for the others, also after one of them has refused; else the latest answer counts."""
    answers = [one for one in own if one.employee_id in people]
    accepted = [one for one in answers if one.status.key == "in_progress"]
    return accepted[0] if accepted else answers[-1] if answers else None
