"""The own fields of a task, filled in on a page of their own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from otklik.desk.actions import task_fields as actions
from otklik.desk.errors import DeskError, Outdated
from otklik.desk.models import Contact, Employee, Task, TaskField
from otklik.desk.views.access import EmployeeRequest, for_employees, visible_task
from otklik.desk.views.contact_list import found_by
from otklik.desk.views.management import seen as before
from otklik.desk.views.management.forms import add_error
from otklik.desk.views.task_plan import Plan


class ContactField(forms.CharField):
    """Found by words that fit one contact; its value is the contact's id."""

    def clean(self, value: Any) -> Any:
        words = str(super().clean(value)).replace("\0", "").strip()
        if not words:
            return None
        found = list(found_by(words)[:2]) or list(Contact.objects.current().filter(name=words)[:2])
        if len(found) != 1:
            raise forms.ValidationError(_("Write words that fit exactly one contact, such as the e-mail."))
        return found[0].pk


class ValuesForm(forms.Form):
    def __init__(self, fields: list[TaskField], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in fields:
            self.fields[f"field-{field.pk}"] = _form_field(field)

    @property
    def values(self) -> actions.Values:
        return {int(name.removeprefix("field-")): value for name, value in self.cleaned_data.items()}


def _form_field(field: TaskField) -> forms.Field:
    about: dict[str, Any] = {"label": field.name, "required": False}
    choices = [(one, one) for one in field.choices]
    if field.kind == "number":
        return forms.DecimalField(**about, max_digits=21, decimal_places=6, localize=True)
    if field.kind == "date":
        return forms.DateField(**about, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    if field.kind == "choice":
        return forms.ChoiceField(**about, choices=[("", "—"), *choices])
    if field.kind == "several":
        return forms.MultipleChoiceField(**about, choices=choices, widget=forms.CheckboxSelectMultiple)
    if field.kind == "person":
        people = Employee.objects.active().select_related("user").order_by("user__name", "pk")
        return forms.ChoiceField(**about, choices=[("", "—"), *((str(one.pk), one.name) for one in people)])
    if field.kind == "contact":
        help_text = gettext_lazy("A part of the name, the e-mail or the phone.")
        return ContactField(**about, max_length=100, help_text=help_text)
    return forms.CharField(**about, max_length=actions.TEXT_LIMIT)


@require_http_methods(["GET", "POST"])
@for_employees
def values(request: EmployeeRequest, number: int) -> HttpResponse:
    task = visible_task(request, number)
    fields = list(actions.of_task(task))
    form = ValuesForm(fields, request.POST or None, initial=_initial(task, fields))
    outdated = None
    if request.method == "POST" and form.is_valid():
        seen = {int(pk): value for pk, value in before.read(request.POST.get("seen", "")).items() if pk.isdigit()}
        try:
            actions.fill(task, form.values, seen=seen, by=request.employee)
        except Outdated as error:
            outdated = error
        except DeskError as error:
            add_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("task", number)
    now = {str(pk): value for pk, value in actions.values_of(task).items()}
    context = {
        "task": task,
        "form": form,
        "plan": Plan(task, request.employee),
        "seen": before.write(now),
        "outdated": outdated,
        "changed": [(one.name, actions.shown(one, now.get(str(one.pk)))) for one in fields] if outdated else [],
    }
    return render(request, "desk/task_values.html", context, status=422 if outdated or form.errors else 200)


def _initial(task: Task, fields: list[TaskField]) -> dict[str, Any]:
    now = actions.values_of(task)
    first: dict[str, Any] = {f"field-{pk}": value for pk, value in now.items()}
    for field in fields:
        if field.kind == "contact" and field.pk in now:
            first[f"field-{field.pk}"] = actions.shown(field, now[field.pk])
    return first
