from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.desk import variables
from otklik.desk.actions import task_templates as actions
from otklik.desk.actions import template_order
from otklik.desk.errors import DeskError, Outdated
from otklik.desk.models import Task, TaskTemplate
from otklik.desk.views.access import EmployeeRequest, for_account_management, whole
from otklik.desk.views.management import seen as before
from otklik.desk.views.management.forms import TaskTemplateForm, add_error

# Tasks on which a template can be looked at before it is saved.
OFFERED = 20


@require_GET
@for_account_management
def task_templates(request: EmployeeRequest) -> HttpResponse:
    templates = TaskTemplate.objects.select_related("project__parent", "status_set").prefetch_related(
        "members__role", "members__employee__user", "members__group"
    )
    offered = list(templates.offered())
    archived = templates.exclude(archived_at=None).order_by("-archived_at")
    return render(request, "desk/management/task_templates.html", {"templates": offered, "archived": archived})


@require_POST
@for_account_management
def change(request: EmployeeRequest, number: int) -> HttpResponse:
    """What the list does: order, archive."""
    template, deed = get_object_or_404(TaskTemplate, number=number), request.POST.get("do", "")
    try:
        if deed in ("up", "down"):
            template_order.move(template, up=deed == "up", by=request.employee)
        elif deed == "place":
            template_order.place(template, whole(request.POST.get("at")), by=request.employee)
        elif deed in ("archive", "restore"):
            template_order.archive(template, by=request.employee, is_wanted=deed == "archive")
    except DeskError as error:
        messages.error(request, str(error))
    return redirect("task_templates")


@require_http_methods(["GET", "POST"])
@for_account_management
def new(request: EmployeeRequest) -> HttpResponse:
    """`like`: the number of the template whose values it begins with."""
    form = TaskTemplateForm(request.POST or None, initial=_like(request))
    if "preview" in request.POST:
        return _page(request, form)
    if request.method == "POST" and form.is_valid():
        try:
            actions.make(form.values, new_project=form.cleaned_data["new_project"], by=request.employee)
        except DeskError as error:
            add_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("task_templates")
    return _page(request, form)


@require_http_methods(["GET", "POST"])
@for_account_management
def task_template(request: EmployeeRequest, number: int) -> HttpResponse:
    template = get_object_or_404(TaskTemplate, number=number)
    form = TaskTemplateForm(request.POST or None, template=template, initial=actions.values_of(template))
    if request.method == "GET" or "preview" in request.POST or not form.is_valid():
        return _page(request, form, template)

    seen, typed = before.read(request.POST.get("seen", "")), form.cleaned_data["new_project"]
    try:
        actions.change(template, form.values, seen=seen, new_project=typed, by=request.employee)
    except Outdated as outdated:
        mine = before.merged(seen, form.values, actions.values_of(get_object_or_404(TaskTemplate, number=number)))
        return _page(
            request, TaskTemplateForm(template=template, initial={**mine, "new_project": typed}), template, outdated
        )
    except DeskError as error:
        add_error(form, error)
        return _page(request, form, template)
    messages.success(request, _("Saved."))
    return redirect("task_templates")


@require_http_methods(["GET", "POST"])
@for_account_management
def removal(request: EmployeeRequest, number: int) -> HttpResponse:
    template = get_object_or_404(TaskTemplate, number=number)
    error = None
    if request.method == "POST":
        try:
            actions.remove(template, by=request.employee)
        except DeskError as refused:
            error = refused
        else:
            messages.success(request, _("“%(name)s” is deleted.") % {"name": template.name})
            return redirect("task_templates")
    context = {"template": template, "error": error, "users": template_order.users_of(template)}
    return render(request, "desk/management/task_template_removal.html", context, status=422 if error else 200)


def _page(
    request: EmployeeRequest,
    form: TaskTemplateForm,
    template: TaskTemplate | None = None,
    outdated: Outdated | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "template": template, "outdated": outdated}
    if template:
        template.refresh_from_db()
        context["users"] = template_order.users_of(template)
        context["seen"] = before.write(actions.values_of(template))
    if "preview" in request.POST:
        # Nothing is saved yet: what was shown at first stays what the change is compared with.
        form.errors.clear()
        context |= {"preview": _preview(request), "seen": request.POST.get("seen", "")}
    context["variables"] = variables.listed(request.employee)
    context["tasks"] = Task.objects.visible_to(request.employee).kept().order_by("-last_event")[:OFFERED]
    if outdated:
        context["changed"] = [
            (form.fields[name].label, _shown(form, name, value)) for name, value in outdated.now.items()
        ]
    return render(
        request, "desk/management/task_template.html", context, status=422 if outdated or form.errors else 200
    )


def _like(request: EmployeeRequest) -> actions.Values:
    template = TaskTemplate.objects.filter(number=whole(request.GET.get("like"))).first()
    if template is None:
        return {}
    return actions.values_of(template) | {"name": _("%(name)s (copy)") % {"name": template.name[:180]}}


def _preview(request: EmployeeRequest) -> dict[str, Any]:
    """Name and description as typed, filled in for the chosen task."""
    tasks = Task.objects.visible_to(request.employee).kept().select_related("contact", "status", "project", "source")
    task = tasks.filter(number=whole(request.POST.get("preview_task"))).first()
    if task is None:
        return {"task": None}
    scene = variables.Scene(task, request.employee)
    name, description = (variables.filled(request.POST.get(one, ""), scene) for one in ("task_name", "description"))
    return {"task": task, "name": name, "description": description}


def _shown(form: TaskTemplateForm, name: str, value: Any) -> str:
    """A value as the form would show it: the names of what is chosen."""
    choices = getattr(form.fields[name], "choices", None)
    if choices is None:
        return str(value)
    chosen = {str(one) for one in (value if isinstance(value, list) else [value])}
    return ", ".join(str(label) for key, label in choices if str(key) in chosen)
