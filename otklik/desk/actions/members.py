"""Who does a task and who takes part in it (contracts/planfix-behaviour.md §7)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.desk import rights
from otklik.desk.actions import own_statuses, task_people
from otklik.desk.actions.events import record
from otklik.desk.actions.people import choices
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Comment, Employee, Event, Role, Task
from otklik.live.publish import publish

ROLES = ("assignee", "participant", "auditor")
MOST = 100


def who_is(task: Task, role: str) -> list[str]:
    """Employees and groups in a role, as `people.choices` names them."""
    members = task.members.filter(role__key=role, contact=None).order_by("pk").values_list("employee", "group")
    return [f"employee-{employee}" if employee else f"group-{group}" for employee, group in members]


@transaction.atomic
def change(task: Task, role: str, wanted: Collection[str], *, seen: Collection[str], by: Employee | None) -> Task:
    """Puts employees and groups into a role and takes others out of it. `seen`: who was in it when they were chosen, so
    that two people who choose at once both get what they did. New assignees hear of it, participants do not (§9). `by`
    None is the system. Raises NotAllowed, Refused."""
    task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if by and not rights.may_change_members(task, by, role):
        raise NotAllowed(_("You may not change who takes part in this task."))
    now = set(who_is(task, role))
    left = (now | (set(wanted) - set(seen))) - (set(seen) - set(wanted))
    added, removed = left - now, now - left
    if not added and not removed:
        return task
    names = dict(choices(now | added))
    if added - names.keys() or len(left) > MOST:
        raise Refused("who", _("Choose employees and groups of this desk."))
    if role == "assignee" and not left:
        raise Refused("who", _("A task needs an assignee: without one nobody would hear of the client's messages."))

    before = task_people.hearing(task)
    come = task_people.employees_of(task_people.write(task, Role.objects.get(key=role), left))
    _settle_hearers(task, before)
    data: dict[str, Any] = {
        "event": "members_changed",
        "role": role,
        "added": sorted(names[who] for who in added),
        "removed": sorted(names[who] for who in removed),
        "who": {"added": sorted(added), "removed": sorted(removed)},
    }
    line = Comment.objects.create(
        task=task, number=task.comment_count + 1, kind=Comment.Kind.SYSTEM, employee=by, data=data
    )
    hear = come if role == "assignee" else set()
    record("members_changed", task=task, comment=line, by=by, notified=sorted(hear), reason="assigned", **data)
    # Chronicle and lists of those who have just lost the task.
    gone = task_people.employees_of(task_people.chosen(removed))
    publish([f"employee:{pk}" for pk in sorted(gone)], "members_changed")
    return own_statuses.settle(task, by=by) if role == "assignee" else task


def taken_from(employee: Employee, number: int) -> str:
    """What happened to a task that this person had until a moment ago, and has no more: a sentence. Empty when he still
    sees it, or never had it."""
    if Task.objects.visible_to(employee).filter(number=number).exists():
        return ""
    events = Event.objects.filter(task__number=number, kind="members_changed").order_by("-number")
    last = events.select_related("actor__user").first()
    his = {f"employee-{employee.pk}", *(f"group-{pk}" for pk in employee.groups.values_list("pk", flat=True))}
    if last is None or his.isdisjoint(last.data["who"]["removed"]):
        return ""
    told = {"who": last.actor.name if last.actor else _("Somebody"), "number": number}
    if not last.data["added"]:
        return _("%(who)s has taken you out of task %(number)s meanwhile; nothing was changed.") % told
    told["names"] = ", ".join(last.data["added"])
    return _("%(who)s has given task %(number)s to %(names)s meanwhile; nothing was changed.") % told


def _settle_hearers(task: Task, before: set[int]) -> None:
    """New assignees hear the client's next message, and who has lost his role does not; somebody always does."""
    now = task_people.hearing(task)
    hearers = sorted((set(task.notified) - (before - now)) | (now - before)) or sorted(now)
    if hearers != task.notified:
        task.notified = hearers
        task.save(update_fields=["notified"])
