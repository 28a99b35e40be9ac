"""Files that employees attach (contracts/planfix-behaviour.md §2). One is uploaded first and belongs to a comment
later; until then only its uploader sees it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import IO

from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk import rights
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Comment, Employee, File, Task
from otklik.lib import keeping, media
from otklik.lib.media import Examined

LIMIT = 25 * 1024 * 1024
MOST = 10
# An upload that belongs to nothing is given up after this.
KEPT_FOR = timedelta(days=1)
FOLDER = "desk"


def upload(task: Task, *, by: Employee, name: str, content: IO[bytes], size: int) -> File:
    """Keeps a file for a comment to come. Raises NotAllowed, Refused."""
    if not rights.may_note(task, by):
        raise NotAllowed(_("You do not take part in this task."))
    file = File(task=task, created_by=by)
    store(file, examined(name, content, size), content)
    return file


def examined(name: str, content: IO[bytes], size: int) -> Examined:
    """What a file is that somebody wants to send. Raises Refused."""
    _check_size(media.clean_file_name(name), size)
    found = media.examine(name, content)
    if media.is_program(found.name, found.type):
        raise Refused("files", _("%(name)s is a program; programs are not sent.") % {"name": found.name})
    return found


def _check_size(name: str, size: int) -> None:
    if not size:
        raise Refused("files", _("%(name)s is empty.") % {"name": name})
    if size > LIMIT:
        sentence = _("%(name)s is too large: at most %(limit)s fit.")
        raise Refused("files", sentence % {"name": name, "limit": filesizeformat(LIMIT)})


def store(file: File, examined: Examined, content: IO[bytes]) -> None:
    """Puts the content into the storage and what is known of it into the row."""
    kept = keeping.keep(FOLDER, examined, content)
    file.name, file.type, file.size, file.sha256 = examined.name, examined.type, examined.size, examined.sha256
    file.stored, file.preview, file.state, file.note = kept.stored, kept.preview, File.State.STORED, ""
    if examined.preview:
        file.width, file.height = examined.preview.width, examined.preview.height
    try:
        file.save()
    except BaseException:
        keeping.drop(*kept)
        raise


def uploaded(task: Task, *, by: Employee, keys: Sequence[str]) -> list[File]:
    """The uploads with these keys, in their order. Raises Refused when one of them is not there any more."""
    own = File.objects.filter(task=task, created_by=by, comment=None, delayed=None, state=File.State.STORED)
    found = {file.key: file for file in own.filter(key__in=[key[:40].replace("\0", "") for key in keys])}
    if any(key not in found for key in keys):
        raise Refused("files", _("A file is not here any more. Attach it again."))
    return [found[key] for key in dict.fromkeys(keys)]


def check_count(files: Sequence[object]) -> None:
    if len(files) > MOST:
        raise Refused("files", _("At most %(limit)s files fit into one comment.") % {"limit": MOST})


def attach(comment: Comment, files: Sequence[File]) -> None:
    """From now on the uploads belong to this comment. Raises Refused when one was swept meanwhile, or belongs to
    another comment by now."""
    mine = File.objects.select_for_update(of=("self",)).filter(pk__in=[file.pk for file in files], comment=None)
    if len(list(mine.order_by("pk").values_list("pk", flat=True))) < len(files):
        raise Refused("files", _("A file is not here any more. Attach it again."))
    for place, file in enumerate(files):
        file.comment, file.delayed, file.place = comment, None, place
    File.objects.bulk_update(files, ["comment", "delayed", "place"])


@transaction.atomic
def discard(unwanted: QuerySet[File]) -> None:
    """Uploads that shall not be sent after all. One that is being sent at this moment is locked, and stays."""
    gone = list(unwanted.select_for_update(of=("self",), skip_locked=True))
    File.objects.filter(pk__in=[file.pk for file in gone]).delete()
    names = [name for file in gone for name in (file.stored, file.preview)]
    # Not before: a row that stays must not have lost its content.
    transaction.on_commit(lambda: keeping.drop(*names))


def sweep() -> None:
    """Removes what belongs to nothing: uploads that never got a comment, files of comments that are gone, and what is
    on disk without a row."""
    nobodys = File.objects.filter(comment__isnull=True, delayed__isnull=True, quick_reply__isnull=True)
    discard(nobodys.filter(created_at__lt=timezone.now() - KEPT_FOR)[:500])
    keeping.sweep(FOLDER, before=timezone.now() - KEPT_FOR, named=_named)


def _named(names: list[str]) -> set[str]:
    rows = File.objects.filter(Q(stored__in=names) | Q(preview__in=names)).values_list("stored", "preview")
    return {name for row in rows for name in row}
