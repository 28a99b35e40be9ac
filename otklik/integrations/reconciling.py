"""A transcript is the only chance to find what was lost on the way: what it brought late, and which conversations never
had one, is told to administrators (contracts/chatra.md §2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from otklik.desk.actions.incoming import Outcome
from otklik.desk.models import Comment, Employee
from otklik.integrations.accounts import Account
from otklik.integrations.envelope import Incoming
from otklik.integrations.models import Connection, Gap, Link
from otklik.lib.pg import as_json, post

# A conversation in which nobody has written for so long should have been told as a whole.
QUIET = timedelta(days=2)
SHOWN_FOR = timedelta(days=30)
SHOWN = 20

NOTE = """
WITH told AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%b::json) AS t(connection bigint, conversation text, task bigint, late int)
), links AS (
    UPDATE integrations_link l SET transcript_at = now() FROM told
    WHERE l.connection_id = told.connection AND l.remote_id = told.conversation
)
INSERT INTO integrations_gap (connection_id, task_id, conversation, lines, found_at)
SELECT connection, task, conversation, late, now() FROM told WHERE late > 0 AND task IS NOT NULL
"""


def note(arrivals: list[tuple[Account, Incoming]], outcomes: list[Outcome]) -> None:
    """Writes down which conversations were told as a whole, and what was found late."""
    told = [
        {"connection": account.id, "conversation": one.conversation, "task": outcome.task_id, "late": outcome.late}
        for (account, one), outcome in zip(arrivals, outcomes, strict=True)
        if one.is_complete
    ]
    if told:
        post(NOTE, as_json(told))


@dataclass(frozen=True)
class Gaps:
    found: list[Gap]
    lines: int
    dismissed: list[Gap]
    # Conversations that were never told as a whole: whether something of them is missing cannot be proved.
    without_transcript: list[Link]
    without_count: int

    def __bool__(self) -> bool:
        return bool(self.found or self.dismissed or self.without_count)


def gaps_of(connection: Connection) -> Gaps:
    recent = connection.gaps.filter(found_at__gt=timezone.now() - SHOWN_FOR).order_by("-pk")
    recent = recent.select_related("task", "dismissed_by__user")
    found = list(recent.filter(dismissed_at=None))
    dismissed = list(recent.exclude(dismissed_at=None).order_by("-dismissed_at")[:SHOWN])
    untold = _without_transcript(connection)
    return Gaps(found[:SHOWN], sum(gap.lines for gap in found), dismissed, list(untold[:SHOWN]), untold.count())


def dismiss(gap: Gap, *, by: Employee) -> None:
    """Nobody needs to look at it any more. Whoever was first stays named."""
    Gap.objects.filter(pk=gap.pk, dismissed_at=None).update(dismissed_at=timezone.now(), dismissed_by=by)


def _without_transcript(connection: Connection):  # type: ignore[no-untyped-def]  # a QuerySet with an annotation
    now = timezone.now()
    lively = Comment.objects.filter(task=OuterRef("task"), kind=Comment.Kind.CLIENT, at__gt=now - QUIET)
    old = connection.links.filter(transcript_at=None, task__isnull=False, created_at__lt=now - QUIET)
    return old.filter(~Exists(lively), created_at__gt=now - SHOWN_FOR).select_related("task").order_by("-pk")
