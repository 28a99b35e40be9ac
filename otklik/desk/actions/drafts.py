"""What people have begun to write: kept on the server, so that it is there on another device and after a lost one."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk import rights
from otklik.desk.errors import NotAllowed
from otklik.desk.models import Draft, Employee, Task
from otklik.lib.text import clean

# Characters; as long as the longest note.
LIMIT = 64000
# People and groups.
MOST = 200


@transaction.atomic
def keep(task: Task, *, by: Employee, kind: str, text: str, key: str = "", who: Sequence[str] | None = None) -> None:
    """Stores what stands in the composer now; an empty text is no draft. What has become a comment meanwhile (its
    `key` tells) is not kept again. `who`: the chosen recipients, as `recipients.Circle` names them. A text over
    LIMIT is cut: the browser that wrote it has the whole. Raises NotAllowed."""
    from otklik.desk.actions.comments import made_with

    if not rights.may_note(task, by):
        raise NotAllowed(_("You do not take part in this task."))
    text = clean(text)[:LIMIT]
    if not text.strip() or (key and made_with(task, by, key)):
        forget(task, by=by, kind=kind)
        return
    values = {"text": text, "key": key, "who": None if who is None else list(who)[:MOST], "at": timezone.now()}
    Draft.objects.update_or_create(employee=by, task=task, kind=kind, defaults=values)


def forget(task: Task, *, by: Employee, kind: str) -> None:
    Draft.objects.filter(employee=by, task=task, kind=kind).delete()
