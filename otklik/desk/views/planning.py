"""Due date and reminders of a task: one page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from otklik.desk.actions import due_dates, reminders
from otklik.desk.errors import DeskError, Outdated
from otklik.desk.models import Reminder, Task
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task
from otklik.desk.views.answers import changed
from otklik.desk.views.management import seen as before
from otklik.desk.views.management.forms import add_error
from otklik.desk.views.task_plan import Plan

SOON = {
    "hour": gettext_lazy("In an hour"),
    "morning": gettext_lazy("Tomorrow at 9:00"),
    "week": gettext_lazy("In a week at 9:00"),
    "own": gettext_lazy("At the time below"),
}


class DueForm(forms.Form):
    day = forms.DateField(
        label=gettext_lazy("Day"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    at = forms.TimeField(
        label=gettext_lazy("Time"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy("Empty: the whole day. Without a day there is no due date."),
    )  # fmt: skip


class ReminderForm(forms.Form):
    """`moment`: the time that was chosen, in the reader's zone."""

    when = forms.ChoiceField(label=gettext_lazy("When"), choices=list(SOON.items()))
    at = forms.DateTimeField(
        label=gettext_lazy("Own time"), required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("What of"), required=False, max_length=reminders.NOTE_LIMIT,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    @property
    def moment(self) -> datetime:
        when, own = self.cleaned_data["when"], self.cleaned_data["at"]
        now = timezone.localtime()
        if when == "hour":
            return now + timedelta(hours=1)
        if when != "own":
            day = now.date() + timedelta(days=1 if when == "morning" else 7)
            return timezone.make_aware(datetime(day.year, day.month, day.day, 9))
        if own is None:
            raise ValueError
        moment: datetime = own
        return moment


@require_http_methods(["GET", "POST"])
@for_employees
def times(request: EmployeeRequest, number: int) -> HttpResponse:
    task = visible_task(request, number)
    if request.method == "GET":
        return _page(request, task)
    form = DueForm(request.POST)
    if form.is_valid():
        seen = before.read(request.POST.get("seen", "")).get("due")
        try:
            due_dates.change(task, form.cleaned_data["day"], form.cleaned_data["at"], seen=seen, by=request.employee)
        except Outdated as outdated:
            return _page(request, task, due=form, outdated=outdated)
        except DeskError as error:
            add_error(form, error)
        else:
            return changed(request, number)
    return _page(request, task, due=form)


@require_POST
@for_employees
def reminding(request: EmployeeRequest, number: int) -> HttpResponse:
    task = visible_task(request, number)
    form = ReminderForm(request.POST)
    if form.is_valid():
        try:
            reminders.add(task, form.moment, by=request.employee, note=form.cleaned_data["note"])
        except ValueError:
            form.add_error("at", _("Choose the time."))
        except DeskError as error:
            add_error(form, error)
        else:
            return redirect("task", number)
    return _page(request, task, reminder=form)


@require_POST
@for_employees
def cancellation(request: EmployeeRequest, number: int, pk: int) -> HttpResponse:
    task = visible_task(request, number)
    found = Reminder.objects.filter(pk=pk, task=task, employee=request.employee).select_related("task").first()
    if found:
        reminders.cancel(found, by=request.employee)
        messages.success(request, _("The reminder is cancelled."))
    return redirect("task", number)


def _page(
    request: EmployeeRequest,
    task: Task,
    *,
    due: DueForm | None = None,
    reminder: ReminderForm | None = None,
    outdated: Outdated | None = None,
) -> HttpResponse:
    facts = due_dates.facts_of(task)
    context: dict[str, Any] = {
        "task": Task.objects.select_related("due", "status").get(pk=task.pk),
        "plan": Plan(task, request.employee),
        "due_form": due or DueForm(initial=_shown(facts)),
        "reminder_form": reminder or ReminderForm(initial={"when": "hour"}),
        "seen": before.write({"due": facts}),
        "outdated": outdated,
    }
    is_wrong = outdated or (due and due.errors) or (reminder and reminder.errors)
    template = "desk/task_times.html"
    if request.htmx:
        # Of both only the due date: a dialog over the chronicle or the task.
        context["form"] = "desk/_due_form.html"
        template = "desk/_due_form.html" if request.method == "POST" else "desk/_correction.html"
    return render(request, template, context, status=422 if is_wrong else 200)


def _shown(facts: due_dates.Facts) -> dict[str, Any]:
    if not facts:
        return {}
    if not facts["at"]:
        return {"day": facts["day"]}
    at = timezone.localtime(datetime.fromisoformat(facts["at"]))
    return {"day": at.date(), "at": at.time()}
