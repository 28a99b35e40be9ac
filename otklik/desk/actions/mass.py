"""One operation on many tasks. Each task goes its own way through the action for a single one, with its rights, its
event and its line in the feed; a task that refuses is left as it is, and the others go on."""

from __future__ import annotations

from datetime import date, timedelta
from time import monotonic

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from otklik.desk.actions import people
from otklik.desk.actions.mass_deeds import DEEDS, UNDOING, stays
from otklik.desk.errors import DeskError, Refused
from otklik.desk.models import Employee, MassAction, MassActionItem, Project, Status, Task
from otklik.desk.models.task import TaskQuerySet
from otklik.live.publish import publish

MOST = 5000
# So many are done while one waits for the page; more than that is a job.
AT_ONCE = 50
# Seconds for which a job works before it lets others come.
TURN = 20.0
WITH_PEOPLE = (
    MassAction.Operation.ASSIGN, MassAction.Operation.PARTICIPANT, MassAction.Operation.PASS_ON,
    MassAction.Operation.REMOVE,
)  # fmt: skip

State = MassActionItem.State


@transaction.atomic
def ask(found: TaskQuerySet, operation: str, value: str = "", *, by: Employee) -> MassAction:
    """Notes what is to be done with these tasks; `run` does it. Raises Refused."""
    name = _name(operation, value, by)
    if operation == MassAction.Operation.MERGE:
        found = found.exclude(number=stays(value))
    chosen = list(found.order_by("-last_event").values_list("pk", flat=True)[: MOST + 1])
    if not chosen:
        raise Refused("task", _("Choose at least one task."))
    if len(chosen) > MOST:
        raise Refused("task", _("At most %(limit)s tasks at once. Narrow the list first.") % {"limit": MOST})
    action = MassAction.objects.create(by=by, operation=operation, value=value, name=name)
    MassActionItem.objects.bulk_create([MassActionItem(action=action, task_id=pk) for pk in chosen])
    return action


def _name(operation: str, value: str, by: Employee) -> str:
    if operation not in MassAction.Operation.values:
        raise Refused("operation", _("Choose what is to be done."))
    if operation == MassAction.Operation.STATUS:
        status = Status.objects.exclude(key="draft").filter(pk=int(value) if value.isdigit() else 0).first()
        if status is None:
            raise Refused("operation", _("This status is not there any more."))
        return status.name
    if operation == MassAction.Operation.MERGE:
        into = Task.objects.visible_to(by).kept().filter(number=stays(value)).first()
        if into is None:
            raise Refused("number", _("Choose the task that stays."))
        return f"№ {into.number} {into.name}"[:300]
    if operation == MassAction.Operation.DUE:
        return _day(value)
    if operation == MassAction.Operation.PROJECT and value:
        there = Project.objects.select_related("parent__parent")
        project = there.filter(pk=int(value) if value.isdigit() else 0).first()
        if project is None:
            raise Refused("operation", _("This project is not there any more."))
        return project.path[:300]
    if operation in WITH_PEOPLE:
        code = value.rpartition(" ")[2]
        # Who does not work here any more may still be taken out.
        chosen = [code] if operation == MassAction.Operation.REMOVE else []
        name = dict(people.choices(chosen)).get(code)
        if name is None:
            raise Refused("operation", _("Choose an employee or a group."))
        return name
    return ""


def _day(value: str) -> str:
    """As it is told; empty: the due date is taken away."""
    if not value:
        return ""
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise Refused("operation", _("Choose the day.")) from error
    return date_format(day, "j E Y")


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
    deeds, done, refused = (UNDOING, State.UNDONE, State.KEPT) if is_undo else (DEEDS, State.DONE, State.SKIPPED)
    item.state, item.note = done, ""
    try:
        with transaction.atomic():
            deeds[action.operation](action, item)
    except (DeskError, Task.DoesNotExist) as error:
        item.state, item.note = refused, str(error.args[0] if error.args else error)[:300]
    item.save(update_fields=["state", "note", "before"])
    return True


@transaction.atomic
def _settle(action: MassAction) -> None:
    left = State.DONE if action.undo_asked_at else State.DUE
    if action.items.filter(state=left).exists():
        # Another one has the last of them in hand, and settles it.
        return
    field = "undone_at" if action.undo_asked_at else "done_at"
    MassAction.objects.filter(pk=action.pk, **{f"{field}__isnull": True}).update(**{field: timezone.now()})
    publish([f"employee:{action.by_id}"], "mass_action")
