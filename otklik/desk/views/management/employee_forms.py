from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from otklik.desk.actions import employees
from otklik.desk.actions.account_rights import may_identify, roles_to_give
from otklik.desk.actions.invitations import NAME_LIMIT
from otklik.desk.models import ContactTemplate, Employee, Group, TaskTemplate
from otklik.lib.letters import has_server
from otklik.people.forms import timezones

Role = Employee.AccountRole


class RoleForm(forms.Form):
    """What he is here."""

    role = forms.ChoiceField(label=_("Role in the account"))
    position = forms.CharField(label=_("Position"), max_length=NAME_LIMIT, required=False)
    groups = forms.ModelMultipleChoiceField(
        Group.objects.none(), label=_("Groups"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, by: Employee, employee: Employee | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = self.fields["groups"]
        assert isinstance(groups, forms.ModelMultipleChoiceField)
        own = [Role.OWNER] if employee and employee.role == Role.OWNER else list(roles_to_give(by))
        if employee and employee.role not in own:
            own = [Role(employee.role)]
        self.choose("role", [(one.value, one.label) for one in own])
        groups.queryset = Group.objects.order_by("name", "pk")
        if not groups.queryset.exists():
            del self.fields["groups"]

    def choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class EmployeeForm(RoleForm):
    name = forms.CharField(
        label=_("Name"), max_length=NAME_LIMIT, error_messages={"required": _("This must be given.")}
    )
    email = forms.EmailField(label=_("E-mail"), help_text=_("With it he signs in."))
    phone = forms.CharField(label=_("Phone"), max_length=employees.PHONE_LIMIT, required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    timezone = forms.ChoiceField(label=_("Time zone"), required=False)
    task_template = forms.ModelChoiceField(
        TaskTemplate.objects.none(), label=_("Template of the tasks that he makes"), required=False,
        empty_label=_("Standard template"), help_text=_("With it his new tasks begin; he may choose another one."),
    )  # fmt: skip
    manager = forms.ModelChoiceField(
        Employee.objects.none(), label=_("Manager"), required=False, empty_label=_("Nobody"),
        help_text=_("He and those above him see this employee's tasks and may do there what Roles say."),
    )  # fmt: skip
    # Whose id stood there when the page was shown.
    manager_seen = forms.IntegerField(required=False, widget=forms.HiddenInput())
    contact_template = forms.ModelChoiceField(
        ContactTemplate.objects.offered(), label=_("Template of the contacts that he makes"), required=False,
        empty_label=_("Contact template"), help_text=_("With it his new contacts begin; he may choose another one."),
    )  # fmt: skip
    field_order = [
        "name", "email", "phone", "position", "role", "manager", "groups", "task_template", "contact_template",
        "language", "timezone",
    ]  # fmt: skip

    def __init__(self, *args: Any, employee: Employee, by: Employee, **kwargs: Any) -> None:
        super().__init__(*args, by=by, employee=employee, **kwargs)
        template = self.fields["task_template"]
        assert isinstance(template, forms.ModelChoiceField)
        template.queryset = TaskTemplate.objects.offered(employee.task_template_id).filter(key="")
        contacts = self.fields["contact_template"]
        assert isinstance(contacts, forms.ModelChoiceField)
        contacts.queryset = ContactTemplate.objects.offered(employee.contact_template_id)
        self._offer_managers(employee, by)
        self.choose("language", [("", _("As in the browser")), *settings.LANGUAGES])
        self.choose("timezone", [("", _("As in the browser")), ("UTC", "UTC"), *timezones()])
        for name in employees.IDENTITY:
            self.fields[name].widget.attrs["autocomplete"] = "off"
            if not may_identify(employee, by):
                del self.fields[name]

    def _offer_managers(self, employee: Employee, by: Employee) -> None:
        if not by.is_administrator:
            del self.fields["manager"], self.fields["manager_seen"]
            return
        manager = self.fields["manager"]
        assert isinstance(manager, forms.ModelChoiceField)
        now = Employee.objects.filter(pk=employee.manager_id or 0)
        offered = (Employee.objects.active() | now).exclude(pk=employee.pk)
        manager.queryset = offered.select_related("user").order_by("user__name", "pk")

    def person(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in employees.PERSON if name in self.cleaned_data}


class InvitationForm(RoleForm):
    name = forms.CharField(
        label=_("For whom"), max_length=NAME_LIMIT,
        help_text=_("So that you know it in the list; the person chooses his own name."),
        error_messages={"required": _("Say for whom it is.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("Send the link to"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    days = forms.TypedChoiceField(
        label=_("Good for"), coerce=int, initial=7, choices=[(1, _("a day")), (7, _("a week")), (30, _("a month"))]
    )
    field_order = ["name", "email", "role", "position", "groups", "days"]

    def __init__(self, *args: Any, by: Employee, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        if not has_server() or not by.is_administrator:
            del self.fields["email"]
        if "groups" in self.fields and not by.is_administrator:
            del self.fields["groups"]
