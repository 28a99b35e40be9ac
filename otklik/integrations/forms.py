"""The form "Integration parameters" (S03), the same when an account is added and behind its gear."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.desk.actions.account_rights import people_fault
from otklik.desk.actions.people import choices as people_choices
from otklik.desk.actions.people import ids as ids_of
from otklik.desk.models import ContactTemplate, Employee, Group, TaskTemplate
from otklik.integrations.models import Connection, KindOptions
from otklik.lib.text import clean_name

GONE = _("This template is not there any more. Choose another one.")


class PeopleChips(forms.CheckboxSelectMultiple):
    """Plain checkboxes; where scripts run, `<people-picker>` shows the chosen ones as chips with ✕ and ⊕."""

    template_name = "desk/widgets/people.html"


class PeopleField(forms.MultipleChoiceField):
    """Employees and groups, as `employee-7` and `group-3`."""

    widget = PeopleChips
    default_error_messages = {
        "invalid_choice": _("Somebody chosen here is not there any more. Look through the list and save again."),
    }


class IntegrationParameters(forms.Form):
    """`cleaned_data`: name, email ("" or in lower case), task_template, contact_template; the people are `employees`
    and `groups` of the valid form."""

    name = forms.CharField(
        label=_("Account name"),
        max_length=200,
        help_text=_("Best the name of the site on which the chat runs."),
        error_messages={"required": _("Give the account a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("Registered e-mail of an operator"),
        max_length=254,
        required=False,
        help_text=_("In whose name visitors are answered. Empty: a chat user with the name of the account."),
        error_messages={"invalid": _("This is no e-mail address.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    task_template = forms.ModelChoiceField(
        TaskTemplate.objects.none(),
        label=_("Template for new tasks"),
        empty_label=None,
        error_messages={"invalid_choice": GONE},
    )
    contact_template = forms.ModelChoiceField(
        ContactTemplate.objects.none(),
        label=_("Template for new contacts"),
        empty_label=None,
        error_messages={"invalid_choice": GONE},
    )
    people = PeopleField(
        label=_("Employees who converse here"),
        required=False,
        help_text=_("They become assignees of each new task, besides those of its template, and may reply in it."),
    )

    def __init__(self, *args: Any, by: Employee | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self._offer("task_template", TaskTemplate.objects.offered(self.initial.get("task_template")))
        self.fields["task_template"].initial = TaskTemplate.objects.get(key="standard")
        self._offer("contact_template", ContactTemplate.objects.offered(self.initial.get("contact_template")))
        self.fields["contact_template"].initial = ContactTemplate.objects.get(key="contact")
        people = self.fields["people"]
        assert isinstance(people, PeopleField)
        people.choices = people_choices(self.get_initial_for_field(people, "people") or [])

    def _offer(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows
        # The first one stands for "no choice made": the standard template.
        field.initial = rows.first()

    def clean_name(self) -> str:
        name = clean_name(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(self.fields["name"].error_messages["required"], code="required")
        return name

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean_people(self) -> list[str]:
        chosen, before = self.cleaned_data["people"], self.initial.get("people") or []
        if self.by and (sentence := people_fault(self.by, before, chosen)):
            raise forms.ValidationError(sentence, code="refused")
        return list(chosen)

    @property
    def employees(self) -> list[Employee]:
        return list(Employee.objects.filter(pk__in=ids_of(self.cleaned_data["people"], "employee")).order_by("pk"))

    @property
    def groups(self) -> list[Group]:
        return list(Group.objects.filter(pk__in=ids_of(self.cleaned_data["people"], "group")).order_by("pk"))


class AccountSettings(IntegrationParameters):
    """The same behind the gear of an account, where a chat user that nobody knows is asked for once more."""

    def ask_to_confirm(self, warning: str, label: str) -> None:
        """Warns beside the e-mail and offers to confirm exactly this address."""
        email = self.cleaned_data["email"]
        self.add_error("email", warning)
        box = forms.CheckboxInput(attrs={"value": email})
        self.fields["confirmed"] = forms.BooleanField(label=label, required=False, widget=box)
        self.order_fields(["name", "email", "confirmed"])

    @property
    def is_confirmed(self) -> bool:
        return bool(self.data.get("confirmed")) and self.data["confirmed"] == self.cleaned_data["email"]


LINES = (0, 1, 5, 10, 20, 50)


class KindOptionsForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Options of a kind; they hold for all its accounts (S11, S12)."""

    earlier_lines = forms.TypedChoiceField(
        label=_("Repeat the last lines of the previous task in the new one"),
        coerce=int,
        choices=[(0, _("none, the link is enough")), *((n, str(n)) for n in LINES[1:])],
    )

    class Meta:
        model = KindOptions
        fields = ["new_task_if_none_active", "on_behalf_of_employee", "earlier_lines"]
        labels = {
            "new_task_if_none_active": _(
                "Create a new task if there is no active task of conversation with this contact"
            ),
            "on_behalf_of_employee": _("Send messages on behalf of the employee"),
        }


def parameters_of(connection: Connection) -> dict[str, Any]:
    """What the form shows of a connected account."""
    return {
        "name": connection.name,
        "email": str(connection.settings.get("agent_email") or ""),
        "task_template": connection.task_template_id,
        "contact_template": connection.contact_template_id,
        "people": [
            *(f"group-{pk}" for pk in connection.groups.order_by("pk").values_list("pk", flat=True)),
            *(f"employee-{pk}" for pk in connection.employees.order_by("pk").values_list("pk", flat=True)),
        ],
    }
