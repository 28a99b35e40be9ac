"""The log of a task, and why it is as it is: why it was made, why these people, why one heard of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from otklik.desk import task_log
from otklik.desk.models import Event, Notice, Status, Task, TaskMember
from otklik.desk.models.comment import seen_by
from otklik.desk.task_log import words_of
from otklik.desk.templatetags.texts import MOVES, WHY_MADE, members_words
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task, whole

PAGE = 50
NOTICES = 20
# Nobody else is told of one's reminders.
PERSONAL = ("reminder", "reminder_added", "reminder_cancelled")
# What the feed shows as words of somebody: in the log only when all is asked for.
TALK = {
    "client_wrote": gettext_lazy("The client wrote"),
    "reply_heard": gettext_lazy("A reply was written in the chat itself"),
    "reply_added": gettext_lazy("Replied to the client"),
    "note_added": gettext_lazy("Wrote a note"),
    "comment_pinned": gettext_lazy("Pinned a comment"),
    "comment_unpinned": gettext_lazy("Took a pinned comment down"),
    "comment_liked": gettext_lazy("Likes a comment"),
    "comment_unliked": gettext_lazy("Likes a comment no more"),
}
OTHERS = {
    "task_created": gettext_lazy("The task was made"),
    "client_left": gettext_lazy("The client left the chat"),
    "client_returned": gettext_lazy("The client is back in the chat"),
    "client_changed": gettext_lazy("The task has another client"),
    "conversation_moved": gettext_lazy("The conversation goes on in another task"),
    "mentioned": gettext_lazy("Called colleagues in a note"),
    "comment_edited": gettext_lazy("Changed a comment"),
    "comment_withdrawn": gettext_lazy("Took a comment back"),
    **MOVES,
}
REASONS: dict[str, str | Promise] = {
    "assigned": gettext_lazy("you were given the task"),
    "added": gettext_lazy("you were added to the task"),
    "client_wrote": gettext_lazy("the client wrote, and you hear of his messages"),
    "mentioned": gettext_lazy("a colleague called you in a note"),
    "comment": gettext_lazy("a colleague wrote, and you hear of this task"),
    "liked": gettext_lazy("a colleague likes what you wrote"),
    "status": gettext_lazy("the status changed, and you hear of this task"),
    "due": gettext_lazy("the due date changed, and you hear of this task"),
    "reminder": gettext_lazy("you asked to be reminded"),
}


@dataclass(frozen=True)
class Line:
    number: int
    who: str
    words: str
    at: datetime
    # What led to it; empty when somebody did it himself.
    because: str


@require_GET
@for_employees
def history(request: EmployeeRequest, number: int) -> HttpResponse:
    """`all`: with what was said, too. `before`: the number of the event where the page begins."""
    task = visible_task(request, number)
    with_talk = bool(request.GET.get("all"))
    events = Event.objects.filter(task=task).select_related("actor__user", "cause").order_by("-number")
    events = events.filter(kind__in=_kinds(with_talk))
    events = events.filter(Q(comment=None) | seen_by(request.employee, "comment__"))
    events = events.filter(~Q(kind__in=PERSONAL) | Q(actor=request.employee))
    if before := whole(request.GET.get("before")):
        events = events.filter(number__lt=before)
    rows = list(events[: PAGE + 1])
    statuses = Status.objects.filter(set=task.status.set_id).in_bulk()
    context = {
        "task": task,
        "lines": [_line(event, statuses) for event in rows[:PAGE]],
        "older": rows[PAGE - 1].number if len(rows) > PAGE else None,
        "before": before,
        "with_talk": with_talk,
        "why": _why_made(task),
        "people": [(member, _why_there(task, member)) for member in task.members.all()],
        "notices": _notices(request, task),
    }
    return render(request, "desk/task_history.html", context)


def _kinds(with_talk: bool) -> list[str]:
    kinds = [*task_log.LINES, *task_log.OTHERS, *OTHERS, "status_changed", "members_changed"]
    return [*kinds, *TALK] if with_talk else kinds


def _line(event: Event, statuses: dict[int, Status]) -> Line:
    because = _words(event.cause, statuses) if event.cause else ""
    return Line(event.number, event.actor.name if event.actor else "", _words(event, statuses), event.at, because)


def _words(event: Event, statuses: dict[int, Status]) -> str:
    if told := words_of(event.kind, event.data):
        return told
    if event.kind == "members_changed":
        return members_words(event.data)
    if event.kind == "status_changed":
        return _status_words(event, statuses)
    return str(OTHERS.get(event.kind) or TALK.get(event.kind) or _("The task has changed"))


def _status_words(event: Event, statuses: dict[int, Status]) -> str:
    data = event.data
    before = statuses.get(data.get("from", 0))
    gone = Status(key=data.get("to_key", ""), own_name=data.get("to_name", ""))
    after = statuses.get(data.get("to", 0), gone)
    words = _("Status: %(before)s → %(after)s") % {
        "before": before.name if before else "—",
        "after": after.name or "—",
    }
    return f"{words} — {data['note']}" if data.get("note") else words


def _why_made(task: Task) -> str:
    """Written when it was made; where nothing was, what is known of the task."""
    if task.reason == "by_hand":
        made = Event.objects.filter(task=task, kind="task_created").select_related("actor__user").first()
        if made and made.actor:
            return _("%(name)s made it by hand.") % {"name": made.actor.name}
    return str(WHY_MADE.get(task.reason, "")) or _("Nothing was written down about it.")


def _why_there(task: Task, member: TaskMember) -> str:
    """By which event, or since the task was made."""
    name = str(member.employee or member.group or member.contact)
    for event in (
        Event.objects.filter(task=task, kind__in=["members_changed", "task_edited"])
        .select_related("actor__user")
        .order_by("-number")[:PAGE]
    ):
        if name in _added(event, member.role.key):
            by = {"name": event.actor.name if event.actor else _("The system")}
            return _("%(name)s added them later.") % by
    if member.role.key == "assigner":
        return _("The task came from them.")
    if member.role.key == "counterparty":
        return _("The task is about them.")
    if task.reason == "by_hand":
        return _("Since the task was made: chosen by its author or by the template.")
    return _("Since the task was made: by the template or the settings of the site's account.")


def _added(event: Event, role: str) -> list[str]:
    if event.kind == "members_changed":
        return list(event.data.get("added", [])) if event.data.get("role") == role else []
    before, after = event.data.get("changes", {}).get(role, [[], []])
    return [name for name in after if name not in before]


def _notices(request: EmployeeRequest, task: Task) -> list[tuple[Notice, str]]:
    """Of which news one was told in this task, and why."""
    notices = Notice.objects.filter(task=task, employee=request.employee).select_related("event").order_by("-event")
    return [(one, str(REASONS.get(one.reason, one.reason))) for one in notices[:NOTICES]]
