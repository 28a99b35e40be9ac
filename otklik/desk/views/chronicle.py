from __future__ import annotations

from datetime import datetime, time, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from otklik.desk import queries, rights
from otklik.desk.actions import notices, tasks
from otklik.desk.errors import DeskError
from otklik.desk.models import Status
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task, whole

MOST = 100
PAGE = 50
MORNING, EVENING = time(9), time(18)
LATER = {
    "hour": gettext_lazy("In an hour"),
    "evening": gettext_lazy("This evening"),
    "tomorrow": gettext_lazy("Tomorrow morning"),
    "monday": gettext_lazy("On Monday"),
}


@require_GET
@for_employees
def home(request: EmployeeRequest) -> HttpResponse:
    """What waits for this person, or with `all` everything that he was told of."""
    template = "desk/_chronicle.html" if request.htmx else "desk/chronicle.html"
    if "all" in request.GET:
        return render(request, template, _past(request))
    entries = queries.chronicle(request.employee, limit=MOST)
    may_complete = rights.status_changeable([entry.task for entry in entries], request.employee)
    return render(request, template, {"entries": entries, "may_complete": may_complete, "times": _times()})


def _past(request: EmployeeRequest) -> dict[str, object]:
    entries = queries.past(request.employee, whole(request.GET.get("before")), PAGE + 1)
    older = entries[PAGE - 1].event.number if len(entries) > PAGE else 0
    return {"entries": entries[:PAGE], "older": older, "is_all": True, "before": request.GET.get("before", "")}


@require_GET
@for_employees
def unread(request: EmployeeRequest) -> HttpResponse:
    return render(request, "desk/_unread_count.html", {"unread": queries.unread_count(request.employee)})


@require_POST
@for_employees
def reading(request: EmployeeRequest) -> HttpResponse:
    notices.read_all(by=request.employee)
    if not request.htmx:
        return redirect("home")
    return render(request, "desk/_chronicle.html", {"entries": []})


@require_POST
@for_employees
def later(request: EmployeeRequest, number: int) -> HttpResponse:
    """Puts the task's news off to one of the offered times."""
    task = visible_task(request, number)
    until = moment_of(request.POST.get("until", ""), timezone.localtime())
    if until is None:
        return _answer(request, _("Choose one of the times."))
    notices.put_off(task, until, by=request.employee)
    return _answer(request)


@require_POST
@for_employees
def completion(request: EmployeeRequest, number: int) -> HttpResponse:
    """Completes the task and takes it off the chronicle."""
    task = visible_task(request, number)
    status = Status.objects.filter(set=task.status.set_id, key="completed").first()
    try:
        if status is None:
            return _answer(request, _("This task has no such status."))
        tasks.set_status(task, status, by=request.employee)
    except DeskError as error:
        return _answer(request, str(error))
    notices.read(task, by=request.employee)
    return _answer(request)


def _answer(request: EmployeeRequest, fault: str = "") -> HttpResponse:
    """An open page learns by its stream what has changed; what was refused stands above the entries."""
    if fault and request.htmx:
        return render(request, "desk/_chronicle_fault.html", {"fault": fault}, status=422)
    if fault:
        messages.error(request, fault)
    return HttpResponse(status=204) if request.htmx else redirect("home")


def _times() -> list[tuple[str, object]]:
    """Those that lie ahead: in the evening there is no evening to wait for."""
    now = timezone.localtime()
    return [(key, name) for key, name in LATER.items() if moment_of(key, now) is not None]


def moment_of(key: str, now: datetime) -> datetime | None:
    """When one of LATER is, for somebody whose clock says `now`; None: it is no such time, or past."""
    if key == "hour":
        return now + timedelta(hours=1)
    days = {"evening": 0, "tomorrow": 1, "monday": 7 - now.weekday()}
    if key not in days:
        return None
    hour = EVENING if key == "evening" else MORNING
    moment = datetime.combine(now.date() + timedelta(days=days[key]), hour, tzinfo=now.tzinfo)
    return moment if moment > now else None
