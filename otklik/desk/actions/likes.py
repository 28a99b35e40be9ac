"""That somebody likes a comment (contracts/planfix-behaviour.md §8.2)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.desk import rights
from otklik.desk.actions.events import Happening, record_many
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Comment, Employee, Like, Task

WRITTEN = (Comment.Kind.CLIENT, Comment.Kind.REPLY, Comment.Kind.NOTE)


@transaction.atomic
def like(comment: Comment, *, by: Employee) -> None:
    """Its author hears of it in the chronicle alone; a client hears nothing. Raises NotAllowed, Refused."""
    comment = _locked(comment, by)
    if comment.kind not in WRITTEN or comment.withdrawn_at:
        raise Refused("like", _("This line belongs to its task."))
    _like, is_new = Like.objects.get_or_create(comment=comment, employee=by)
    if is_new:
        author = comment.employee
        hears = [author.pk] if author and not author.is_robot and rights.may_view(comment.task, author) else []
        _record("comment_liked", comment, by, hears)


@transaction.atomic
def unlike(comment: Comment, *, by: Employee) -> None:
    """Raises NotAllowed."""
    comment = _locked(comment, by)
    gone, _rows = Like.objects.filter(comment=comment, employee=by).delete()
    if gone:
        _record("comment_unliked", comment, by, [])


def _locked(comment: Comment, by: Employee) -> Comment:
    task = Task.objects.select_for_update(of=("self",)).get(pk=comment.task_id)
    comment = Comment.objects.select_related("employee__user", "task").get(pk=comment.pk)
    if not rights.may_note(task, by) or not comment.is_visible_to(by):
        raise NotAllowed(_("You do not take part in this task."))
    return comment


def _record(kind: str, comment: Comment, by: Employee, hears: list[int]) -> None:
    one = Happening(
        kind, task_id=comment.task_id, comment_id=comment.pk, actor_id=by.pk, notified=hears, reason="liked"
    )
    record_many([one])
