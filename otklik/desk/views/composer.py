"""What the composer of a task offers: the two modes, and on which way a reply goes."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from otklik.desk import own_statuses, queries, quick_replies, rights
from otklik.desk.actions import file_limits, files, speaking
from otklik.desk.actions.comments import HOLDS, NOTE_LIMIT, REPLY_LIMIT
from otklik.desk.actions.speaking import Speaker
from otklik.desk.models import Draft, Employee, ReplyTarget, Task
from otklik.desk.views.access import EmployeeRequest, whole


@dataclass(frozen=True)
class FileLimits:
    """In bytes. What is larger than `channel` goes as a link."""

    channel: int
    largest: int = files.LIMIT
    most: int = files.MOST


@dataclass(frozen=True)
class Composer:
    mode: str
    targets: list[ReplyTarget]
    target: ReplyTarget | None
    may_reply: bool
    # Whether there ever was a way to the client.
    is_conversation: bool
    # Whether he joins where a colleague has been talking with the client: then he begins with a note (I6, §8.1).
    joins: bool = False
    # Of a superseded task: the one in which its conversation goes on.
    goes_on_in: Task | None = None
    # Whether the conversation goes on nowhere: its account is connected no more.
    is_closed: bool = False
    # As whom the client sees this employee.
    speaker: Speaker | None = None
    limit: int = REPLY_LIMIT
    note_limit: int = NOTE_LIMIT
    # Seconds for which replies wait, and what one may choose.
    hold: int = 0
    holds: tuple[int, ...] = HOLDS
    drafts: tuple[Draft, ...] = ()
    # Whether he writes here only after he has accepted the task.
    must_accept: bool = False
    # Whether there are prepared answers to offer.
    has_quick_replies: bool = False

    @property
    def files(self) -> FileLimits:
        return FileLimits(file_limits.of(self.target) if self.target else 0)

    @property
    def can_reply(self) -> bool:
        return self.may_reply and self.target is not None

    @property
    def state(self) -> str:
        """Changes when the choice changes; a page that shows this one needs no new."""
        named = [f"{target.pk} {target.identity.name} {target.identity.device}" for target in self.targets]
        elsewhere = self.goes_on_in.pk if self.goes_on_in else 0
        return f"{zlib.crc32(repr([self.may_reply, named, elsewhere, self.is_closed, self.must_accept]).encode()):x}"


def composer(task: Task, employee: Employee, *, mode: str = "", target: int = 0) -> Composer:
    """Keeps the mode and the target that somebody has chosen, as long as they are open to him."""
    ways = list(task.targets.select_related("identity", "source").order_by("-pk"))
    targets = [way for way in ways if way.is_open]
    may_reply = rights.may_reply(task, employee)
    chosen = next((way for way in targets if way.pk == target), None) or queries.default_target(task)
    if not may_reply or chosen is None:
        mode = "note"
    drafts = tuple(employee.drafts.filter(task=task).order_by("-at"))
    if not mode and drafts:
        # Whoever has begun to write finds it again.
        mode = drafts[0].kind
    joins = queries.joins_a_colleague(task, employee)
    elsewhere = queries.goes_on_in(task, employee) if ways and not targets else None
    return Composer(
        mode or ("note" if joins else "reply"),
        targets,
        chosen,
        may_reply,
        is_conversation=bool(ways),
        joins=joins,
        goes_on_in=elsewhere,
        is_closed=bool(ways) and not targets and not queries.has_open_way(task),
        hold=employee.hold_seconds,
        drafts=drafts,
        must_accept=own_statuses.must_accept_first(task, employee),
        has_quick_replies=quick_replies.are_there_for(employee),
        speaker=speaking.speaker(chosen, employee) if chosen and may_reply else None,
    )


def of_request(task: Task, request: EmployeeRequest) -> Composer | None:
    """The composer anew, if what the page shows of it is out of date."""
    mode = request.GET.get("kind", "")
    mode = mode if mode in ("reply", "note") else ""
    anew = composer(task, request.employee, mode=mode, target=whole(request.GET.get("target")))
    return None if anew.state == request.GET.get("state") else anew
