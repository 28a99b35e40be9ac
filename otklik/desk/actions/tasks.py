from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.desk import own_statuses as standings
from otklik.desk import rights
from otklik.desk.actions import competing, own_statuses
from otklik.desk.actions.status_moving import check_step, locked, move, of_set
from otklik.desk.errors import NotAllowed, Outdated, Refused
from otklik.desk.models import Employee, Event, Status, Task
from otklik.lib.text import clean


@transaction.atomic
def set_status(task: Task, status: Status, *, by: Employee | None, note: str = "", seen: int = 0) -> Task:
    """Moves the task to another status of its set; None as `by` is the system. A system line in the feed tells it. An
    individual status that one of several assignees chooses is his own (§6). `seen`: the id of the status that was
    shown; whoever chose beside an older one hears what it is now. Raises NotAllowed, Outdated, Refused."""
    task = locked(task)
    _check(task, status, by)
    if seen not in (0, task.status_id) and status.pk != task.status_id:
        raise Outdated(_changed_meanwhile(task), {"status": task.status_id})
    if by and _is_his_own(task, status, by):
        check_step(task, status, by=by)
        return own_statuses.take(task, status, by=by, note=note)
    if status.pk == task.status_id:
        return own_statuses.take_back(task, by=by) if by else task
    check_step(task, status, by=by)

    if by and not (by.is_robot or by.is_unbound) and (task.status.key, status.key) == ("new", "in_progress"):
        competing.take(task, by=by)
    own_statuses.forget(task)
    move(task, status, by=by, note=note)
    return task


@transaction.atomic
def accept(task: Task, *, by: Employee) -> Task:
    """The assignee takes the task: New becomes In progress, with several assignees when all have accepted (§6). Raises
    NotAllowed, Refused: somebody was quicker, or the task is new no more."""
    task = locked(task)
    competing.check_not_taken(task, by=by)
    status = of_set(task, "in_progress")
    if task.status.key != "new":
        return _meanwhile(task, status)
    standing = standings.standing(task)
    if not standings.asks_each(task, standing):
        return set_status(task, status, by=by)
    _check_assignee(task, status, standing.of(by), by)
    return own_statuses.take(task, status, by=by)


@transaction.atomic
def reject(task: Task, *, by: Employee, reason: str) -> Task:
    """The assignee refuses the task and says why; with several assignees it is rejected when all of them refuse (§6).
    Raises NotAllowed, Refused."""
    reason = clean(reason).strip()[:500]
    if not reason:
        raise Refused("reason", _("Say why the task is rejected."))
    task = locked(task)
    status = of_set(task, "rejected")
    if task.status.key != "new":
        return _meanwhile(task, status)
    standing = standings.standing(task)
    if not (standings.asks_each(task, standing) and status.is_individual):
        return set_status(task, status, by=by, note=reason)
    _check_assignee(task, status, standing.of(by), by)
    return own_statuses.take(task, status, by=by, note=reason)


def _changed_meanwhile(task: Task) -> str:
    last = Event.objects.filter(task=task, kind="status_changed").order_by("-number").select_related("actor__user")
    event = last.first()
    who = event.actor.name if event and event.actor else _("Somebody")
    told = {"who": who, "status": task.status.name}
    return _("%(who)s has set the status “%(status)s” meanwhile. Choose again if it is to be another.") % told


def _check(task: Task, status: Status, by: Employee | None) -> None:
    if by and not rights.may_change_status(task, by):
        raise NotAllowed(_("You may not change the status of this task."))
    if task.status.key == "draft" and status.key != "draft":
        raise Refused("status", _("This is a draft. Give it to its people first."))
    # Nobody can take back that a task was given to others.
    if status.set_id != task.status.set_id or (status.key == "draft" and task.status.key != "draft"):
        raise Refused("status", _("This task has no such status."))


def _check_assignee(task: Task, status: Status, party: standings.Party | None, by: Employee) -> None:
    _check(task, status, by)
    if party is None:
        raise Refused(
            "status", _("Each assignee answers for himself. To decide for all of them, choose a status of the task.")
        )
    check_step(task, status, by=by)


def _is_his_own(task: Task, status: Status, by: Employee) -> bool:
    if not status.is_individual or status.key == "new" or by.is_robot or by.is_unbound:
        return False
    standing = standings.standing(task)
    return standing.is_shared and standing.of(by) is not None and not competing.is_contested(task)


def _meanwhile(task: Task, wanted: Status) -> Task:
    """Two who answer at once; a page that shows the task as it was before."""
    if task.status_id == wanted.pk:
        return task
    raise Refused("status", _("This task has another status meanwhile: %(status)s.") % {"status": task.status.name})
