from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from otklik.desk import queries
from otklik.desk.actions import notices
from otklik.desk.views.access import EmployeeRequest, for_employees

MOST = 100


@require_GET
@for_employees
def home(request: EmployeeRequest) -> HttpResponse:
    template = "desk/_chronicle.html" if request.htmx else "desk/chronicle.html"
    return render(request, template, {"entries": queries.chronicle(request.employee, limit=MOST)})


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
