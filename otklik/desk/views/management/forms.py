from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.desk.actions import people
from otklik.desk.actions.statuses import NAME_LIMIT
from otklik.desk.actions.task_templates import LATEST_DUE, ROLES
from otklik.desk.errors import DeskError
from otklik.desk.models import ContactTemplate, Group, Project, Status, StatusSet, TaskTemplate, TemplatePart
from otklik.desk.models.status import ALWAYS_SHARED, COLOURS
from otklik.desk.models.task import ROLE_NAMES
from otklik.desk.task_cards import PARTS

TYPES = [
    ("active", pgettext_lazy("type of a status", "Active")),
    ("inactive", pgettext_lazy("type of a status", "Inactive")),
]


def name_field(missing: Any, limit: int = 200) -> forms.CharField:
    """The name of a thing; `missing` is said when there is none."""
    return forms.CharField(
        label=pgettext_lazy("of a thing", "Name"),
        max_length=limit,
        error_messages={"required": missing},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


SHARINGS = [
    ("shared", pgettext_lazy("status", "Shared")),
    ("individual", pgettext_lazy("status", "Individual")),
]


class StatusForm(forms.Form):
    """`values`: name, colour, is_active, is_individual. Without a name for a system status, and without the last where
    nobody changes it."""

    name = name_field(_("Give the status a name."), NAME_LIMIT)
    colour = forms.ChoiceField(label=_("Colour"), choices=list(COLOURS.items()))
    type = forms.ChoiceField(
        label=_("Type"),
        choices=TYPES,
        help_text=_(
            "An active task takes in the next message of its client; instead of an inactive one a new is made."
        ),
    )

    sharing = forms.ChoiceField(
        label=_("With several assignees"),
        choices=SHARINGS,
        help_text=_(
            "Shared: it is the status of the whole task. Individual: an assignee has it for himself, and the whole task"
            " has it when all assignees have it."
        ),
    )

    def __init__(self, *args: Any, status: Status | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if status and status.key:
            del self.fields["name"]
        if status and status.key in ALWAYS_SHARED:
            del self.fields["sharing"]
        if status and status.key == "new":
            self.fields["sharing"].help_text = _(
                "Individual: each of several assignees accepts the task for himself, and it is new until all have"
                " accepted. Shared: the first one accepts it for all."
            )

    @property
    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        values = {"name": given.get("name", ""), "colour": given["colour"], "is_active": given["type"] == "active"}
        if "sharing" in self.fields:
            values["is_individual"] = given["sharing"] == "individual"
        return values


class PeopleChips(forms.CheckboxSelectMultiple):
    """Plain checkboxes; where scripts run, `<people-picker>` shows the chosen ones as chips with ✕ and ⊕."""

    template_name = "desk/widgets/people.html"


if TYPE_CHECKING:
    ProjectField = forms.ModelChoiceField[Project]
else:
    ProjectField = forms.ModelChoiceField


class ProjectChoice(ProjectField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.path)


class TaskTemplateForm(forms.Form):
    """`values` as `task_templates` takes them. What does not fit says the action."""

    name = name_field(_("Give the template a name."))
    task_name = forms.CharField(
        label=_("Name of its tasks"),
        max_length=300,
        required=False,
        help_text=_("Empty: the client's name and the channel, such as “Liza (Chatra)”."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-takes-variables": ""}),
    )
    description = forms.CharField(label=_("Description"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    project = ProjectChoice(Project.objects.none(), label=_("Project"), required=False, empty_label=_("No project"))
    new_project = forms.CharField(
        label=_("New project"),
        max_length=200,
        required=False,
        help_text=_("It is made inside the project chosen above, and the tasks belong to it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    status_set = forms.ModelChoiceField(StatusSet.objects.order_by("pk"), label=_("Set of statuses"), empty_label=None)
    joining = forms.ChoiceField(
        label=_("Several assignees"),
        choices=TaskTemplate.Joining.choices,
        help_text=_(
            "In turn: each new task goes to the next of them; who is blocked is passed over, and a group stands for its"
            " people. Whoever is chosen by hand does not wait for his turn. A subtask or a step for each is made by"
            " itself soon after the task."
        ),
    )
    expands_groups = forms.BooleanField(
        label=_("Put in the people of groups by name"),
        required=False,
        help_text=_("Those who are in the group when the task is made. Else who joins the group later sees it, too."),
    )
    due_count = forms.IntegerField(
        label=_("Due date, counted from when the task is made"),
        min_value=0,
        max_value=LATEST_DUE,
        required=False,
        help_text=_("Empty: no due date."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    due_unit = forms.ChoiceField(
        label=_("Counted in"), choices=TaskTemplate.DueUnit.choices, required=False, initial=TaskTemplate.DueUnit.DAYS
    )
    checklist = forms.CharField(
        label=_("Checklist"),
        required=False,
        help_text=_("A step on each line."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    parts = forms.MultipleChoiceField(
        label=_("Subtasks made along"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each new task gets a subtask by each of these templates, and these by theirs."),
    )
    hidden_parts = forms.MultipleChoiceField(
        label=_("Not shown beside its tasks"),
        choices=list(PARTS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    groups = forms.MultipleChoiceField(
        label=_("Who may begin tasks with it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without any: everybody. Administrators may with each template; chats are not asked."),
    )

    def __init__(self, *args: Any, template: TaskTemplate | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("parts", _parts(template), "{}")
        self._offer("groups", Group.objects.order_by("name", "pk"), "group-{}")
        self.fields["name"].required = not (template and template.key)
        project = self.fields["project"]
        assert isinstance(project, ProjectChoice)
        project.queryset = Project.objects.select_related("parent__parent__parent").order_by("name", "pk")
        for role in ROLES:
            chosen = self.initial.get(role, [])
            self.fields[role] = forms.MultipleChoiceField(
                label=ROLE_NAMES[role], choices=people.choices(chosen), required=False, widget=PeopleChips()
            )

    @property
    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        project = given["project"]
        return {
            "name": given["name"],
            "task_name": given["task_name"],
            "description": given["description"].replace("\r\n", "\n"),
            "project": project.pk if project else None,
            "status_set": given["status_set"].pk,
            "joining": given["joining"],
            "expands_groups": given["expands_groups"],
            "due_count": given["due_count"],
            "due_unit": given["due_unit"] or TaskTemplate.DueUnit.DAYS.value,
            "checklist": given["checklist"].replace("\r\n", "\n"),
            **{role: sorted(given[role]) for role in ROLES},
            **{name: given[name] for name in ("parts", "groups", "hidden_parts")},
        }

    def _offer(self, name: str, rows: Iterable[TaskTemplate | Group], key: str) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(key.format(row.pk), row.name) for row in rows]

    @property
    def people(self) -> list[forms.BoundField]:
        return [self[role] for role in ROLES]


def _parts(template: TaskTemplate | None) -> Iterable[TaskTemplate]:
    """Those that can stand in it, and those that do, though they are in the archive by now."""
    mine = template.pk if template else 0
    chosen = Q(archived_at=None) | Q(pk__in=TemplatePart.objects.filter(template=mine).values("part"))
    return TaskTemplate.objects.filter(chosen).exclude(pk=mine).order_by("place", "number")


class ContactTemplateForm(forms.Form):
    name = name_field(_("Give the template a name."))
    is_company = forms.BooleanField(label=_("For companies"), required=False)
    is_system = forms.BooleanField(
        label=_("System template"), required=False, help_text=_("Everybody sees it, and it cannot be deleted.")
    )

    def __init__(self, *args: Any, template: ContactTemplate | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if template and template.key:
            self.fields["name"].required = False
            del self.fields["is_company"], self.fields["is_system"]

    @property
    def values(self) -> dict[str, Any]:
        flags = {name: self.cleaned_data.get(name, False) for name in ("is_company", "is_system")}
        return {"name": self.cleaned_data["name"], **flags}


class SetForm(forms.Form):
    name = name_field(_("Give the set a name."))
    like = forms.ModelChoiceField(StatusSet.objects.order_by("pk"), label=_("With the statuses of"), empty_label=None)


def add_error(form: forms.Form, error: DeskError, **names: str) -> None:
    """Puts the sentence beside its field; `names` are fields that the form calls otherwise."""
    field = getattr(error, "field", "")
    field = names.get(field, field)
    form.add_error(field if field in form.fields else None, str(error))
