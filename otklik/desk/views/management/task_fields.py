from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from otklik.desk.actions import task_fields as actions
from otklik.desk.errors import DeskError
from otklik.desk.models import TaskField, TaskTemplate
from otklik.desk.views.access import EmployeeRequest, for_administrators
from otklik.desk.views.management.forms import add_error, name_field


class FieldForm(forms.Form):
    name = name_field(gettext_lazy("Give the field a name."), actions.NAME_LIMIT)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=list(actions.KINDS.items()))
    choices = forms.CharField(
        label=gettext_lazy("Choices"), required=False, max_length=12000, widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("One in each line; for the two kinds with a list."),
    )  # fmt: skip
    template = forms.ModelChoiceField(
        TaskTemplate.objects.none(), label=gettext_lazy("Template"), required=False,
        empty_label=gettext_lazy("Tasks of all templates"),
    )  # fmt: skip

    def __init__(self, *args: Any, field: TaskField | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        template = self.fields["template"]
        assert isinstance(template, forms.ModelChoiceField)
        template.queryset = TaskTemplate.objects.order_by("number")
        if field:
            del self.fields["kind"], self.fields["template"]
            if field.kind not in ("choice", "several"):
                del self.fields["choices"]


@require_http_methods(["GET", "POST"])
@for_administrators
def task_fields(request: EmployeeRequest) -> HttpResponse:
    form = FieldForm(request.POST or None)
    if request.method == "POST" and _saved(request, form, None):
        return redirect("task_fields")
    fields = TaskField.objects.select_related("template").order_by("archived_at", "place", "pk")
    rows = [(field, actions.KINDS.get(field.kind, field.kind)) for field in fields]
    context = {"rows": rows, "form": form}
    return render(request, "desk/management/task_fields.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@for_administrators
def task_field(request: EmployeeRequest, pk: int) -> HttpResponse:
    """`archive` takes the field away, `restore` brings it back."""
    field = get_object_or_404(TaskField.objects.select_related("template"), pk=pk)
    if request.method == "POST" and ("archive" in request.POST or "restore" in request.POST):
        actions.archive(field, is_wanted="archive" in request.POST, by=request.employee)
        return redirect("task_fields")
    initial = {"name": field.name, "choices": "\n".join(field.choices)}
    form = FieldForm(request.POST or None, field=field, initial=initial)
    if request.method == "POST" and _saved(request, form, field):
        return redirect("task_fields")
    context = {"field": field, "form": form, "kind": actions.KINDS.get(field.kind, field.kind)}
    return render(request, "desk/management/task_field.html", context, status=422 if form.errors else 200)


def _saved(request: EmployeeRequest, form: FieldForm, field: TaskField | None) -> bool:
    if not form.is_valid():
        return False
    given = form.cleaned_data
    try:
        actions.save(
            field,
            name=given["name"],
            kind=given.get("kind", ""),
            choices=given.get("choices", "").splitlines(),
            template=given.get("template"),
            by=request.employee,
        )
    except DeskError as error:
        add_error(form, error)
        return False
    messages.success(request, _("Saved."))
    return True
