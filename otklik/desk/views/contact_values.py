"""Own fields of a contact on its card and in its form (§4.4 details, §4.5)."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import QueryDict
from django.utils.translation import ngettext

from otklik.desk import own_fields
from otklik.desk.actions import contact_fields
from otklik.desk.errors import DeskError, Outdated
from otklik.desk.models import Contact, ContactField, Employee
from otklik.desk.own_fields import Values
from otklik.desk.views.management import seen as before
from otklik.desk.views.management.forms import add_error
from otklik.desk.views.own_field_forms import ValuesForm


class OwnFields:
    """The part of a form of a card that asks for the fields of its template. `given`: what was sent."""

    def __init__(
        self, template_id: int, contact: Contact | None, given: QueryDict | None = None, *, by: Employee
    ) -> None:
        self.fields = list(contact_fields.of_template(template_id))
        self.now = contact_fields.values_of(contact) if contact else {}
        self.form = ValuesForm(self.fields, self.now, given, by=by)
        told = before.read(given.get("seen", "")) if given else {}
        self.seen: Values = {int(pk): value for pk, value in told.items() if pk.isdecimal()}
        self.gone = _gone(self.fields, given) if given else ""
        self.outdated: Outdated | None = None

    @property
    def shown(self) -> str:
        """For the hidden field `seen`."""
        return before.write({str(pk): value for pk, value in self.now.items()})

    @property
    def changed(self) -> list[tuple[str, str]]:
        """What somebody else wrote meanwhile, by name."""
        told = self.outdated.now if self.outdated else {}
        fields = [one for one in self.fields if str(one.pk) in told]
        return [(one.name, own_fields.shown(one, told[str(one.pk)])) for one in fields]

    def refused(self, error: DeskError) -> OwnFields:
        """Puts it beside its field, if it is about one of these."""
        if isinstance(error, Outdated):
            self.outdated = error
        elif getattr(error, "field", "") in self.form.fields:
            add_error(self.form, error)
        return self


def _gone(fields: Iterable[ContactField], given: QueryDict) -> str:
    """Says what was typed into fields that somebody took away meanwhile; it is not lost without a word."""
    there = {own_fields.key(field) for field in fields}
    typed = {int(name[6:]): str(given[name]) for name in given if name[:6] == "field-" and name[6:].isdecimal()}
    typed = {pk: text for pk, text in typed.items() if text.strip() and f"field-{pk}" not in there}
    names = dict(ContactField.objects.filter(pk__in=[pk for pk in typed if pk < 2**63]).values_list("pk", "name"))
    told = [f"{names[pk]}: {text[:200]}" for pk, text in typed.items() if pk in names]
    if not told:
        return ""
    sentence = ngettext(
        "This field has been taken away meanwhile and is not saved: %(told)s.",
        "These fields have been taken away meanwhile and are not saved: %(told)s.",
        len(told),
    )
    return sentence % {"told": "; ".join(told)}


def shown_of(contact: Contact) -> list[tuple[str, str]]:
    """Names and values of the fields that are filled in."""
    fields = list(contact_fields.of_template(contact.template_id))
    told = contact_fields.words_of([contact], fields).get(contact.pk, {})
    return [(field.name, told[field.pk]) for field in fields if told.get(field.pk)]
