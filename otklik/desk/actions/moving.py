"""A comment goes into another task, or a new task is made of it (contracts/planfix-behaviour.md §8.2)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk import rights
from otklik.desk.actions.events import Happening, record_many
from otklik.desk.actions.system_lines import line
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Comment, Employee, File, Notice, Pin, Task

WRITTEN = (Comment.Kind.CLIENT, Comment.Kind.REPLY, Comment.Kind.NOTE)
# Somebody still waits for the outcome of these: it belongs where the reply was written.
ON_ITS_WAY = (Comment.Mark.DUE, Comment.Mark.SENDING, Comment.Mark.UNKNOWN)


@transaction.atomic
def move(comment: Comment, *, into: Task, by: Employee) -> Comment:
    """The comment with its files stands at the end of the other task and names its former one; the client sees nothing
    of it. Raises NotAllowed, Refused."""
    if comment.task_id == into.pk:
        raise Refused("number", _("Choose another task."))
    tasks = Task.objects.select_for_update(of=("self",)).filter(pk__in=[comment.task_id, into.pk]).order_by("pk")
    locked = {task.pk: task for task in tasks}
    comment = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if comment.task_id not in locked or into.pk not in locked:
        raise Refused("number", _("The comment has been moved meanwhile."))
    task, into = locked[comment.task_id], locked[into.pk]
    _check(task, comment, into, by)

    former, line_there = {"number": task.number, "name": task.name}, comment.number
    if comment.data.get("former", {}).get("number") == into.number:
        # It is at home again.
        former = {}
    data = {key: value for key, value in comment.data.items() if key != "former"}
    comment.task, comment.number = into, into.comment_count + 1
    comment.data = data | ({"former": former} if former else {})
    comment.save(update_fields=["task", "number", "data"])
    File.objects.filter(comment=comment).update(task=into)
    Pin.objects.filter(comment=comment).delete()
    _move_notices(comment, task, into)
    # Links that name its number there lead on by this.
    told = {"number": into.number, "name": into.name, "comment": comment.pk, "line": line_there}
    come = Happening(
        "comment_moved", task_id=into.pk, comment_id=comment.pk, actor_id=by.pk, adds_comment=True,
        data={"number": task.number, "name": task.name},
    )  # fmt: skip
    record_many([come, line("comment_moved_away", task, by, told)])
    return comment


@transaction.atomic
def tell_made(comment: Comment, made: Task, *, by: Employee) -> None:
    """Both tasks say that the one was made of a comment of the other. Of a hidden one the name may tell a word: whoever
    may see the new task finds it by its number (§8.2)."""
    tasks = Task.objects.select_for_update(of=("self",)).filter(pk__in=[comment.task_id, made.pk]).order_by("pk")
    locked = {task.pk: task for task in tasks}
    task, made = locked[comment.task_id], locked[made.pk]
    told = {"number": made.number} if comment.is_hidden else {"number": made.number, "name": made.name}
    record_many(
        [
            line("task_made_of_comment", task, by, told),
            line("made_of_comment", made, by, {"number": task.number, "name": task.name, "comment": comment.number}),
        ]
    )


def may_move(task: Task, comment: Comment, by: Employee) -> bool:
    """Its author, and whoever works on the task."""
    return comment.employee_id == by.pk or rights.may_change_status(task, by)


def _check(task: Task, comment: Comment, into: Task, by: Employee) -> None:
    if not (rights.may_note(task, by) and rights.may_note(into, by) and comment.is_visible_to(by)):
        raise NotAllowed(_("You do not take part in this task."))
    if not may_move(task, comment, by):
        raise NotAllowed(_("Only its author and those who work on the task move a comment."))
    if into.trashed_at:
        raise Refused("number", _("This task is in the trash."))
    if comment.kind not in WRITTEN or comment.withdrawn_at:
        raise Refused("number", _("This line belongs to its task."))
    if comment.mark in ON_ITS_WAY:
        raise Refused("number", _("It is still on its way to the client. Move it when it has arrived."))
    first = task.comments.filter(kind=Comment.Kind.CLIENT).order_by("number").values_list("pk", flat=True).first()
    if comment.pk == first:
        raise Refused("number", _("The client's first message is what the task is about. Merge the tasks instead."))


def _move_notices(comment: Comment, task: Task, into: Task) -> None:
    """Who has not read it finds it in the new task, as far as he may see that."""
    unread = Notice.objects.filter(task=task, event__comment=comment, read_at=None).select_related("employee__user")
    for notice in unread:
        if rights.may_view(into, notice.employee):
            notice.task = into
        else:
            notice.read_at = timezone.now()
        notice.save(update_fields=["task", "read_at"])
