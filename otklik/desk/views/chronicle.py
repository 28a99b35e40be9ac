from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from otklik.desk import queries
from otklik.desk.actions import notices
from otklik.desk.views import chronicle_entries
from otklik.desk.views.access import EmployeeRequest, for_employees, whole


@require_GET
@for_employees
def home(request: EmployeeRequest) -> HttpResponse:
    """What waits for this person, or with `all` everything that he was told of."""
    template = "desk/_chronicle.html" if request.htmx else "desk/chronicle.html"
    if "all" in request.GET:
        shown = chronicle_entries.past(request, whole(request.GET.get("before")))
    else:
        shown = chronicle_entries.waiting(request)
    return render(request, template, shown)


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
