"""Files of prepared answers: kept in the directory, and copied to whoever sends such an answer (S25, §10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.desk import rights
from otklik.desk.actions import files as uploads
from otklik.desk.actions.events import record
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Employee, File, QuickReply, Task
from otklik.lib import keeping
from otklik.lib.keeping import Kept


class Given(NamedTuple):
    """A file as a browser sends it."""

    name: str
    content: IO[bytes]
    size: int


@transaction.atomic
def change(reply: QuickReply, *, add: Sequence[Given], remove: Sequence[str], by: Employee) -> None:
    """`remove`: keys of files that it shall not have any more; comments keep theirs. Raises NotAllowed, Refused."""
    if not by.manages_account:
        raise NotAllowed(_("Only administrators change quick replies."))
    reply = QuickReply.objects.select_for_update(of=("self",)).get(pk=reply.pk)
    there = list(reply.files.order_by("place", "pk"))
    gone = [file for file in there if file.key in remove]
    left = [file for file in there if file not in gone]
    uploads.check_count([*left, *add])
    uploads.discard(File.objects.filter(pk__in=[file.pk for file in gone]))
    for place, given in enumerate(add, start=max((file.place for file in left), default=-1) + 1):
        examined = uploads.examined(given.name, given.content, given.size)
        file = File(quick_reply=reply, created_by=by, place=place)
        uploads.store(file, examined, given.content)
    if gone or add:
        now = list(reply.files.order_by("place", "pk").values_list("name", flat=True))
        record("quick_reply_files_changed", by=by, reply=reply.pk, files=now, gone=[file.name for file in gone])


def bring(reply: QuickReply, task: Task, *, by: Employee) -> list[File]:
    """Its files as uploads of this person for a comment to come. They are copies: what becomes of the answer later
    changes nothing that was sent. Raises NotAllowed, Refused."""
    if not rights.may_note(task, by):
        raise NotAllowed(_("You do not take part in this task."))
    return [_copied(file, task, by) for file in reply.files.order_by("place", "pk")]


def _copied(file: File, task: Task, by: Employee) -> File:
    try:
        kept = keeping.copy(uploads.FOLDER, Kept(file.stored, file.preview))
    except FileNotFoundError as error:
        raise Refused("files", _("%(name)s is not here any more.") % {"name": file.name}) from error
    facts = {name: getattr(file, name) for name in ("name", "type", "size", "sha256", "width", "height")}
    return File.objects.create(task=task, created_by=by, stored=kept.stored, preview=kept.preview, **facts)
