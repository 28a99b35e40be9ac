"""Rows of a table become cards, some hundred at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk.actions.contact_batch_values import BatchValues
from otklik.desk.actions.contacts import LIMITS
from otklik.desk.actions.events import Happening, record_many
from otklik.desk.actions.joining import join_by_email
from otklik.desk.errors import Refused
from otklik.desk.models import Contact, ContactImport, ContactTemplate, ImportLine
from otklik.desk.models.contact import phone_digits, phone_key
from otklik.desk.own_fields import Values
from otklik.lib.pg import run
from otklik.lib.text import clean, clean_name

Row = tuple[int, list[str]]
Duplicates = ContactImport.Duplicates
Outcome = ImportLine.Outcome


@dataclass
class Told:
    """What would become of a row. `contact`: the card, which has no id yet when it is new."""

    number: int
    cells: list[str]
    values: dict[str, str] = field(default_factory=dict)
    outcome: str = "skipped"
    contact: Contact | None = None
    changes: dict[str, list[Any]] = field(default_factory=dict)
    # Of own fields.
    own: Values = field(default_factory=dict)
    fault: str = ""
    # When the card was changed before.
    was_changed_at: datetime | None = None


class Batch:
    """Looks rows through under the locks of their addresses; `write` brings what it found into the base."""

    def __init__(self, order: ContactImport, rows: Sequence[Row], values: Sequence[dict[str, str]]) -> None:
        self.order = order
        self.own = BatchValues(order.template_id, order.columns)
        self.told = [Told(number, cells, given) for (number, cells), given in zip(rows, values, strict=True)]
        self.companies: dict[str, Contact] = {}
        self.new: list[Contact] = []
        self.changed: dict[int, Contact] = {}
        good = [one for one in self.told if self._fits(one)]
        self._find(good)
        for one in good:
            self._place(one)

    def _fits(self, one: Told) -> bool:
        try:
            one.own = self.own.read(one.values)
            one.values = checked(one.values)
        except Refused as error:
            one.outcome, one.fault = Outcome.FAILED, str(error)
        return not one.fault

    def _find(self, told: list[Told]) -> None:
        """Whose these addresses and numbers are already."""
        emails = join_by_email([one.values["email"].lower() for one in told if one.values["email"]])
        self.employees = emails.employees
        keys = {key for one in told if (key := _phone(one.values["phone"]))}
        contacts = Contact.objects.exclude(phone="").alias(phone_key=phone_key("phone")).filter(phone_key__in=keys)
        phones = {phone_digits(one.phone): one.merged_into_id or one.pk for one in contacts.order_by("-number")}
        ids = sorted({*emails.contacts.values(), *phones.values()})
        found = {one.pk: one for one in Contact.objects.filter(pk__in=ids).order_by("pk").select_for_update()}
        self.by_email = {email: found[pk] for email, pk in emails.contacts.items() if pk in found}
        self.by_phone = {key: found[pk] for key, pk in phones.items() if pk in found}
        self.own.load(found.values())
        names = {one.values["company"].lower() for one in told if one.values["company"]}
        companies = Contact.objects.current().filter(template__is_company=True).alias(key=Lower("name"))
        for company in companies.filter(key__in=names).order_by("-number"):
            self.companies[company.name.lower()] = company

    def _place(self, one: Told) -> None:
        values, way = one.values, self.order.duplicates
        email, key = values["email"].lower(), _phone(values["phone"])
        if email in self.employees:
            one.outcome, one.fault = Outcome.FAILED, _("An employee has this address.")
            return
        other = self.by_email.get(email) or self.by_phone.get(key)
        if other is not None and way == Duplicates.SKIP:
            one.contact = other
            return
        if other is not None and way == Duplicates.UPDATE:
            self._update(one, other, email)
            return
        if email in self.by_email:
            one.outcome = Outcome.FAILED
            one.fault = _("Contact № %(number)s has this e-mail, and an e-mail belongs to one contact.") % {
                "number": self.by_email[email].number or "…"
            }
            return
        self._make(one, email, key)

    def _make(self, one: Told, email: str, key: str) -> None:
        values = one.values
        own = {name: values[name] for name in LIMITS}
        contact = Contact(template=self.order.template, **own)
        contact.kept_fields = sorted(name for name in own if own[name])
        contact.company = self._company(values["company"])
        one.contact, one.outcome = contact, Outcome.MADE
        self.own.put(contact, one.own)
        self.new.append(contact)
        if email:
            self.by_email[email] = contact
        if key:
            self.by_phone.setdefault(key, contact)

    def _update(self, one: Told, contact: Contact, email: str) -> None:
        """What the row says goes into the card; notes are added to those that are there, and an address is not taken
        from anybody."""
        one.contact, values = contact, dict(one.values)
        if contact.email or email in self.by_email:
            values["email"] = contact.email
        if values["notes"] and values["notes"] not in contact.notes:
            values["notes"] = f"{contact.notes}\n{values['notes']}".strip()[: LIMITS["notes"]]
        else:
            values["notes"] = contact.notes
        if values["name"] in (one.values["email"], one.values["phone"]):
            values["name"] = contact.name
        for name in LIMITS:
            if values[name] and values[name] != getattr(contact, name):
                one.changes[name] = [getattr(contact, name), values[name]]
                setattr(contact, name, values[name])
        company = None if contact.template.is_company else self._company(values["company"])
        if company and company not in (contact.company, contact.employer):
            # A new one has its id only when it is written.
            one.changes["company"] = [contact.company, company]
            contact.company = company
        one.changes |= self.own.put(contact, one.own)
        if not one.changes:
            return
        one.outcome = Outcome.CHANGED
        contact.kept_fields = sorted({*contact.kept_fields, *one.changes.keys() & LIMITS.keys()})
        if email and contact.email.lower() == email:
            self.by_email[email] = contact
        if contact.pk:
            self.changed[contact.pk] = contact
            one.was_changed_at = contact.updated_at
        else:
            # A row before this one makes the card, so all of it goes with that one.
            one.changes = {}

    def _company(self, name: str) -> Contact | None:
        if not name or self.order.template.is_company:
            return None
        key = name.lower()
        if key not in self.companies:
            self.companies[key] = Contact(template=_company_template(), name=name, kept_fields=["name"])
        return self.companies[key]

    def write(self) -> None:
        now = timezone.now()
        companies = [one for one in self.companies.values() if one.pk is None]
        for group in (companies, self.new):
            numbers = _numbers(len(group))
            for contact, number in zip(group, numbers, strict=True):
                contact.number, contact.created_at, contact.updated_at = number, now, now
                # Assigned anew, now that it has an id.
                contact.company = contact.company
            Contact.objects.bulk_create(group)
        for contact in self.changed.values():
            contact.updated_at = now
            contact.company = contact.company
        Contact.objects.bulk_update(self.changed.values(), [*LIMITS, "company", "kept_fields", "updated_at"])
        self.own.write()
        self._note(companies)

    def _note(self, companies: list[Contact]) -> None:
        made = [ImportLine(of=self.order, number=0, outcome=Outcome.MADE, contact=one) for one in companies]
        told = [one for one in self.told if one.outcome != "skipped"]
        ImportLine.objects.bulk_create(made + [self._line(one) for one in told])
        source, by = self.order.name, self.order.by_id
        happenings = [
            Happening("contact_made", contact_id=one.pk, actor_id=by, data={"source": source})
            for one in [*companies, *self.new]
        ]
        happenings += [
            Happening(
                "contact_updated",
                contact_id=one.contact.pk,
                actor_id=by,
                data={"changes": _in_words(one.changes) | self.own.in_words(one.changes), "source": source},
            )
            for one in told
            if one.changes and one.contact
        ]
        record_many(happenings)

    def _line(self, one: Told) -> ImportLine:
        changes = dict(one.changes)
        if "company" in changes:
            changes["company"] = [company.pk if company else None for company in changes["company"]]
        if one.was_changed_at and one.contact:
            changes["updated_at"] = [one.was_changed_at.isoformat(), one.contact.updated_at.isoformat()]
        cells = one.cells if one.outcome == Outcome.FAILED else []
        return ImportLine(
            of=self.order,
            number=one.number,
            outcome=one.outcome,
            contact=one.contact if one.outcome != Outcome.FAILED else None,
            changes=changes,
            fault=one.fault[:300],
            cells=cells,
        )


def checked(given: dict[str, str]) -> dict[str, str]:
    """A row as it may be stored, every field with a text. Raises Refused."""
    values = {name: clean_name(given.get(name, ""), 301) for name in ("name", "email", "phone", "company")}
    values["notes"] = clean(given.get("notes", "")).strip()
    # Many lists know only how to reach somebody.
    values["name"] = values["name"] or values["email"] or values["phone"]
    if not values["name"]:
        raise Refused("name", _("A contact needs a name, an e-mail or a phone."))
    for name, limit in {**LIMITS, "company": LIMITS["name"]}.items():
        if len(values[name]) > limit:
            raise Refused(name, _("At most %(limit)s characters fit here.") % {"limit": limit} + f" ({name})")
    if values["email"]:
        try:
            validate_email(values["email"])
        except ValidationError as error:
            raise Refused("email", _("This is not an e-mail address.")) from error
    return values


def _phone(phone: str) -> str:
    digits = phone_digits(phone)
    return digits if len(digits) >= 5 else ""


def _in_words(changes: dict[str, list[Any]]) -> dict[str, list[str]]:
    known = {name: pair for name, pair in changes.items() if name in LIMITS or name == "company"}
    return {name: [str(value) if value else "" for value in pair] for name, pair in known.items()}


def _numbers(count: int) -> list[int]:
    return [row[0] for row in run("SELECT nextval('desk_contact_number_seq') FROM generate_series(1, %s::int)", count)]


def _company_template() -> ContactTemplate:
    return ContactTemplate.objects.get(key="company")
