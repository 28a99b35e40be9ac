"""The own fields of tasks, and those of contacts, behind the gear."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from otklik.desk.actions import contact_fields, task_fields
from otklik.desk.errors import DeskError
from otklik.desk.models import ContactField, ContactTemplate, TaskField, TaskTemplate
from otklik.desk.own_fields import KINDS
from otklik.desk.views.access import EmployeeRequest, for_account_management
from otklik.desk.views.management.forms import add_error
from otklik.desk.views.own_field_forms import FieldForm


class Whose(NamedTuple):
    """`page`: the name of the list's address. `actions`: who saves and archives."""

    page: str
    title: Promise
    # Where there is none yet.
    nothing: Promise
    every_template: Promise
    actions: Any
    fields: type[TaskField] | type[ContactField]
    templates: type[TaskTemplate] | type[ContactTemplate]
    order: str


WHOSE = {
    "tasks": Whose(
        "task_fields", gettext_lazy("Fields of tasks"),
        gettext_lazy("Tasks have no fields of your own yet: add what you want to know of them, such as the number of an"
                     " order."),
        gettext_lazy("Tasks of all templates"), task_fields, TaskField, TaskTemplate, "number",
    ),
    "contacts": Whose(
        "contact_fields", gettext_lazy("Fields of contacts"),
        gettext_lazy("Contacts have no fields of your own yet: add what you want to know of them, such as the"
                     " birthday."),
        gettext_lazy("Contacts of all templates"), contact_fields, ContactField, ContactTemplate, "pk",
    ),
}  # fmt: skip


def _form(whose: Whose, *args: Any, **kwargs: Any) -> FieldForm:
    offered: Any = whose.templates._default_manager.order_by("place", whose.order)
    templates = forms.ModelChoiceField(
        offered, label=_("Template"), required=False, empty_label=str(whose.every_template)
    )
    return FieldForm(*args, templates=templates, **kwargs)


@require_http_methods(["GET", "POST"])
@for_account_management
def fields(request: EmployeeRequest, of: str) -> HttpResponse:
    whose = WHOSE[of]
    form = _form(whose, request.POST or None)
    if request.method == "POST" and _saved(request, whose, form, None):
        return redirect(whose.page)
    found = whose.fields._default_manager.select_related("template").order_by("archived_at", "place", "pk")
    rows = [(field, KINDS.get(field.kind, field.kind)) for field in found]
    context = {"rows": rows, "form": form, "whose": whose}
    return render(request, "desk/management/own_fields.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@for_account_management
def field(request: EmployeeRequest, pk: int, of: str) -> HttpResponse:
    """`archive` takes the field away, `restore` brings it back."""
    whose = WHOSE[of]
    found: Any = get_object_or_404(whose.fields._default_manager.select_related("template"), pk=pk)
    if request.method == "POST" and ("archive" in request.POST or "restore" in request.POST):
        whose.actions.archive(found, is_wanted="archive" in request.POST, by=request.employee)
        return redirect(whose.page)
    first = {"name": found.name, "choices": "\n".join(found.choices)}
    form = _form(whose, request.POST or None, field=found, initial=first)
    if request.method == "POST" and _saved(request, whose, form, found):
        return redirect(whose.page)
    context = {"field": found, "form": form, "kind": KINDS.get(found.kind, found.kind), "whose": whose}
    return render(request, "desk/management/own_field.html", context, status=422 if form.errors else 200)


def _saved(request: EmployeeRequest, whose: Whose, form: FieldForm, field: TaskField | ContactField | None) -> bool:
    if not form.is_valid():
        return False
    try:
        whose.actions.save(field, **form.given, by=request.employee)
    except DeskError as error:
        add_error(form, error)
        return False
    messages.success(request, _("Saved."))
    return True
