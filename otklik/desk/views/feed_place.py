"""Where in a long feed a page opens: at a linked comment, at a day, where reading goes on, else at the end."""

from __future__ import annotations

from dataclasses import dataclass

from otklik.desk.actions import notices
from otklik.desk.models import Comment, Task
from otklik.desk.views import comment_links
from otklik.desk.views import feed as feeds
from otklik.desk.views.access import EmployeeRequest, whole


@dataclass(frozen=True)
class Place:
    feed: feeds.Feed
    # A comment was asked for that is not there (any more).
    is_gone: bool = False


def chosen(task: Task, request: EmployeeRequest, unread: int) -> Place:
    """`unread`: the number of the first line that he has not read. Whoever follows a link to a comment has read it
    (§8.2)."""
    if "comment" in request.GET or "at" in request.GET:
        return _linked(task, request)
    if "near" in request.GET:
        return Place(feeds.around(task, request.employee, whole(request.GET["near"])))
    shown = feeds.latest(task, request.employee)
    if "newest" not in request.GET and shown.has_earlier and 0 < unread < shown.earliest:
        return Place(feeds.around(task, request.employee, unread))
    return Place(shown)


def elsewhere(task: Task, request: EmployeeRequest) -> Comment | None:
    """The comment of a link that stands in another task now."""
    meant = _meant(task, request)
    return meant if meant and meant.task_id != task.pk else None


def _linked(task: Task, request: EmployeeRequest) -> Place:
    comment = _meant(task, request)
    if comment is None:
        return Place(feeds.around(task, request.employee, whole(request.GET.get("at"))), is_gone=True)
    notices.read_comment(comment, by=request.employee)
    return Place(feeds.around(task, request.employee, comment.number))


def _meant(task: Task, request: EmployeeRequest) -> Comment | None:
    """One that is hidden from him is not there for him."""
    if "comment" in request.GET:
        found = Comment.objects.filter(pk=whole(request.GET["comment"])).first()
    else:
        found = comment_links.of_number(task, whole(request.GET["at"])) if "at" in request.GET else None
    return found if found and found.is_visible_to(request.employee) else None
