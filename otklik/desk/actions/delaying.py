"""Comments that are written now and leave later (§8.2). The row is the record: it outlives every restart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from otklik.desk import rights
from otklik.desk.actions import comments, drafts, recipients
from otklik.desk.actions.events import Happening, record_many
from otklik.desk.errors import DeskError, NotAllowed, Refused
from otklik.desk.models import Comment, DelayedComment, Employee, File, ReplyTarget, Task
from otklik.lib.notes import note_of

State = DelayedComment.State
# That wait in one task.
MOST = 20
FURTHEST = timedelta(days=366)
# Settled by one run of the job.
BATCH = 200
STOPPED = gettext_noop("The client wrote first.")
GONE = gettext_noop("Its author does not work here any more.")
TRASHED = gettext_noop("The task is in the trash.")


@transaction.atomic
def delay(
    task: Task,
    *,
    by: Employee,
    kind: str,
    text: str,
    at: datetime,
    key: str,
    target: ReplyTarget | None = None,
    files: Sequence[File] = (),
    yields: bool = False,
    who: Sequence[str] | None = None,
) -> DelayedComment:
    """Keeps a comment until its time. `who`: whom it is to notify, as `recipients.Circle` names them. One that
    `yields` is given up when the client writes before. The same `key` again gets what it made. Raises
    NotAllowed, Refused."""
    task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if earlier := DelayedComment.objects.filter(employee=by, key=key).first():
        return earlier
    comments.check_rights(task, kind, by=by)
    _check_time(at)
    if task.delayed.filter(state=State.WAITING).count() >= MOST:
        raise Refused("at", _("At most %(limit)s comments wait in one task.") % {"limit": MOST})
    way, text = comments.fitting(task, kind, text=text, target=target, files=files)
    if who is not None:
        told = recipients.Circle(task).chosen(who)
        if recipients.HIDDEN in who:
            comments.check_hidden(kind, by, told)
    delayed = DelayedComment.objects.create(
        task=task, employee=by, kind=kind, text=text, target=way, at=at, key=key, after=_last(task), who=who,
        yields=yields and way is not None,
    )  # fmt: skip
    _keep_files(delayed, files)
    drafts.forget(task, by=by, kind=kind)
    _record("comment_delayed", delayed, by=by)
    return delayed


@transaction.atomic
def change(delayed: DelayedComment, *, by: Employee, text: str, at: datetime, yields: bool) -> DelayedComment:
    """Another text or time; one that was given up waits anew. Raises NotAllowed, Refused."""
    delayed = _held(delayed, by)
    _check_time(at)
    files = list(delayed.files.all())
    way, delayed.text = comments.fitting(
        delayed.task, delayed.kind, text=text, target=_still(delayed.target), files=files
    )
    if way is not None:
        delayed.target = way
    delayed.at, delayed.yields, delayed.after = at, yields and way is not None, _last(delayed.task)
    delayed.state, delayed.note = State.WAITING, ""
    delayed.save()
    _record("comment_delayed", delayed, by=by)
    return delayed


@transaction.atomic
def remove(delayed: DelayedComment, *, by: Employee) -> None:
    """It is never written. Raises NotAllowed, Refused."""
    delayed = _held(delayed, by)
    _record("delayed_removed", delayed, by=by)
    delayed.delete()


@transaction.atomic
def write_now(delayed: DelayedComment, *, by: Employee) -> Comment:
    """What waits is written at once, in the name of its author. Raises NotAllowed, Refused."""
    return _write(_held(delayed, by))


def settle() -> int:
    """Writes what is due and gives up what the client was quicker than; returns how many."""
    found = list(_ripe().values_list("pk", flat=True)[:BATCH])
    for pk in found:
        _settle(pk)
    return len(found)


def _ripe() -> QuerySet[DelayedComment]:
    said = Comment.objects.filter(task=OuterRef("task"), kind=Comment.Kind.CLIENT, pk__gt=OuterRef("after"))
    is_overtaken = Q(yields=True) & Q(Exists(said))
    waiting = DelayedComment.objects.filter(state=State.WAITING)
    return waiting.filter(Q(at__lte=timezone.now()) | is_overtaken).order_by("at", "pk")


@transaction.atomic
def _settle(pk: int) -> None:
    found = DelayedComment.objects.filter(pk=pk).values_list("task", flat=True).first()
    if found is None:
        return
    # The task first, as everybody who writes into its feed: no word of the client comes in between.
    Task.objects.select_for_update(of=("self",)).get(pk=found)
    ripe = _ripe().filter(pk=pk).select_related("task", "employee__user", "target")
    delayed = ripe.select_for_update(of=("self",)).first()
    if delayed is None:
        return
    if delayed.yields and _last(delayed.task, Comment.Kind.CLIENT) > delayed.after:
        _give_up(delayed, State.STOPPED, STOPPED)
    elif not delayed.employee.user.is_active:
        _give_up(delayed, State.FAILED, GONE)
    elif delayed.task.trashed_at:
        _give_up(delayed, State.FAILED, TRASHED)
    else:
        try:
            # In English, because the note is read in several languages.
            with translation.override("en"), transaction.atomic():
                _write(delayed)
        except DeskError as error:
            _give_up(delayed, State.FAILED, str(error))


def _write(delayed: DelayedComment) -> Comment:
    files = list(delayed.files.all())
    # Who sees the task no more by then is left out.
    told = None if delayed.who is None else recipients.Circle(delayed.task).chosen(delayed.who, is_strict=False)
    comment = comments.add(
        delayed.task, by=delayed.employee, text=delayed.text, kind=delayed.kind, target=_still(delayed.target),
        files=files, key=delayed.key, notified=told, is_hidden=delayed.is_hidden,
    )  # fmt: skip
    delayed.delete()
    return comment


def _give_up(delayed: DelayedComment, state: str, why: str) -> None:
    """Nothing is lost: it stays in the task for its author, who hears of it, as do those who work on the task when he
    is gone."""
    delayed.state, delayed.note = state, note_of(why)[:500]
    delayed.save(update_fields=["state", "note"])
    is_here = delayed.employee.user.is_active
    _record("delayed_given_up", delayed, notified=[delayed.employee_id] if is_here else delayed.task.notified)


def _held(delayed: DelayedComment, by: Employee) -> DelayedComment:
    task = Task.objects.select_for_update(of=("self",)).get(pk=delayed.task_id)
    rows = DelayedComment.objects.select_related("task", "employee__user", "target")
    found = rows.select_for_update(of=("self",)).filter(pk=delayed.pk).first()
    if found is None:
        raise Refused("text", _("It was written or removed meanwhile."))
    if not may_change(found, task, by):
        raise NotAllowed(_("Only its author and administrators change or withdraw it."))
    return found


def may_change(delayed: DelayedComment, task: Task, by: Employee) -> bool:
    return by.is_administrator or (delayed.employee_id == by.pk and rights.may_note(task, by))


def _check_time(at: datetime) -> None:
    now = timezone.now()
    if not now < at < now + FURTHEST:
        raise Refused("at", _("Choose a time in the future, within a year."))


def _still(target: ReplyTarget | None) -> ReplyTarget | None:
    """The way that was chosen; where the client writes from elsewhere by now, the usual one."""
    return target if target is not None and target.is_open else None


def _keep_files(delayed: DelayedComment, files: Sequence[File]) -> None:
    for place, file in enumerate(files):
        file.delayed, file.place = delayed, place
    File.objects.bulk_update(files, ["delayed", "place"])


def _last(task: Task, kind: str = "") -> int:
    """Ids grow, whatever becomes of the numbers in the feed."""
    rows = task.comments.filter(kind=kind) if kind else task.comments
    return rows.aggregate(last=Max("pk"))["last"] or 0


def _record(kind: str, delayed: DelayedComment, *, by: Employee | None = None, notified: Sequence[int] = ()) -> None:
    data = {"event": kind, "at": delayed.at.isoformat(), "of": delayed.kind, "note": delayed.note}
    happening = Happening(
        kind, task_id=delayed.task_id, actor_id=by.pk if by else None, data=data, notified=notified, reason="reminder"
    )
    record_many([happening])
