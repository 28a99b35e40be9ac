"""Where in a long feed a page opens: at a linked comment, at a day, where reading goes on, else at the end."""

from __future__ import annotations

from dataclasses import dataclass

from otklik.desk.actions import notices
from otklik.desk.models import Task
from otklik.desk.views import feed as feeds
from otklik.desk.views.access import EmployeeRequest, whole


@dataclass(frozen=True)
class Place:
    feed: feeds.Feed
    # A comment was asked for that is not there (any more).
    is_gone: bool = False


def chosen(task: Task, request: EmployeeRequest) -> Place:
    """Whoever follows a link to a comment has read it (§8.2)."""
    if "at" in request.GET:
        return _linked(task, request, whole(request.GET["at"]))
    if "near" in request.GET:
        return Place(feeds.around(task, request.employee, whole(request.GET["near"])))
    shown = feeds.latest(task, request.employee)
    unread = feeds.first_of(task, shown.unread) if shown.has_earlier else 0
    if 0 < unread < shown.earliest:
        return Place(feeds.around(task, request.employee, unread))
    return Place(shown)


def _linked(task: Task, request: EmployeeRequest, number: int) -> Place:
    comment = task.comments.visible_to(request.employee).filter(number=number).first()
    if comment is not None:
        notices.read_comment(comment, by=request.employee)
    return Place(feeds.around(task, request.employee, number), is_gone=comment is None)
