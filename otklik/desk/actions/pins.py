"""Comments that stand above the feed, too (§8.2)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.desk import rights
from otklik.desk.actions.events import Happening, record_many
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Comment, Employee, Pin, Task

# More are no overview any more.
MOST = 10


@transaction.atomic
def pin(comment: Comment, *, by: Employee) -> None:
    """Raises NotAllowed; Refused when there are MOST already."""
    task = _locked_task(comment, by)
    if Pin.objects.filter(comment=comment).exists():
        return
    if task.pins.count() >= MOST:
        raise Refused("pin", _("At most %(limit)s comments can be pinned. Take one off first.") % {"limit": MOST})
    Pin.objects.create(task=task, comment=comment, by=by)
    _record("comment_pinned", comment, by)


@transaction.atomic
def unpin(comment: Comment, *, by: Employee) -> None:
    """Raises NotAllowed."""
    _locked_task(comment, by)
    gone, _rows = Pin.objects.filter(comment=comment).delete()
    if gone:
        _record("comment_unpinned", comment, by)


def _locked_task(comment: Comment, by: Employee) -> Task:
    task = Task.objects.select_for_update(of=("self",)).get(pk=comment.task_id)
    if not rights.may_note(task, by):
        raise NotAllowed(_("You do not take part in this task."))
    return task


def _record(kind: str, comment: Comment, by: Employee) -> None:
    record_many([Happening(kind, task_id=comment.task_id, comment_id=comment.pk, actor_id=by.pk)])
