from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.desk import own_fields, variables
from otklik.desk.actions import task_templates as actions
from otklik.desk.actions import template_along, template_order
from otklik.desk.errors import DeskError, Outdated
from otklik.desk.models import Task, TaskField, TaskTemplate
from otklik.desk.views.access import EmployeeRequest, for_account_management, whole
from otklik.desk.views.management import seen as before
from otklik.desk.views.management.forms import TaskTemplateForm, add_error
from otklik.desk.views.own_field_forms import ValuesForm

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
    like = _like(request)
    form = TaskTemplateForm(request.POST or None, initial=like)
    own = _own_values(request, None, like)
    if "preview" in request.POST:
        return _page(request, form, own)
    if request.method == "POST" and form.is_valid() and own.is_valid():
        try:
            actions.make(_given(form, own), new_project=form.cleaned_data["new_project"], by=request.employee)
        except DeskError as error:
            add_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("task_templates")
    return _page(request, form, own)


@require_http_methods(["GET", "POST"])
@for_account_management
def task_template(request: EmployeeRequest, number: int) -> HttpResponse:
    template = get_object_or_404(TaskTemplate, number=number)
    now = actions.values_of(template)
    form = TaskTemplateForm(request.POST or None, template=template, initial=now)
    own = _own_values(request, template, now)
    if request.method == "GET" or "preview" in request.POST or not (form.is_valid() and own.is_valid()):
        return _page(request, form, own, template)

    seen, typed, given = before.read(request.POST.get("seen", "")), form.cleaned_data["new_project"], _given(form, own)
    try:
        actions.change(template, given, seen=seen, new_project=typed, by=request.employee)
    except Outdated as outdated:
        mine = before.merged(seen, given, actions.values_of(get_object_or_404(TaskTemplate, number=number)))
        form = TaskTemplateForm(template=template, initial={**mine, "new_project": typed})
        return _page(request, form, _own_values(request, template, mine, is_shown=True), template, outdated)
    except DeskError as error:
        add_error(form, error)
        return _page(request, form, own, template)
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
    own: ValuesForm,
    template: TaskTemplate | None = None,
    outdated: Outdated | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "own": own, "template": template, "outdated": outdated}
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
        context["changed"] = [(_label(form, name), _shown(form, name, value)) for name, value in outdated.now.items()]
    return render(
        request,
        "desk/management/task_template.html",
        context,
        status=422 if outdated or form.errors or own.errors else 200,
    )


def _own_values(
    request: EmployeeRequest, template: TaskTemplate | None, now: actions.Values, *, is_shown: bool = False
) -> ValuesForm:
    """The own fields of the template's tasks, with the values with which they begin. `is_shown`: whatever was sent."""
    shown = {int(pk): value for pk, value in now.get("fields", {}).items()}
    given = None if is_shown else request.POST or None
    return ValuesForm(list(template_along.fields_of(template)), shown, given, by=request.employee)


def _given(form: TaskTemplateForm, own: ValuesForm) -> actions.Values:
    """Of valid forms, as the actions take it and a page remembers it."""
    fields = {field.pk: field for field in own.of}
    stored = {str(pk): own_fields.checked(fields[pk], value) for pk, value in own.values.items()}
    return form.values | {"fields": {pk: value for pk, value in stored.items() if value is not None}}


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


def _label(form: TaskTemplateForm, name: str) -> Any:
    return form.fields[name].label if name in form.fields else _("Own fields")


def _shown(form: TaskTemplateForm, name: str, value: Any) -> str:
    """A value as the form would show it: the names of what is chosen."""
    if name == "fields":
        named = {str(field.pk): field for field in TaskField.objects.filter(pk__in=value)}
        return ", ".join(f"{field}: {own_fields.shown(field, value[pk])}" for pk, field in named.items())
    choices = getattr(form.fields[name], "choices", None)
    if choices is None:
        return str(value)
    chosen = {str(one) for one in (value if isinstance(value, list) else [value])}
    return ", ".join(str(label) for key, label in choices if str(key) in chosen)
