"""Own fields in forms: their values on a card or a task, and the fields themselves behind the gear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk import own_fields
from otklik.desk.models import Employee
from otklik.desk.models.own_field import OwnField
from otklik.desk.own_fields import Values
from otklik.desk.views.contact_list import found_by
from otklik.desk.views.management.forms import name_field


class ContactByWords(forms.CharField):
    """Found by words that fit one contact; its value is the contact's id. `kept`: the present one with his words, which
    may fit others as well."""

    def __init__(self, *, kept: tuple[str, Any], by: Employee, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kept, self.by = kept, by

    def clean(self, value: Any) -> Any:
        words = str(super().clean(value)).replace("\0", "").strip()
        if not words:
            return None
        if words == self.kept[0]:
            return self.kept[1]
        usable = found_by(words, self.by).filter(may_participate=True)
        found = list(usable[:2])
        if len(found) != 1:
            raise forms.ValidationError(_("Write words that fit exactly one contact, such as the e-mail."))
        return found[0].pk


class ValuesForm(forms.Form):
    """`now`: the present values, which the form shows."""

    def __init__(self, fields: Sequence[OwnField], now: Values, data: Any = None, *, by: Employee) -> None:
        super().__init__(data, initial=_initial(fields, now))
        self.of = fields
        for field in fields:
            key = own_fields.key(field)
            self.fields[key] = _form_field(field, now.get(field.pk), self.initial.get(key), by)

    @property
    def values(self) -> Values:
        """Of a valid form."""
        return {int(name.removeprefix("field-")): value for name, value in self.cleaned_data.items()}


def _initial(fields: Sequence[OwnField], now: Values) -> dict[str, Any]:
    first: dict[str, Any] = {f"field-{pk}": value for pk, value in now.items()}
    for field in fields:
        if field.kind == "contact" and field.pk in now:
            first[own_fields.key(field)] = own_fields.shown(field, now[field.pk])
    return first


def _form_field(field: OwnField, now: Any, words: Any, by: Employee) -> forms.Field:
    about: dict[str, Any] = {"label": field.name, "required": False}
    choices = [(one, one) for one in field.choices]
    if field.kind == "number":
        return forms.DecimalField(**about, max_digits=21, decimal_places=6, localize=True)
    if field.kind == "date":
        return forms.DateField(**about, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    if field.kind == "choice":
        # One that is not offered any more stays until somebody chooses another.
        kept = [(now, now)] if now and now not in field.choices else []
        return forms.ChoiceField(**about, choices=[("", "—"), *choices, *kept])
    if field.kind == "several":
        return forms.MultipleChoiceField(**about, choices=choices, widget=forms.CheckboxSelectMultiple)
    if field.kind == "person":
        people = Employee.objects.filter(Q(pk__in=Employee.objects.active()) | Q(pk=now or 0)).select_related("user")
        names = [(str(one.pk), one.name) for one in people.order_by("user__name", "pk")]
        return forms.TypedChoiceField(**about, choices=[("", "—"), *names], coerce=int, empty_value=None)
    if field.kind == "contact":
        help_text = gettext_lazy("A part of the name, the e-mail or the phone.")
        return ContactByWords(**about, by=by, kept=(words or "", now), max_length=100, help_text=help_text)
    return forms.CharField(**about, max_length=own_fields.TEXT_LIMIT)


class FieldForm(forms.Form):
    """Without kind and template for a field that is there. `templates`: those that may have it."""

    name = name_field(gettext_lazy("Give the field a name."), own_fields.NAME_LIMIT)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=list(own_fields.KINDS.items()))
    choices = forms.CharField(
        label=gettext_lazy("Choices"), required=False, max_length=12000, widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("One in each line; for the two kinds with a list."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, templates: forms.ModelChoiceField[Any], field: OwnField | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"] = templates
        if field:
            del self.fields["kind"], self.fields["template"]
            if field.kind not in own_fields.WITH_CHOICES:
                del self.fields["choices"]

    @property
    def given(self) -> dict[str, Any]:
        """As the actions that save fields take it."""
        given = self.cleaned_data
        return {
            "name": given["name"],
            "kind": given.get("kind", ""),
            "choices": given.get("choices", "").splitlines(),
            "template": given.get("template"),
        }
