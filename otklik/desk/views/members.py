from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from otklik.desk import rights
from otklik.desk.actions import absences, people
from otklik.desk.actions import members as actions
from otklik.desk.errors import DeskError
from otklik.desk.models import Task
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task
from otklik.desk.views.answers import changed
from otklik.desk.views.task_filters import Choice

TITLES = {
    "assignee": gettext_lazy("Who does this task"),
    "participant": gettext_lazy("Who takes part"),
    "auditor": gettext_lazy("Who watches over this task"),
}


@require_http_methods(["GET", "POST"])
@for_employees
def members(request: EmployeeRequest, number: int, role: str) -> HttpResponse:
    """Employees and groups in a role of the task: as a dialog over its page, or a page of its own."""
    if request.method == "POST" and (told := actions.taken_from(request.employee, number)):
        # He may do it no more because somebody was quicker.
        return _too_late(request, told)
    task = visible_task(request, number)
    if role not in actions.ROLES or not rights.may_change_members(task, request.employee, role):
        raise Http404
    now = actions.who_is(task, role)
    error = None
    if request.method == "POST":
        try:
            seen = request.POST.get("seen", "").split()
            actions.change(task, role, request.POST.getlist("who"), seen=seen, by=request.employee)
            return _changed(request, task)
        except DeskError as refused:
            error = refused
    chosen = request.POST.getlist("who") if error else now
    context = {
        "task": task,
        "role": role,
        "title": TITLES[role],
        "people": [Choice(value, name, value in chosen) for value, name in absences.told(people.choices(chosen))],
        "seen": " ".join(request.POST.get("seen", "").split() if error else now),
        "error": error,
        "form": "desk/_members_form.html",
    }
    template = "desk/correction.html"
    if request.htmx:
        template = "desk/_members_form.html" if request.method == "POST" else "desk/_correction.html"
    return render(request, template, context, status=422 if error else 200)


def _too_late(request: EmployeeRequest, told: str) -> HttpResponse:
    messages.warning(request, told)
    return HttpResponseClientRedirect(reverse("tasks")) if request.htmx else redirect("tasks")


def _changed(request: EmployeeRequest, task: Task) -> HttpResponse:
    """Back to the task; whoever has given it away altogether sees the list."""
    if not Task.objects.visible_to(request.employee).filter(pk=task.pk).exists():
        messages.success(request, _("You do not take part in task %(number)s any more.") % {"number": task.number})
        return HttpResponseClientRedirect(reverse("tasks")) if request.htmx else redirect("tasks")
    return changed(request, task.number)
