"""Own fields in a table of contacts: read with its rows, written with its cards."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from otklik.desk import own_fields
from otklik.desk.actions import contact_fields
from otklik.desk.models import Contact, ContactField, ContactValue
from otklik.desk.own_field_texts import KINDS, Texts
from otklik.desk.own_fields import Values


def offered(template_id: int) -> dict[str, ContactField]:
    """Into which fields a column can go, by key."""
    fields = contact_fields.of_template(template_id)
    return {own_fields.key(field): field for field in fields if field.kind in KINDS}


class BatchValues:
    def __init__(self, template_id: int, columns: Iterable[str]) -> None:
        there = offered(template_id) if any(column.startswith("field-") for column in columns) else {}
        self.fields = {key: field for key, field in there.items() if key in columns}
        self.texts = Texts(self.fields.values())
        # By the card as an object: a new one has no id yet.
        self.now: dict[int, Values] = {}
        self.new: dict[int, tuple[Contact, Values]] = {}

    def read(self, given: dict[str, str]) -> Values:
        """What a row says. Raises Refused."""
        told = {field.pk: self.texts.value(field, given.get(key, "")) for key, field in self.fields.items()}
        return {pk: value for pk, value in told.items() if value is not None}

    def load(self, contacts: Iterable[Contact]) -> None:
        if not self.fields:
            return
        by_pk = {contact.pk: contact for contact in contacts}
        values = ContactValue.objects.filter(contact__in=by_pk, field__in=self.fields.values())
        for pk, field, value in values.values_list("contact", "field", "value"):
            self.now.setdefault(id(by_pk[pk]), {})[field] = value

    def put(self, contact: Contact, told: Values) -> dict[str, list[Any]]:
        """{key: [before, after]} of what is new on this card; a field that its template has not is left out."""
        now, changes = self.now.setdefault(id(contact), {}), {}
        for key, field in self.fields.items():
            value = told.get(field.pk)
            fits = field.template_id in (None, contact.template_id)
            if value is None or not fits or now.get(field.pk) == value:
                continue
            changes[key] = [now.get(field.pk), value]
            now[field.pk] = value
            self.new.setdefault(id(contact), (contact, {}))[1][field.pk] = value
        return changes

    def write(self) -> None:
        rows = [
            ContactValue(contact=contact, field_id=pk, value=value)
            for contact, values in self.new.values()
            for pk, value in values.items()
        ]
        ContactValue.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["contact", "field"], update_fields=["value"]
        )

    def in_words(self, changes: dict[str, list[Any]]) -> dict[str, list[str]]:
        """For the log of the card, by the name of the field."""
        return {
            field.name: [own_fields.shown(field, value) for value in changes[key]]
            for key, field in self.fields.items()
            if key in changes
        }


def put_back(contact: Contact, changes: dict[str, list[Any]]) -> dict[str, list[str]]:
    """Values that an import wrote, unless somebody has changed them since; {name: [before, after]} in words."""
    wanted = {key: pair for key, pair in changes.items() if key.startswith("field-")}
    if not wanted:
        return {}
    fields = {own_fields.key(field): field for field in ContactField.objects.all()}
    now = dict(ContactValue.objects.filter(contact=contact).values_list("field", "value"))
    back: dict[str, list[str]] = {}
    for key, (old, new) in wanted.items():
        field = fields.get(key)
        if field and now.get(field.pk) == new:
            contact_fields.put(contact, {field.pk: old})
            back[field.name] = [own_fields.shown(field, new), own_fields.shown(field, old)]
    return back
