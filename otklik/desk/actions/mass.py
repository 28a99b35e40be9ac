"""One operation on many tasks. Each task goes its own way through the action for a single one, with its rights, its
event and its line in the feed; a task that refuses is left as it is, and the others go on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from time import monotonic

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from otklik.desk.actions import members, people, task_merging, tasks, trash
from otklik.desk.errors import DeskError, Refused
from otklik.desk.models import Employee, MassAction, MassActionItem, Status, Task, TaskMerge
from otklik.desk.models.task import TaskQuerySet
from otklik.live.publish import publish

MOST = 5000
# So many are done while one waits for the page; more than that is a job.
AT_ONCE = 50
# Seconds for which a job works before it lets others come.
TURN = 20.0

State = MassActionItem.State


@transaction.atomic
def ask(found: TaskQuerySet, operation: str, value: str = "", *, by: Employee) -> MassAction:
    """Notes what is to be done with these tasks; `run` does it. Raises Refused."""
    name = _name(operation, value, by)
    if operation == MassAction.Operation.MERGE:
        found = found.exclude(number=_stays(value))
    chosen = list(found.order_by("-last_event").values_list("pk", flat=True)[: MOST + 1])
    if not chosen:
        raise Refused("task", _("Choose at least one task."))
    if len(chosen) > MOST:
        raise Refused("task", _("At most %(limit)s tasks at once. Narrow the list first.") % {"limit": MOST})
    action = MassAction.objects.create(by=by, operation=operation, value=value, name=name)
    MassActionItem.objects.bulk_create([MassActionItem(action=action, task_id=pk) for pk in chosen])
    return action


def _stays(value: str) -> int:
    """The number of the task into which others are merged."""
    number = value.partition(" ")[0]
    return int(number) if number.isdigit() and len(number) < 19 else 0


def _name(operation: str, value: str, by: Employee) -> str:
    if operation not in MassAction.Operation.values:
        raise Refused("operation", _("Choose what is to be done."))
    if operation == MassAction.Operation.STATUS:
        status = Status.objects.exclude(key="draft").filter(pk=int(value) if value.isdigit() else 0).first()
        if status is None:
            raise Refused("operation", _("This status is not there any more."))
        return status.name
    if operation == MassAction.Operation.MERGE:
        into = Task.objects.visible_to(by).kept().filter(number=_stays(value)).first()
        if into is None:
            raise Refused("number", _("Choose the task that stays."))
        return f"№ {into.number} {into.name}"[:300]
    if operation in (MassAction.Operation.ASSIGN, MassAction.Operation.PARTICIPANT, MassAction.Operation.PASS_ON):
        name = dict(people.choices([])).get(value.rpartition(" ")[2])
        if name is None:
            raise Refused("operation", _("Choose an employee or a group."))
        return name
    return ""


def run(action: MassAction, seconds: float = TURN) -> bool:
    """Does what is left of it, or takes it back, for so long; whether all had their turn. Safe to call twice at once: a
    task is locked by whoever has it in hand."""
    until = monotonic() + seconds
    with translation.override(action.by.user.language or translation.get_language()):
        while _one(action):
            if monotonic() > until:
                publish([f"employee:{action.by_id}"], "mass_action")
                return False
    _settle(action)
    return True


def left_undone() -> list[int]:
    """Ids of actions that have stood still for a minute."""
    waiting = Q(done_at=None, made_at__lt=timezone.now() - timedelta(minutes=1))
    waiting |= Q(undone_at=None, undo_asked_at__lt=timezone.now() - timedelta(minutes=1))
    return list(MassAction.objects.filter(waiting).order_by("pk").values_list("pk", flat=True)[:20])


@transaction.atomic
def undo(action: MassAction, *, by: Employee) -> None:
    """Asks to take it back; `run` does it. Raises Refused."""
    action = MassAction.objects.select_for_update().get(pk=action.pk)
    if action.by_id != by.pk or action.is_running or action.undo_asked_at:
        raise Refused("action", _("This cannot be taken back any more."))
    action.undo_asked_at = timezone.now()
    action.save(update_fields=["undo_asked_at"])


@transaction.atomic
def _one(action: MassAction) -> bool:
    """The next task; False when none is left."""
    is_undo = action.undo_asked_at is not None
    items = action.items.select_for_update(skip_locked=True, of=("self",)).select_related("task__status")
    item = items.filter(state=State.DONE if is_undo else State.DUE).order_by("pk").first()
    if item is None:
        return False
    deed, done, refused = (_take_back, State.UNDONE, State.KEPT) if is_undo else (_do, State.DONE, State.SKIPPED)
    item.state, item.note = done, ""
    try:
        with transaction.atomic():
            deed(action, item)
    except (DeskError, Task.DoesNotExist) as error:
        item.state, item.note = refused, str(error.args[0] if error.args else error)[:300]
    item.save(update_fields=["state", "note", "before"])
    return True


def _do(action: MassAction, item: MassActionItem) -> None:
    _DEEDS[action.operation](action, item)


def _set_status(action: MassAction, item: MassActionItem) -> None:
    task = item.task
    if action.operation == MassAction.Operation.COMPLETE:
        status = Status.objects.filter(set=task.status.set_id, key="completed").first()
    else:
        status = Status.objects.filter(pk=int(action.value)).first()
    if status is None:
        raise Refused("status", _("This task has no such status."))
    if task.status_id == status.pk:
        raise Refused("status", _("It has this status already."))
    item.before = {"status": task.status_id, "after": status.pk}
    tasks.set_status(task, status, by=action.by)


def _add_member(action: MassAction, item: MassActionItem) -> None:
    role = "assignee" if action.operation == MassAction.Operation.ASSIGN else "participant"
    now = members.who_is(item.task, role)
    if action.value in now:
        raise Refused("who", _("He is there already."))
    item.before = {"role": role}
    members.change(item.task, role, [*now, action.value], seen=now, by=action.by)


def _pass_on(action: MassAction, item: MassActionItem) -> None:
    before, heir = _from_and_to(action)
    now = members.who_is(item.task, "assignee")
    if before not in now:
        raise Refused("who", _("Somebody has changed it since."))
    item.before = {"had": heir in now}
    members.change(item.task, "assignee", {*now, heir} - {before}, seen=now, by=action.by)


def _from_and_to(action: MassAction) -> tuple[str, str]:
    before, _space, heir = action.value.partition(" ")
    return f"employee-{before}", heir


def _give_back(action: MassAction, item: MassActionItem) -> None:
    before, heir = _from_and_to(action)
    now = members.who_is(item.task, "assignee")
    if heir not in now or before in now:
        raise Refused("who", _("Somebody has changed it since."))
    if not Employee.objects.active().filter(pk__in=people.ids([before], "employee")).exists():
        raise Refused("who", _("Who had it does not work here any more."))
    gone = set() if item.before["had"] else {heir}
    members.change(item.task, "assignee", {*now, before} - gone, seen=now, by=action.by)


def _trash(action: MassAction, item: MassActionItem) -> None:
    if item.task.trashed_at:
        raise Refused("task", _("It is in the trash already."))
    trash.trash(item.task, by=action.by)


def _merge(action: MassAction, item: MassActionItem) -> None:
    into = Task.objects.filter(number=_stays(action.value)).first()
    if into is None:
        raise Refused("number", _("There is no task with this number."))
    quietly = action.value.endswith(" quietly")
    item.before = {"merge": task_merging.merge(item.task, into=into, by=action.by, quietly=quietly).pk}


def _separate(action: MassAction, item: MassActionItem) -> None:
    done = TaskMerge.objects.filter(pk=item.before["merge"]).select_related("task", "into").first()
    if done is None:
        raise Refused("merge", _("These tasks are separate already."))
    task_merging.unmerge(done, by=action.by)


_DEEDS: dict[str, Callable[[MassAction, MassActionItem], None]] = {
    MassAction.Operation.STATUS: _set_status,
    MassAction.Operation.COMPLETE: _set_status,
    MassAction.Operation.ASSIGN: _add_member,
    MassAction.Operation.PARTICIPANT: _add_member,
    MassAction.Operation.PASS_ON: _pass_on,
    MassAction.Operation.TRASH: _trash,
    MassAction.Operation.MERGE: _merge,
}


def _take_back(action: MassAction, item: MassActionItem) -> None:
    """What somebody has changed since stays as he made it."""
    task = item.task
    if action.operation == MassAction.Operation.TRASH:
        if not task.trashed_at:
            raise Refused("task", _("Somebody has changed it since."))
        trash.restore(task, by=action.by)
    elif action.operation == MassAction.Operation.MERGE:
        _separate(action, item)
    elif action.operation == MassAction.Operation.PASS_ON:
        _give_back(action, item)
    elif "status" in item.before:
        before = Status.objects.filter(pk=item.before["status"]).first()
        if task.status_id != item.before["after"] or before is None:
            raise Refused("status", _("Somebody has changed it since."))
        tasks.set_status(task, before, by=action.by)
    else:
        now = members.who_is(task, item.before["role"])
        if action.value not in now:
            raise Refused("who", _("Somebody has changed it since."))
        members.change(task, item.before["role"], set(now) - {action.value}, seen=now, by=action.by)


@transaction.atomic
def _settle(action: MassAction) -> None:
    left = State.DONE if action.undo_asked_at else State.DUE
    if action.items.filter(state=left).exists():
        # Another one has the last of them in hand, and settles it.
        return
    field = "undone_at" if action.undo_asked_at else "done_at"
    MassAction.objects.filter(pk=action.pk, **{f"{field}__isnull": True}).update(**{field: timezone.now()})
    publish([f"employee:{action.by_id}"], "mass_action")
