from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.desk import quick_replies
from otklik.desk.actions import drafting, due_dates, editing, first_templates, making, moving
from otklik.desk.actions.making import Values
from otklik.desk.errors import DeskError, Outdated
from otklik.desk.models import Comment, Contact, Task, TaskTemplate
from otklik.desk.views import comment_more
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task, whole
from otklik.desk.views.management import seen as before
from otklik.desk.views.management.forms import add_error
from otklik.desk.views.task_forms import NewTaskForm, TaskForm


@require_http_methods(["GET", "POST"])
@for_employees
def new(request: EmployeeRequest) -> HttpResponse:
    """`contact`: the number of the client whom the task is about; `chosen`: that of one among several found;
    `parent`: the number of the task of which the new one is a part; `from`, `comment`: of what it is made."""
    given = request.POST if request.method == "POST" else request.GET
    of = comment_more.origin(request)
    named = _contact(request, given.get("chosen")) or _contact(request, given.get("contact"))
    contact = named if request.employee.sees_clients else None
    if of and "contact" not in given:
        contact = contact or _client_of(of, request)
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None and contact and "chosen" in data:
        data["client"] = contact.name
    parent = Task.objects.visible_to(request.employee).kept().filter(number=whole(given.get("parent"))).first()
    first = _first(request, parent, contact) | (comment_more.first_values(of) if of else {})
    form = NewTaskForm(data, contact=contact, by=request.employee, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            task = _make(form.values, request, parent, of)
        except DeskError as error:
            add_error(form, error)
        else:
            _keep_template(form.values, request)
            return redirect("task", task.number)
    context: dict[str, Any] = {"parent": parent, "form": form, "found": form.found, "contact": form.contact, "of": of}
    if quick_replies.are_there_for(request.employee):
        context["offers"] = reverse("offered_to_all")
    return render(request, "desk/task_form.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _make(values: Values, request: EmployeeRequest, parent: Task | None, of: Comment | None) -> Task:
    # A part of another task and what is made of a comment are told of there, so they are no drafts.
    if "draft" in request.POST and parent is None and of is None:
        task = drafting.draft(values, by=request.employee)
    else:
        task = making.make(values, by=request.employee, parent=parent)
    day, at = values.get("day"), values.get("at")
    if day or at:
        # The template may have given one of its own.
        due_dates.give(task, day, at)
    if of:
        moving.tell_made(of, task, by=request.employee)
    return task


def _keep_template(values: Values, request: EmployeeRequest) -> None:
    # In a transaction of its own: making has recorded its events, and the counter of events is the last of all locks.
    if values.get("keep_template"):
        template = TaskTemplate.objects.filter(pk=values["template"]).first()
        first_templates.choose(request.employee, template, by=request.employee)


def _contact(request: EmployeeRequest, number: str | None) -> Contact | None:
    usable = Contact.objects.current().visible_to(request.employee).filter(may_be_counterparty=True)
    return usable.filter(number=whole(number)).first()


def _client_of(comment: Comment, request: EmployeeRequest) -> Contact | None:
    """The client of its task, for whoever sees his card."""
    client = comment.task.contact
    return client if client and request.employee.sees_clients and client.is_visible_to(request.employee) else None


def _first(request: EmployeeRequest, parent: Task | None, contact: Contact | None) -> dict[str, Any]:
    template = first_templates.of(request.employee)
    return {
        "template": template.pk if template else None,
        "assignee": [f"employee-{request.employee.pk}"],
        "project": parent.project_id if parent else None,
        "client": contact.name if contact else "",
    }


@require_http_methods(["GET", "POST"])
@for_employees
def edit(request: EmployeeRequest, number: int) -> HttpResponse:
    """Name, description, project and people; whoever may not edit the task changes its participants."""
    task = visible_task(request, number)
    only = editing.changeable(task, request.employee)
    form = TaskForm(request.POST or None, only=only, initial=editing.values_of(task))
    if request.method == "GET" or not form.is_valid():
        return _page(request, task, form)

    seen = before.read(request.POST.get("seen", ""))
    try:
        editing.change(task, form.values, seen=seen, by=request.employee)
    except Outdated as outdated:
        now = editing.values_of(task)
        mine = before.merged(seen, form.values, {name: now[name] for name in form.values})
        return _page(request, task, TaskForm(only=only, initial=mine), outdated)
    except DeskError as error:
        add_error(form, error)
        return _page(request, task, form)
    messages.success(request, _("Saved."))
    return redirect("task", number)


def _page(request: EmployeeRequest, task: Task, form: TaskForm, outdated: Outdated | None = None) -> HttpResponse:
    now = editing.values_of(Task.objects.get(pk=task.pk))
    context: dict[str, Any] = {"form": form, "task": task, "outdated": outdated, "seen": before.write(now)}
    if quick_replies.are_there_for(request.employee):
        context["offers"] = reverse("offered_replies", args=[task.number])
    if outdated:
        told = editing.told_changes(dict.fromkeys(outdated.now), outdated.now)
        context["changed"] = [(form.fields[name].label, _words(pair[1])) for name, pair in told.items()]
    return render(request, "desk/task_form.html", context, status=422 if outdated or form.errors else 200)


def _words(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value or "—")
