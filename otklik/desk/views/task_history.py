"""The log of a task, and why it is as it is: why it was made, why these people, why one heard of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from otklik.desk import other_tasks, task_log
from otklik.desk.models import Event, Notice, Notification, Status, Task, TaskMember, TaskMerge
from otklik.desk.models.comment import seen_by
from otklik.desk.notification_words import CHANNELS, STATES, WHY
from otklik.desk.task_log import words_of
from otklik.desk.templatetags.texts import MOVES, WHY_MADE, members_words
from otklik.desk.views import scenario_doings
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task, whole

PAGE = 50
NOTICES = 20
# Changes of people that are looked through for the reasons.
COMINGS = 200
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
    "task_drafted": gettext_lazy("The draft was made"),
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
    "scenario": gettext_lazy("a scenario is stopped, and you are an administrator"),
    "rejected": gettext_lazy("your task was rejected"),
    "merged": gettext_lazy("another task was merged into this one, of which you hear"),
}


@dataclass(frozen=True)
class Line:
    number: int
    who: str
    words: str
    at: datetime
    # What led to it, and by which scenario; empty when somebody did it himself.
    because: str
    scenario: str


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
    other_tasks.unnamed([*rows, *(event.cause for event in rows if event.cause)], request.employee)
    statuses = Status.objects.filter(set=task.status.set_id).in_bulk()
    scenarios = scenario_doings.makers(rows)
    context = {
        "task": task,
        "lines": [_line(event, statuses, scenarios) for event in rows[:PAGE]],
        "older": rows[PAGE - 1].number if len(rows) > PAGE else None,
        "before": before,
        "with_talk": with_talk,
        "why": _why_made(task),
        "people": _people(task),
        "notices": _notices(request, task, statuses),
        "doings": scenario_doings.of(task),
    }
    return render(request, "desk/task_history.html", context)


def _kinds(with_talk: bool) -> list[str]:
    kinds = [*task_log.LINES, *task_log.OTHERS, *OTHERS, "status_changed", "members_changed"]
    return [*kinds, *TALK] if with_talk else kinds


def _line(event: Event, statuses: dict[int, Status], scenarios: dict[int, str]) -> Line:
    who, words = event.actor.name if event.actor else "", _words(event, statuses)
    because = _words(event.cause, statuses) if event.cause else ""
    return Line(event.number, who, words, event.at, because, scenarios.get(event.number, ""))


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


@dataclass(frozen=True)
class Coming:
    """That somebody brought people into a task."""

    at: datetime
    by: str
    brought: Callable[[TaskMember], bool]
    words: str


def _people(task: Task) -> list[tuple[TaskMember, str]]:
    comings = sorted([*_by_hand(task), *_by_merging(task)], key=lambda coming: coming.at, reverse=True)
    return [(member, _why_there(task, member, comings)) for member in task.members.all()]


def _by_hand(task: Task) -> list[Coming]:
    events = Event.objects.filter(task=task, kind__in=["members_changed", "task_edited"])
    return [
        Coming(event.at, _author(event), partial(_added, event), _("%(name)s added them later."))
        for event in events.select_related("actor__user").order_by("-number")[:COMINGS]
    ]


def _by_merging(task: Task) -> list[Coming]:
    merges = TaskMerge.objects.filter(into=task, undone_at=None).select_related("task", "by__user")
    words = _("They came with № %(number)s, which %%(name)s merged into this task.")
    return [
        Coming(done.at, done.by.name, partial(_came, done), words % {"number": done.task.number}) for done in merges
    ]


def _came(done: TaskMerge, member: TaskMember) -> bool:
    if member.contact_id:
        return [member.role_id, member.contact_id] in done.moved.get("roles", [])
    return [member.role_id, member.employee_id, member.group_id] in done.moved["members"]


def _why_there(task: Task, member: TaskMember, comings: list[Coming]) -> str:
    """By which event, or since the task was made."""
    for coming in comings:
        if coming.brought(member):
            return coming.words % {"name": coming.by}
    if member.role.key == "assigner":
        return _("The task came from them.")
    if member.role.key == "counterparty":
        return _("The task is about them.")
    if task.reason == "by_hand":
        return _("Since the task was made: chosen by its author or by the template.")
    return _("Since the task was made: by the template or the settings of the site's account.")


def _author(event: Event) -> str:
    return event.actor.name if event.actor else _("The system")


def _added(event: Event, member: TaskMember) -> bool:
    """By their ids; events of former times know names alone."""
    data, role = event.data, member.role.key
    if event.kind == "members_changed":
        if data.get("role") != role:
            return False
        codes, names = data.get("who", {}).get("added"), data.get("added", [])
    else:
        before, after = data.get("who", {}).get(role, [None, None])
        codes = None if after is None else [code for code in after if code not in (before or [])]
        before, after = data.get("changes", {}).get(role, [[], []])
        names = [name for name in after if name not in before]
    if codes is not None:
        return _code(member) in codes
    return str(member.employee or member.group or member.contact) in names


def _code(member: TaskMember) -> str:
    if member.employee_id:
        return f"employee-{member.employee_id}"
    return f"group-{member.group_id}" if member.group_id else f"contact-{member.contact_id}"


@dataclass(frozen=True)
class Told:
    """That the reader was to hear of an event, why, and what became of it on each way."""

    notice: Notice
    event: str
    because: str
    # (way, what became of it, why)
    ways: list[tuple[str, str, str]]


def _notices(request: EmployeeRequest, task: Task, statuses: dict[int, Status]) -> list[Told]:
    """Of which news one was told in this task."""
    mine = Notice.objects.filter(task=task, employee=request.employee)
    mine = mine.filter(Q(event__comment=None) | seen_by(request.employee, "event__comment__"))
    notices = list(mine.select_related("event__cause", "event__actor__user").order_by("-event")[:NOTICES])
    other_tasks.unnamed((one.event for one in notices), request.employee)
    rows = Notification.objects.filter(employee=request.employee, event__in=[one.event_id for one in notices])
    ways: dict[int, list[tuple[str, str, str]]] = {}
    for row in rows.order_by("pk"):
        told = (str(CHANNELS.get(row.channel, row.channel)), str(STATES[row.state]), str(WHY.get(row.why, "")))
        ways.setdefault(row.event_id or 0, []).append(told)
    return [
        Told(one, _happened(one.event, statuses), str(REASONS.get(one.reason, one.reason)), ways.get(one.event_id, []))
        for one in notices
    ]


def _happened(event: Event, statuses: dict[int, Status]) -> str:
    words = _words(event, statuses)
    return f"{event.actor.name} · {words}" if event.actor else words
