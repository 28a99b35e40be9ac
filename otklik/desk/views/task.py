from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRefresh, trigger_client_event

from otklik.desk import queries, rights
from otklik.desk.actions import absences, attending, notices
from otklik.desk.models import Absence, Delay, Task
from otklik.desk.views import (
    composer,
    delayed,
    feed_pages,
    feed_place,
    list_pane,
    recipients,
    standing,
    task_merging,
    waiting,
)
from otklik.desk.views import feed as feeds
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task, whole
from otklik.desk.views.task_plan import Plan


def header(request: EmployeeRequest, task: Task) -> dict[str, Any]:
    """What the header of a task shows, its operations included."""
    may_change = rights.may_change_status(task, request.employee)
    statuses = list(queries.next_statuses(task)) if may_change and task.status.key != "draft" else []
    standings = standing.shown(task, request.employee)
    may_edit = rights.may_edit(task, request.employee)
    changeable = ["participant", *(["assignee"] if may_change else []), *(["auditor"] if may_edit else [])]
    roles = {member.role.key for member in task.members.all()}
    away = absences.mark(member.employee for member in task.members.all() if member.employee)
    return {
        "task": task,
        "sees_card": bool(task.contact and task.contact.is_visible_to(request.employee)),
        "may_change_status": may_change,
        "changeable": changeable,
        "has_participants": "participant" in roles,
        "has_auditors": "auditor" in roles,
        "may_delete": may_edit,
        "statuses": statuses,
        "standing": standings,
        "is_draft": task.status.key == "draft",
        "delay": Delay.objects.filter(task=task).select_related("back").first(),
        "tomorrow": timezone.localtime().replace(hour=9, minute=0) + timedelta(days=1),
        "may_accept": standings.may_accept and any(status.key == "in_progress" for status in statuses),
        "may_reject": standings.may_reject and any(status.key == "rejected" for status in statuses),
        "waits": waiting.of(task),
        "me": request.employee,
        "hearers": queries.hearers(task),
        "unattended": _unattended(task, away),
        "plan": Plan(task, request.employee),
        **delayed.of(task, request),
    }


def _unattended(task: Task, away: dict[int, Absence]) -> Absence | None:
    """The absence of the task's only assignee."""
    assignees = [member for member in task.members.all() if member.role.key == "assignee"]
    return away.get(assignees[0].employee_id or 0) if len(assignees) == 1 and task.is_active else None


@require_GET
@for_employees
def page(request: EmployeeRequest, number: int) -> HttpResponse:
    task = visible_task(request, number)
    if meant := feed_place.elsewhere(task, request):
        return redirect("comment", meant.pk)
    attending.has_read(task)
    opening = feeds.opening(task)
    place = feed_place.chosen(task, request, feeds.unread(task, request.employee).first)
    shown = place.feed
    after = max(shown.latest, opening.number if opening else 0)
    writing = composer.composer(task, request.employee)
    context = header(request, task) | {
        "opening": opening,
        "feed": shown,
        "pins": feeds.pins(task, request.employee),
        "is_gone": place.is_gone,
        "fresh_merge": task_merging.fresh(task, request.employee),
        "cursor": {"after": after, "since": task.last_event, "first": shown.earliest, "is_paused": shown.has_later},
        # Anew: a linked comment was read just now.
        "unread": feeds.unread(task, request.employee),
        "parts": feed_pages.parts(request.employee),
        "is_partial": bool(feeds.hidden(request.employee)),
        "composer": writing,
        "recipients": recipients.recipients(task, request.employee, writing.mode, joins=writing.joins),
    }
    return render(request, "desk/task.html", context | list_pane.shown(request, task))


@require_GET
@for_employees
def feed(request: EmployeeRequest, number: int) -> HttpResponse:
    """What came after a page's cursor: new lines, and anew whatever has changed since then."""
    task = visible_task(request, number)
    after, since, first = (whole(request.GET.get(name)) for name in ("after", "since", "first"))
    news = feeds.news(task, since)
    if news.is_renumbered:
        return HttpResponseClientRefresh()
    opening = feeds.opening(task)
    # A page that opened further back has newer lines to ask for before it shows the newest.
    is_paused = bool(request.GET.get("paused"))
    new = feeds.new(task, request.employee, after, 0 if is_paused else feeds.MOST_NEW)
    latest = max(after, new.latest, opening.number if opening else 0)
    ways = composer.of_request(task, request)
    # A client who has introduced himself has his new name on every line at once (S19).
    changed = news.comments | (feeds.of_clients(task) if ways and request.GET.get("state") else set())
    context = header(request, task) | {
        "news": news,
        "opening": opening if opening and opening.number > after else None,
        "opening_id": opening.pk if opening else None,
        "feed": new,
        "changed": feeds.changed(task, request.employee, changed, first=first, last=after),
        "cursor": {
            "after": latest,
            "since": news.until,
            "first": first or new.earliest,
            "is_paused": is_paused or new.has_later,
        },
        "pins": feeds.pins(task, request.employee) if news.are_pins_due else [],
        "is_behind": new.has_later and not is_paused,
        "composer": ways,
        "recipients": recipients.of_request(task, request),
    }
    return render(request, "desk/_feed_news.html", context)


@require_http_methods(["GET", "POST"])
@for_employees
def reading(request: EmployeeRequest, number: int) -> HttpResponse:
    """A POST reads everything, or with `comment`, its id, that one alone."""
    task = visible_task(request, number)
    chosen = whole(request.POST.get("comment"))
    if request.method == "POST":
        _read(task, chosen, request)
        if not request.htmx:
            return redirect("task", number) if chosen else redirect("home")
    unread = feeds.unread(task, request.employee)
    response = render(request, "desk/_reading.html", {"task": task, "unread": unread})
    if not unread.count:
        return trigger_client_event(response, "task-read", {})
    return trigger_client_event(response, "comment-read", {"comment": chosen}) if chosen else response


def _read(task: Task, chosen: int, request: EmployeeRequest) -> None:
    attending.has_read(task)
    if not chosen:
        notices.read(task, by=request.employee)
    elif comment := task.comments.filter(pk=chosen).first():
        notices.read_line(comment, by=request.employee)
