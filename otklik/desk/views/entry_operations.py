"""What can be done to an entry of the chronicle without opening it (contracts/planfix-behaviour.md §9)."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from otklik.desk.actions import notices, tasks
from otklik.desk.errors import DeskError
from otklik.desk.models import Status, Task
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task
from otklik.desk.views.entry_times import moment_of

LONGEST = timedelta(days=3660)


class LaterForm(forms.Form):
    """A time of one's own, in the reader's zone."""

    at = forms.DateTimeField(
        label=gettext_lazy("When it comes back"), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": gettext_lazy("Choose the time."), "invalid": gettext_lazy("Choose the time.")},
    )  # fmt: skip

    def clean_at(self) -> object:
        at = self.cleaned_data["at"]
        now = timezone.now()
        if not now < at < now + LONGEST:
            raise forms.ValidationError(_("Choose a time that lies ahead, within ten years."))
        return at


@require_http_methods(["GET", "POST"])
@for_employees
def later(request: EmployeeRequest, number: int) -> HttpResponse:
    """Puts the task's news off: to one of the offered times, or to one of one's own."""
    task = visible_task(request, number)
    if request.method == "GET":
        tomorrow = timezone.localtime().replace(hour=9, minute=0, second=0) + timedelta(days=1)
        return _asked(request, task, LaterForm(initial={"at": tomorrow}))
    if request.POST.get("until") == "own":
        form = LaterForm(request.POST)
        if not form.is_valid():
            return _asked(request, task, form)
        until = form.cleaned_data["at"]
    else:
        until = moment_of(request.POST.get("until", ""), timezone.localtime())
    if until is None:
        return _answer(request, _("Choose one of the times."))
    notices.put_off(task, until, by=request.employee)
    # Closes the dialog in which the time was chosen.
    return trigger_client_event(_answer(request), "feed-changed", {})


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


def _asked(request: EmployeeRequest, task: Task, form: LaterForm) -> HttpResponse:
    """A dialog over the chronicle, or a page of its own."""
    context = {"task": task, "later_form": form, "form": "desk/_later_form.html"}
    template = "desk/correction.html"
    if request.htmx:
        template = "desk/_later_form.html" if request.method == "POST" else "desk/_correction.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _answer(request: EmployeeRequest, fault: str = "") -> HttpResponse:
    """An open page learns by its stream what has changed; what was refused stands above the entries."""
    if fault and request.htmx:
        return render(request, "desk/_chronicle_fault.html", {"fault": fault}, status=422)
    if fault:
        messages.error(request, fault)
    return HttpResponse(status=204) if request.htmx else redirect("home")
