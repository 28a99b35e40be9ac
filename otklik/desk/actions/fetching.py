"""Files that channels bring: a webhook tells where they are, a job fetches them, never the batch."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from otklik.desk.actions import files
from otklik.desk.actions.events import Happening, record_many
from otklik.desk.models import Employee, File, Task
from otklik.lib import backoff, media
from otklik.lib.fetch import SECONDS, NotFetched, fetch
from otklik.lib.pg import as_json, post

log = logging.getLogger("otklik.files")

# Longer than a fetch may take: after that its worker is dead.
CLAIM = timedelta(seconds=2 * SECONDS)
MOST_ATTEMPTS = 5
State = File.State

EXPECT = """
INSERT INTO desk_file (key, task_id, comment_id, place, name, type, size, sha256, stored, preview, state, url, note,
    attempts, due_at, created_at)
SELECT key, task, comment, place, name, type, size, '', '', '', 'due', url, '', 0, now(), now()
FROM json_to_recordset(%b::json) AS r(key text, task bigint, comment bigint, place int, name text, type text,
    size bigint, url text)
"""


def expect(comments: list[dict[str, Any]]) -> bool:
    """Notes the files of comments that a batch has just written; whether there are any."""
    rows = [
        {
            "key": _key(),
            "task": comment["task"],
            "comment": comment["id"],
            "place": place,
            "name": media.clean_file_name(str(file.get("name") or "")),
            "type": str(file.get("type") or "")[:200],
            "size": file.get("size"),
            "url": str(file.get("url") or "")[:2000],
        }
        for comment in comments
        for place, file in enumerate(comment["data"].get("files", [])[: files.MOST])
    ]
    if rows:
        post(EXPECT, as_json(rows))
    return bool(rows)


def _key() -> str:
    return str(File._meta.get_field("key").get_default())


def fetch_due() -> None:
    """Fetches, one after the other, what is due."""
    while (file := _claim()) is not None:
        _fetch(file)


@transaction.atomic
def _claim() -> File | None:
    due = File.objects.filter(state=State.DUE, due_at__lte=timezone.now()).order_by("due_at")
    # What has been tried so often without an end has killed its workers.
    lost = due.filter(attempts__gte=MOST_ATTEMPTS).select_for_update(skip_locked=True).values_list("pk", flat=True)
    File.objects.filter(pk__in=list(lost)).update(state=State.FAILED, note=_("It could not be kept."))
    file = due.select_for_update(skip_locked=True).first()
    if file is not None:
        file.due_at = timezone.now() + CLAIM
        file.attempts += 1
        file.save(update_fields=["due_at", "attempts"])
    return file


def _fetch(file: File) -> None:
    try:
        with fetch(file.url, limit=files.LIMIT) as content:
            examined = media.examine(file.name, content)
            files.store(file, examined, content)
    except NotFetched as error:
        _fail(file, error)
    except Exception:
        # Whatever a stranger's server answers, it is tried five times and not for ever.
        log.exception("a file could not be fetched")
        _fail(file, NotFetched(_("It could not be kept.")))
    _tell(file)


def _fail(file: File, error: NotFetched) -> None:
    is_over = error.is_final or file.attempts >= MOST_ATTEMPTS
    file.state = State.FAILED if is_over else State.DUE
    file.note = error.sentence[:500]
    file.due_at = timezone.now() + backoff.delay(file.attempts)
    file.save(update_fields=["state", "note", "due_at"])


def _tell(file: File) -> None:
    """Open pages show the comment anew."""
    if file.task_id and file.comment_id:
        with transaction.atomic():
            record_many([Happening("file_changed", task_id=file.task_id, comment_id=file.comment_id)])


def try_again(task: Task, key: str, *, by: Employee) -> None:
    """Fetches a file once more that could not be fetched."""
    changed = File.objects.filter(task=task, key=key, state=State.FAILED).update(
        state=State.DUE, note="", attempts=0, due_at=timezone.now()
    )
    if changed:
        file = File.objects.get(key=key)
        with transaction.atomic():
            record_many([Happening("file_changed", task_id=task.pk, comment_id=file.comment_id, actor_id=by.pk)])
        soon()


def soon() -> None:
    """A worker fetches what is due, at once."""
    from otklik.desk import jobs

    jobs.defer_fetch()
