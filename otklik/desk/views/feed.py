"""The feed of a task as its page shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from otklik.desk import other_tasks, rights, task_log
from otklik.desk.actions import carrying
from otklik.desk.actions.corrections import ARRIVED, WAITING
from otklik.desk.models import Comment, Employee, Event, Like, Notice, Pin, Status, Task
from otklik.desk.models.comment import CommentQuerySet, seen_by

PAGE = 50
# A page that was away for longer gets so many new lines, and the rest when it is asked for.
MOST_NEW = 200
# Events of the client that leave the header as it is: an open menu there must not close by them.
CLIENT = {"client_left", "client_returned", "client_changed"}
# What each person may leave out of his feeds (§8.2): the conversation itself is always there.
Kind = Comment.Kind
PARTS = {"note": (Kind.NOTE,), "system": (Kind.SYSTEM, Kind.SERVICE)}
# Events that change what stands above the feed: a pinned comment may be edited, too.
PINS = {"comment_pinned", "comment_unpinned", "comment_edited", "comment_withdrawn"}
# Events with a line in the feed that change the header, too.
HEADER = {"status_changed", "task_trashed", "task_restored", "members_changed", *task_log.KINDS}


@dataclass
class Feed:
    """Lines in the order of arrival. The client's first message stands above them, as the task's description."""

    lines: list[Comment]
    # Those of the lines, and the opening, that this person has not read.
    unread: set[int]
    statuses: dict[int, Status] = field(default_factory=dict)
    has_earlier: bool = False
    # There are newer lines which the page does not show: what comes now does not belong behind its last one.
    has_later: bool = False
    # The client writes from several devices: replies name theirs.
    has_several_ways: bool = False
    # Comments that this person may still change or withdraw.
    correctable: set[int] = field(default_factory=set)
    # Whether he sees what stood there before a change.
    sees_earlier: bool = False
    # Names of the employees whom its comments notify, by their ids.
    names: dict[int, str] = field(default_factory=dict)
    # Who likes which of its comments: the names, by the comment's id; and those that this person likes.
    likes: dict[int, list[str]] = field(default_factory=dict)
    liked: set[int] = field(default_factory=set)
    # Comments that stand above the feed, too.
    pinned: set[int] = field(default_factory=set)

    @property
    def earliest(self) -> int:
        return self.lines[0].number if self.lines else 0

    @property
    def latest(self) -> int:
        return self.lines[-1].number if self.lines else 0


def opening(task: Task) -> Comment | None:
    """The client's first message."""
    return _all(task).filter(kind=Comment.Kind.CLIENT).order_by("number").first()


def latest(task: Task, employee: Employee) -> Feed:
    return _page(task, employee, _wanted(task, employee))


def before(task: Task, employee: Employee, number: int) -> Feed:
    return _page(task, employee, _wanted(task, employee).filter(number__lt=number))


def after(task: Task, employee: Employee, number: int) -> Feed:
    """The next page."""
    rows = list(_wanted(task, employee).filter(number__gt=number).order_by("number")[: PAGE + 1])
    return _feed(task, employee, rows[:PAGE], has_later=len(rows) > PAGE)


def between(task: Task, employee: Employee, first: int, last: int) -> Feed:
    """A page that was shown before."""
    lines = _wanted(task, employee).filter(number__range=(first, last)).order_by("number")
    return _feed(task, employee, lines[:PAGE])


def new(task: Task, employee: Employee, number: int, most: int = MOST_NEW) -> Feed:
    """What has come since; his own words are among it, whatever he wants to see."""
    lines = _wanted(task, employee, besides=Q(employee=employee))
    rows = list(lines.filter(number__gt=number).order_by("number")[: most + 1])
    return _feed(task, employee, rows[:most], has_later=len(rows) > most)


def around(task: Task, employee: Employee, number: int) -> Feed:
    """A page with the line of this number, or with those between which it would stand."""
    half = PAGE // 2
    lines = _wanted(task, employee, besides=Q(number=number))
    earlier = list(lines.filter(number__lt=number).order_by("-number")[: half + 1])
    later = list(lines.filter(number__gte=number).order_by("number")[: half + 1])
    shown = [*earlier[:half][::-1], *later[:half]]
    return _feed(task, employee, shown, has_earlier=len(earlier) > half, has_later=len(later) > half)


def first_since(task: Task, moment: datetime) -> int:
    """The number of the first line of that moment or later; 0 when there is none."""
    lines = task.comments.filter(at__gte=moment).order_by("number")
    return lines.values_list("number", flat=True).first() or 0


def changed(task: Task, employee: Employee, comments: set[int], *, first: int, last: int) -> Feed:
    """Those of the comments that a page already shows: the opening, and the lines from `first` to `last`."""
    shown = Q(number__range=(first, last)) | Q(pk__in=_first(task))
    return _feed(task, employee, _lines(task, employee).filter(shown, pk__in=comments))


def pins(task: Task, employee: Employee) -> list[Pin]:
    seen = task.pins.filter(seen_by(employee, "comment__"))
    return list(seen.select_related("comment__employee__user", "comment__identity"))


def of_clients(task: Task) -> set[int]:
    """Ids of the lines that bear a client's name."""
    return set(task.comments.filter(kind=Comment.Kind.CLIENT).values_list("pk", flat=True))


@dataclass(frozen=True)
class News:
    """What the events say that happened in a task since a page's cursor."""

    until: int
    comments: set[int]
    is_header_due: bool
    is_side_due: bool
    are_pins_due: bool
    is_renumbered: bool = False


def news(task: Task, since: int) -> News:
    # Up to the task's own row as it was read, so that nothing falls between two looks.
    events = Event.objects.filter(task=task, number__gt=since, number__lte=task.last_event)
    told = set(events.values_list("comment", "kind").distinct())
    comments = {comment for comment, _kind in told if comment}
    is_header_due = any(comment is None or kind in HEADER for comment, kind in told if kind not in CLIENT)
    are_pins_due = any(kind in PINS for _comment, kind in told)
    is_renumbered = any(kind in task_log.RENUMBERING for _comment, kind in told)
    return News(max(since, task.last_event), comments, is_header_due, bool(told), are_pins_due, is_renumbered)


@dataclass(frozen=True)
class Unread:
    count: int
    # The number of the earliest; 0 when there are none.
    first: int


def unread(task: Task, employee: Employee) -> Unread:
    """Lines of which this person has unread notices."""
    found = _unread(task, employee).aggregate(
        count=Count("event__comment", distinct=True), first=Min("event__comment__number")
    )
    return Unread(found["count"], found["first"] or 0)


def hidden(employee: Employee) -> set[str]:
    """Keys of the PARTS that he leaves out."""
    return set() if employee.feed_parts is None else set(PARTS) - set(employee.feed_parts)


def _unread(task: Task, employee: Employee) -> QuerySet[Notice]:
    """Notices of lines that he may see."""
    mine = Notice.objects.filter(employee=employee, task=task, read_at__isnull=True, event__comment__isnull=False)
    # A like is no word of the comment.
    return mine.exclude(reason="liked").filter(seen_by(employee, "event__comment__"))


def _lines(task: Task, employee: Employee) -> QuerySet[Comment]:
    return _all(task).visible_to(employee)


def _all(task: Task) -> CommentQuerySet:
    return task.comments.select_related("employee__user", "identity", "target__identity", "source").prefetch_related(
        "files"
    )


def _below(task: Task, employee: Employee) -> QuerySet[Comment]:
    """Everything but the opening."""
    return _lines(task, employee).exclude(pk__in=_first(task))


def _wanted(task: Task, employee: Employee, besides: Q | None = None) -> QuerySet[Comment]:
    """What he wants to see; nothing that he has not read is left out."""
    kinds = [kind for part in hidden(employee) for kind in PARTS[part]]
    if not kinds:
        return _below(task, employee)
    new = Q(pk__in=_unread(task, employee).values("event__comment"))
    return _below(task, employee).filter(~Q(kind__in=kinds) | new | (besides or Q()))


def _first(task: Task) -> Any:
    return task.comments.filter(kind=Comment.Kind.CLIENT).order_by("number").values("pk")[:1]


def _page(task: Task, employee: Employee, lines: QuerySet[Comment]) -> Feed:
    rows = list(lines.order_by("-number")[: PAGE + 1])
    return _feed(task, employee, rows[:PAGE][::-1], has_earlier=len(rows) > PAGE)


def _feed(
    task: Task, employee: Employee, lines: Iterable[Comment], *, has_earlier: bool = False, has_later: bool = False
) -> Feed:
    lines = list(lines)
    other_tasks.unnamed(lines, employee)
    statuses: dict[int, Status] = {}
    if any(line.kind == Comment.Kind.SYSTEM for line in lines):
        statuses = Status.objects.filter(set=task.status.set_id).in_bulk()
    several = any(line.kind == Comment.Kind.REPLY for line in lines) and task.targets.count() > 1
    sees_earlier = bool(lines) and rights.may_reply(task, employee)
    correctable = _correctable(lines, employee, sees_earlier)
    # The opening stands above them.
    here = Q(event__comment__in=[line.pk for line in lines]) | Q(event__comment__in=_first(task))
    unread = set(_unread(task, employee).filter(here).values_list("event__comment", flat=True))
    pinned = set(task.pins.values_list("comment", flat=True)) if lines else set()
    names = _names(lines)
    likes = list(Like.objects.filter(comment__in=lines).select_related("employee__user")) if lines else []
    liked = {one.comment_id for one in likes if one.employee_id == employee.pk}
    by_comment: dict[int, list[str]] = {}
    for one in likes:
        by_comment.setdefault(one.comment_id, []).append(one.employee.name)
    return Feed(
        lines,
        unread,
        statuses,
        has_earlier,
        has_later,
        several,
        correctable,
        sees_earlier,
        names,
        by_comment,
        liked,
        pinned,
    )


def _names(lines: list[Comment]) -> dict[int, str]:
    ids = {pk for line in lines for pk in line.notified or ()}
    found = Employee.objects.filter(pk__in=ids).select_related("user") if ids else []
    return {one.pk: one.name for one in found}


def _correctable(lines: list[Comment], employee: Employee, may_reply: bool) -> set[int]:
    """As `rights.may_correct` says, for many at once, and where the channel can."""
    notes = {line.pk for line in lines if line.kind == Comment.Kind.NOTE and _is_his(line, employee)}
    replies = (
        [line for line in lines if line.kind == Comment.Kind.REPLY and _is_his(line, employee)] if may_reply else []
    )
    arrived = [line for line in replies if line.mark in ARRIVED]
    waiting = {line.pk for line in replies if line.mark in WAITING}
    return notes | waiting | carrying.correctable(arrived)


def _is_his(line: Comment, employee: Employee) -> bool:
    return not line.withdrawn_at and (employee.is_administrator or line.employee_id == employee.pk)
