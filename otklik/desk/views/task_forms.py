"""The form by which a task is made or changed by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.desk.actions import absences, people
from otklik.desk.actions.making import LIMITS, Values
from otklik.desk.actions.task_people import ROLES
from otklik.desk.models import Contact, Employee, Project, TaskTemplate
from otklik.desk.models.task import ROLE_NAMES
from otklik.desk.views.contact_list import found_by
from otklik.desk.views.management.forms import PeopleChips, ProjectChoice

# So many clients of one name are offered to choose from.
OFFERED = 10
FIRST = ("name", "description", "client")
DUE = ("day", "at")
ROLE_HELP = {
    "assignee": _("Who does it."),
    "participant": _("Who sees it and writes notes."),
    "auditor": _("Who sees it and may change it."),
}


class TaskForm(forms.Form):
    """`values` as `making` and `editing` take them; without the fields of `without`."""

    name = forms.CharField(
        label=pgettext_lazy("of a thing", "Name"),
        max_length=LIMITS["name"],
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    description = forms.CharField(
        label=_("Description"), max_length=LIMITS["description"], required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip
    project = ProjectChoice(Project.objects.none(), label=_("Project"), required=False, empty_label=_("No project"))

    def __init__(self, *args: Any, only: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["required"] = True
        project = self.fields["project"]
        assert isinstance(project, ProjectChoice)
        project.queryset = Project.objects.select_related("parent__parent__parent").order_by("name", "pk")
        for role in ROLES:
            offered = absences.told(people.choices(self.initial.get(role, [])))
            self.fields[role] = forms.MultipleChoiceField(
                label=ROLE_NAMES[role], choices=offered, required=False,
                widget=PeopleChips(), help_text=ROLE_HELP[role],
            )  # fmt: skip
        for name in list(self.fields):
            if only and name not in only:
                del self.fields[name]

    @property
    def values(self) -> Values:
        given = dict(self.cleaned_data)
        if "description" in given:
            given["description"] = given["description"].replace("\r\n", "\n")
        if "project" in given:
            given["project"] = given["project"].pk if given["project"] else None
        return given | {role: sorted(given[role]) for role in ROLES if role in given}

    @property
    def people(self) -> list[forms.BoundField]:
        return [self[role] for role in ROLES if role in self.fields]

    @property
    def first(self) -> list[forms.BoundField]:
        """What is asked of everybody; the rest folds away."""
        return [field for field in self if field.name in FIRST]

    @property
    def others(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in (*FIRST, *DUE, *ROLES)]

    @property
    def due(self) -> list[forms.BoundField]:
        return [field for field in self if field.name in DUE]


class NewTaskForm(TaskForm):
    """`client`: words by which a contact is found; where they fit several, one is chosen among them. `day`, `at`: until
    when it is to be done."""

    template = forms.ModelChoiceField(
        TaskTemplate.objects.none(), label=_("Template"), empty_label=None, required=False,
        help_text=_("Its people, its project and its description are added to what you write here."),
    )  # fmt: skip
    client = forms.CharField(
        label=_("Client"), max_length=100, required=False,
        help_text=_("A part of the name, the e-mail or the phone. A task may have no client."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    day = forms.DateField(
        label=_("Due date"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    at = forms.TimeField(
        label=pgettext_lazy("of a due date", "Time"), required=False,
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
    )  # fmt: skip
    keep_template = forms.BooleanField(label=_("Begin my tasks with this template from now on"), required=False)
    field_order = ("name", "description", "client", "template", "keep_template", "project")

    def __init__(self, *args: Any, contact: Contact | None = None, by: Employee, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not by.sees_clients:
            del self.fields["client"]
        self.fields["name"].widget.attrs["required"] = False
        self.fields["name"].help_text = _("Empty: as its template or its client is called.")
        template = self.fields["template"]
        assert isinstance(template, forms.ModelChoiceField)
        template.queryset = TaskTemplate.objects.offered_to(by)
        self.by, self.contact = by, contact
        self.found: list[Contact] = []

    def clean_client(self) -> str:
        words = str(self.cleaned_data["client"]).replace("\0", "").strip()
        if not words:
            self.contact = None
            return words
        if self.contact and self.contact.name == words:
            return words
        self.contact = None
        usable = found_by(words, self.by).filter(may_be_counterparty=True)
        self.found = list(usable.order_by("-number")[: OFFERED + 1])
        if not self.found:
            raise forms.ValidationError(_("No contact is found by these words."))
        if len(self.found) > 1:
            self.found = self.found[:OFFERED]
            raise forms.ValidationError(_("Several contacts are found: choose one of them, or write more."))
        self.contact = self.found[0]
        return words

    @property
    def values(self) -> Values:
        template = self.cleaned_data["template"]
        chosen = {"template": template.pk if template else None, "contact": self.contact.pk if self.contact else None}
        return super().values | chosen
