from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.desk.actions.statuses import NAME_LIMIT
from otklik.desk.errors import DeskError
from otklik.desk.models import Status, StatusSet
from otklik.desk.models.status import COLOURS

TYPES = [
    ("active", pgettext_lazy("type of a status", "Active")),
    ("inactive", pgettext_lazy("type of a status", "Inactive")),
]


class StatusForm(forms.Form):
    """`values`: name, colour, is_active. Without a name for a system status. What is wrong with a name says the action,
    also of an empty one."""

    name = forms.CharField(
        label=pgettext_lazy("of a thing", "Name"),
        max_length=NAME_LIMIT,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    colour = forms.ChoiceField(label=_("Colour"), choices=list(COLOURS.items()))
    type = forms.ChoiceField(
        label=_("Type"),
        choices=TYPES,
        help_text=_(
            "An active task takes in the next message of its client; instead of an inactive one a new is made."
        ),
    )

    def __init__(self, *args: Any, status: Status | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if status and status.key:
            del self.fields["name"]

    @property
    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"name": given.get("name", ""), "colour": given["colour"], "is_active": given["type"] == "active"}


class SetForm(forms.Form):
    name = forms.CharField(
        label=pgettext_lazy("of a thing", "Name"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    like = forms.ModelChoiceField(StatusSet.objects.order_by("pk"), label=_("With the statuses of"), empty_label=None)


def add_error(form: forms.Form, error: DeskError, **names: str) -> None:
    """Puts the sentence beside its field; `names` are fields that the form calls otherwise."""
    field = getattr(error, "field", "")
    field = names.get(field, field)
    form.add_error(field if field in form.fields else None, str(error))
