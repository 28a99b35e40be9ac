"""What was written is changed or withdrawn afterwards; a trace stays (contracts/planfix-behaviour.md §8.2)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk import rights
from otklik.desk.actions import carrying, comments, mentions
from otklik.desk.actions.comments import NOTE_LIMIT, REPLY_LIMIT, checked
from otklik.desk.actions.events import Happening, record_many
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Comment, Employee, Task

Mark = Comment.Mark
# Not yet with the client: it is simply changed, or not sent at all.
WAITING = (Mark.DUE, Mark.FAILED)
ARRIVED = (Mark.SENT, Mark.READ)


@transaction.atomic
def edit(comment: Comment, *, by: Employee, text: str) -> Comment:
    """Gives a reply or a note another text. What the client has already is changed there, too; the earlier text stays
    in the desk. Whom a note calls only now hears of it (§7). The same text changes nothing. Raises NotAllowed,
    Refused."""
    comment = _held(comment, by)
    text = checked(text, limit_of(comment), may_be_empty=comment.files.exists())
    if text == comment.text:
        return comment
    called = _newly_called(comment, text)

    earlier = {"text": comment.text, "at": timezone.now().isoformat(), "by": by.name}
    comment.data = {**comment.data, "earlier": [*comment.data.get("earlier", []), earlier]}
    comment.text, comment.edited_at = text, timezone.now()
    if called:
        comment.notified = sorted({*(comment.notified or []), *(one.pk for one in called)} - {comment.employee_id})
    _write(comment, "comment_edited", by)
    mentions.tell(Task.objects.get(pk=comment.task_id), comment, called, by=by)
    return comment


def _newly_called(comment: Comment, text: str) -> list[Employee]:
    """Whom a note calls by name only now (§7); who was called before has heard of it. A
    draft calls nobody."""
    if comment.kind != Comment.Kind.NOTE or comment.task.status.key == "draft":
        return []
    before = {one.pk for one in mentions.named_in(comment.text)}
    return [one for one in mentions.named_in(text) if one.pk not in before]


def limit_of(comment: Comment) -> int:
    """Characters that its text may have."""
    if comment.kind != Comment.Kind.REPLY:
        return NOTE_LIMIT
    return comments.limit_of(comment.target, list(comment.files.all())) if comment.target else REPLY_LIMIT


@transaction.atomic
def withdraw(comment: Comment, *, by: Employee) -> Comment:
    """Takes back a reply or a note: what has not left yet never leaves, what the client has is removed there. One that
    is withdrawn stays as it was. Raises NotAllowed, Refused."""
    comment = _held(comment, by)
    if comment.withdrawn_at:
        return comment
    comment.data = {**comment.data, "withdrawn_by": by.name, "was_sent": comment.mark in ARRIVED}
    comment.withdrawn_at = timezone.now()
    _write(comment, "comment_withdrawn", by)
    return comment


@transaction.atomic
def undo(comment: Comment, *, by: Employee) -> Comment:
    """Takes back one's own reply during its hold. Raises NotAllowed, Refused."""
    comment = _held(comment, by)
    if comment.mark in ARRIVED:
        raise Refused("text", _("It has been sent already. You can still withdraw it."))
    return withdraw(comment, by=by)


@transaction.atomic
def correct_again(comment: Comment, *, by: Employee) -> None:
    """Asks once more for a change that the channel did not take."""
    comment = _locked(comment, by)
    if comment.correction != "failed":
        return
    _note(comment, "due", "")
    record_many([Happening("correct_again", task_id=comment.task_id, comment_id=comment.pk, actor_id=by.pk)])


@transaction.atomic
def say_arrived(comment: Comment, *, by: Employee) -> None:
    """Somebody has looked: the client has a reply of which nobody knew whether it arrived. Raises NotAllowed."""
    carrier = carrying.carrier_of(comment)
    if carrier:
        carrier.hold(comment)
    task = Task.objects.select_for_update(of=("self",)).get(pk=comment.task_id)
    comment = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if not rights.may_reply(task, by):
        raise NotAllowed(_("Only assignees of this task and administrators answer the client."))
    if comment.mark != Mark.UNKNOWN:
        return
    comment.mark, comment.mark_note = Mark.SENT, ""
    comment.data = {**comment.data, "said_arrived": {"by": by.name, "at": timezone.now().isoformat()}}
    comment.save(update_fields=["mark", "mark_note", "data"])
    data = {"by": by.name}
    record_many([Happening("said_arrived", task_id=task.pk, comment_id=comment.pk, actor_id=by.pk, data=data)])


@transaction.atomic
def note_outcome(comment_id: int, state: str, note: str = "") -> None:
    """What the channel says of a change: `due` with the reason of a failed try, `done`, `failed`."""
    comment = Comment.objects.select_for_update(of=("self",)).filter(pk=comment_id).first()
    if comment is None:
        return
    _note(comment, state, note)
    record_many([Happening("correction_changed", task_id=comment.task_id, comment_id=comment.pk)])


def _note(comment: Comment, state: str, note: str) -> None:
    comment.data = {**comment.data, "correction": {"state": state, "note": note}}
    comment.save(update_fields=["data"])


def _held(comment: Comment, by: Employee) -> Comment:
    """The comment, locked, and kept from being sent meanwhile; refused where nothing can be done for it any more."""
    carrier = carrying.carrier_of(comment)
    state = carrier.hold(comment) if carrier else comment.mark
    comment = _locked(comment, by)
    if comment.kind != Comment.Kind.REPLY:
        return comment
    if carrier is None and comment.mark:
        raise Refused("text", _("It was not sent from this desk and cannot be changed here."))
    if state == Mark.SENDING:
        raise Refused("text", _("It is being sent at this moment. Try again when it has arrived."))
    if state == Mark.UNKNOWN:
        raise Refused("text", _("It is not known whether it arrived. Say first that it arrived, or send it again."))
    if state in ARRIVED and comment.pk not in carrying.correctable([comment]):
        if "said_arrived" in comment.data:
            raise Refused("text", _("The chat has not told us which message it is: change or withdraw it there."))
        raise Refused("text", _("The client has it already, and this channel cannot change or withdraw messages."))
    return comment


def _locked(comment: Comment, by: Employee) -> Comment:
    # The task first, as everybody who writes into its feed.
    task = Task.objects.select_for_update(of=("self",)).get(pk=comment.task_id)
    comment = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if not rights.may_correct(task, comment, by):
        raise NotAllowed(_("Only its author and administrators change or withdraw it."))
    return comment


def _write(comment: Comment, kind: str, by: Employee) -> None:
    is_reply = comment.kind == Comment.Kind.REPLY
    if is_reply and comment.mark in ARRIVED:
        comment.data["correction"] = {"state": "due", "note": ""}
    elif is_reply and comment.withdrawn_at:
        comment.mark, comment.mark_note, comment.due_at = Mark.NONE, "", None
    comment.save(update_fields=["text", "data", "edited_at", "withdrawn_at", "mark", "mark_note", "due_at", "notified"])
    record_many([Happening(kind, task_id=comment.task_id, comment_id=comment.pk, actor_id=by.pk)])
