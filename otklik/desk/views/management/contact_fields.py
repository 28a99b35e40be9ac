from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.desk.actions import contact_fields as actions
from otklik.desk.errors import DeskError
from otklik.desk.models import ContactField, ContactTemplate
from otklik.desk.own_fields import KINDS
from otklik.desk.views.access import EmployeeRequest, for_administrators
from otklik.desk.views.management.forms import add_error
from otklik.desk.views.own_field_forms import FieldForm


def _form(*args: Any, **kwargs: Any) -> FieldForm:
    templates = forms.ModelChoiceField(
        ContactTemplate.objects.order_by("pk"), label=_("Template"), required=False,
        empty_label=_("Contacts of all templates"),
    )  # fmt: skip
    return FieldForm(*args, templates=templates, **kwargs)


@require_http_methods(["GET", "POST"])
@for_administrators
def contact_fields(request: EmployeeRequest) -> HttpResponse:
    form = _form(request.POST or None)
    if request.method == "POST" and _saved(request, form, None):
        return redirect("contact_fields")
    fields = ContactField.objects.select_related("template").order_by("archived_at", "place", "pk")
    rows = [(field, KINDS.get(field.kind, field.kind)) for field in fields]
    context = {"rows": rows, "form": form}
    return render(request, "desk/management/contact_fields.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@for_administrators
def contact_field(request: EmployeeRequest, pk: int) -> HttpResponse:
    """`archive` takes the field away, `restore` brings it back."""
    field = get_object_or_404(ContactField.objects.select_related("template"), pk=pk)
    if request.method == "POST" and ("archive" in request.POST or "restore" in request.POST):
        actions.archive(field, is_wanted="archive" in request.POST, by=request.employee)
        return redirect("contact_fields")
    form = _form(request.POST or None, field=field, initial={"name": field.name, "choices": "\n".join(field.choices)})
    if request.method == "POST" and _saved(request, form, field):
        return redirect("contact_fields")
    context = {"field": field, "form": form, "kind": KINDS.get(field.kind, field.kind)}
    return render(request, "desk/management/contact_field.html", context, status=422 if form.errors else 200)


def _saved(request: EmployeeRequest, form: FieldForm, field: ContactField | None) -> bool:
    if not form.is_valid():
        return False
    try:
        actions.save(field, **form.given, by=request.employee)
    except DeskError as error:
        add_error(form, error)
        return False
    messages.success(request, _("Saved."))
    return True
