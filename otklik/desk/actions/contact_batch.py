"""Rows of a table become cards, some hundred at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk.actions.addresses import FURTHER, MOST, SHORTEST, apart, without_first
from otklik.desk.actions.contact_batch_values import BatchValues
from otklik.desk.actions.contacts import LIMITS
from otklik.desk.actions.events import Happening, record_many
from otklik.desk.actions.joining import join_by_email
from otklik.desk.contact_tables import Unclosed
from otklik.desk.errors import Refused
from otklik.desk.models import Contact, ContactImport, ContactTemplate, ImportLine
from otklik.desk.models.contact import phone_digits, phone_key
from otklik.desk.own_fields import Values
from otklik.lib import rows
from otklik.lib.pg import run
from otklik.lib.text import clean, clean_name

Row = tuple[int, list[str]]
Duplicates = ContactImport.Duplicates
Outcome = ImportLine.Outcome

FURTHER_PHONES = r"""
SELECT right(regexp_replace(told, '\D', '', 'g'), 10), coalesce(merged_into_id, id)
FROM desk_contact, unnest(further_phones) AS told
WHERE further_phones <> '{}' AND right(regexp_replace(told, '\D', '', 'g'), 10) = ANY(%b::text[]) ORDER BY id DESC
"""


@dataclass
class Told:
    """What would become of a row. `contact`: the card, which has no id yet when it is new."""

    number: int
    cells: list[str]
    values: dict[str, str] = field(default_factory=dict)
    # Behind the first e-mail and the first phone, by field of the card.
    further: dict[str, list[str]] = field(default_factory=dict)
    outcome: str = "skipped"
    contact: Contact | None = None
    changes: dict[str, list[Any]] = field(default_factory=dict)
    # Of own fields.
    own: Values = field(default_factory=dict)
    fault: str = ""
    # When the card was changed before.
    was_changed_at: datetime | None = None

    @property
    def emails(self) -> list[str]:
        """In lower case, the first one first."""
        first = self.values["email"].lower()
        return [email for email in (first, *self.further["further_emails"]) if email]

    @property
    def phones(self) -> list[str]:
        """As they are compared."""
        told = (self.values["phone"], *self.further["further_phones"])
        return [key for phone in told if (key := _phone(phone))]


class Batch:
    """Looks rows through under the locks of their addresses; `write` brings what it found into the base."""

    def __init__(self, order: ContactImport, given: Sequence[Row], values: Sequence[dict[str, str]]) -> None:
        self.order = order
        self.own = BatchValues(order.template_id, order.columns)
        self.told = [Told(number, cells, told) for (number, cells), told in zip(given, values, strict=True)]
        self.companies: dict[str, Contact] = {}
        self.new: list[Contact] = []
        self.changed: dict[int, Contact] = {}
        good = [one for one in self.told if self._fits(one)]
        self._find(good)
        for one in good:
            self._place(one)

    def _fits(self, one: Told) -> bool:
        try:
            if isinstance(one.cells, Unclosed):
                raise Refused("row", _("A quotation mark is not closed in this row."))
            one.own = self.own.read(one.values)
            one.values, one.further = checked(one.values)
        except Refused as error:
            one.outcome, one.fault = Outcome.FAILED, str(error)
        return not one.fault

    def _find(self, told: list[Told]) -> None:
        """Whose these addresses and numbers are already."""
        emails = join_by_email([email for one in told for email in one.emails])
        self.employees = emails.employees
        phones = _owners_of_phones({key for one in told for key in one.phones})
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
        way = self.order.duplicates
        if way != Duplicates.CREATE and not self.employees.isdisjoint(one.emails):
            one.outcome, one.fault = Outcome.FAILED, _("An employee has this address.")
            return
        owners = [self.by_email.get(email) for email in one.emails] + [self.by_phone.get(key) for key in one.phones]
        other = next(filter(None, owners), None)
        if other is not None and way == Duplicates.SKIP:
            one.contact = other
            return
        if other is not None and way == Duplicates.UPDATE:
            self._update(one, other)
            return
        self._make(one)

    def _make(self, one: Told) -> None:
        """§4.2: when all are treated as new, an address that somebody has becomes a further one of the new card."""
        values, further = one.values, one.further
        if (email := values["email"].lower()) in self.by_email or email in self.employees:
            further = further | {"further_emails": [email, *further["further_emails"]]}
            values = values | {"email": ""}
        own = {name: values[name] for name in LIMITS}
        contact = Contact(template=self.order.template, **own, **further)
        contact.kept_fields = sorted(name for name in own if own[name])
        contact.company = self._company(values["company"])
        one.contact, one.outcome = contact, Outcome.MADE
        self.own.put(contact, one.own)
        self.new.append(contact)
        self._remember(one, contact)

    def _remember(self, one: Told, contact: Contact) -> None:
        for email in one.emails:
            self.by_email.setdefault(email, contact)
        for key in one.phones:
            self.by_phone.setdefault(key, contact)

    def _update(self, one: Told, contact: Contact) -> None:
        """What the row says goes into the card; notes are added to those that are there, and an address is not taken
        from anybody."""
        one.contact, values = contact, dict(one.values)
        self._update_further(one, contact)
        if contact.email or values["email"].lower() in self.by_email:
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
        self._remember(one, contact)
        if contact.pk:
            self.changed[contact.pk] = contact
            one.was_changed_at = contact.updated_at
        else:
            # A row before this one makes the card, so all of it goes with that one.
            one.changes = {}

    def _update_further(self, one: Told, contact: Contact) -> None:
        """Addresses and numbers that the card has not become further ones; its first ones stay."""
        # Nobody else's: those of a card that does not exist yet are the card's own.
        free = [one_ for one_ in one.emails if self.by_email.get(one_, contact) is contact]
        if not contact.email and free and one.emails[0] == free[0]:
            free = free[1:]
        phones = (
            [one.values["phone"], *one.further["further_phones"]] if contact.phone else one.further["further_phones"]
        )
        for name, first, told in (
            ("further_emails", contact.email, free),
            ("further_phones", contact.phone or one.values["phone"], phones),
        ):
            before = getattr(contact, name)
            known = _known(contact, name, first)
            new = without_first(name, [*known, *told], first)[len(without_first(name, known, first)) :]
            if new:
                one.changes[name] = [before, [*before, *new][:MOST]]
                setattr(contact, name, [*before, *new][:MOST])

    def _company(self, name: str) -> Contact | None:
        if not name or self.order.template.is_company:
            return None
        key = name.lower()
        if key not in self.companies:
            self.companies[key] = Contact(template=self.company_template, name=name, kept_fields=["name"])
        return self.companies[key]

    @cached_property
    def company_template(self) -> ContactTemplate:
        return ContactTemplate.objects.get(key="company")

    def write(self) -> None:
        now = timezone.now()
        companies = [one for one in self.companies.values() if one.pk is None]
        for group in (companies, self.new):
            numbers = _numbers(len(group))
            for contact, number in zip(group, numbers, strict=True):
                contact.number, contact.created_at, contact.updated_at = number, now, now
                # Assigned anew, now that it has an id.
                contact.company = contact.company
            rows.insert(group)
        for contact in self.changed.values():
            contact.updated_at = now
            contact.company = contact.company
        rows.update(list(self.changed.values()), [*LIMITS, *FURTHER, "company", "kept_fields", "updated_at"])
        self.own.write()
        self._note(companies)

    def _note(self, companies: list[Contact]) -> None:
        made = [ImportLine(of=self.order, number=0, outcome=Outcome.MADE, contact=one) for one in companies]
        told = [one for one in self.told if one.outcome != "skipped"]
        rows.insert(made + [self._line(one) for one in told])
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


def _known(contact: Contact, name: str, first: str) -> list[str]:
    """What a card has already; one that does not exist yet has taken in no other."""
    if not contact.pk:
        return [first, *getattr(contact, name)] if first else list(getattr(contact, name))
    return contact.emails if name == "further_emails" else contact.phones


def checked(given: dict[str, str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """A row as it may be stored, every field with a text, and further e-mails and phones. Raises Refused."""
    values = {name: clean_name(given.get(name, ""), 301) for name in ("name", "company")}
    emails = apart("further_emails", given.get("email", ""))
    phones = apart("further_phones", given.get("phone", ""))
    values |= {"email": next(iter(emails), ""), "phone": next(iter(phones), "")}
    values["notes"] = clean(given.get("notes", "")).strip()
    # Many lists know only how to reach somebody.
    values["name"] = values["name"] or values["email"] or values["phone"]
    if not values["name"]:
        raise Refused("name", _("A contact needs a name, an e-mail or a phone."))
    for name, limit in {**LIMITS, "company": LIMITS["name"]}.items():
        if len(values[name]) > limit:
            raise Refused(name, _("At most %(limit)s characters fit here.") % {"limit": limit} + f" ({name})")
    for email in emails:
        try:
            validate_email(email)
        except ValidationError as error:
            raise Refused("email", _("This is not an e-mail address.")) from error
    for name, found in (("email", emails), ("phone", phones)):
        if len(found) > MOST:
            raise Refused(name, _("At most %(limit)s fit here.") % {"limit": MOST} + f" ({name})")
    if any(len(phone) > LIMITS["phone"] for phone in phones):
        raise Refused("phone", _("At most %(limit)s characters fit here.") % {"limit": LIMITS["phone"]} + " (phone)")
    return values, {
        "further_emails": without_first("further_emails", emails, values["email"]),
        "further_phones": without_first("further_phones", phones, values["phone"]),
    }


def _owners_of_phones(keys: set[str]) -> dict[str, int]:
    """Contacts by the numbers they have, the eldest; a first number counts before a further one."""
    told = Contact.objects.exclude(phone="").alias(phone_key=phone_key("phone")).filter(phone_key__in=keys)
    first = {phone_digits(one.phone): one.merged_into_id or one.pk for one in told.order_by("-number")}
    return dict(run(FURTHER_PHONES, sorted(keys))) | first


def _phone(phone: str) -> str:
    digits = phone_digits(phone)
    return digits if len(digits) >= SHORTEST else ""


def _in_words(changes: dict[str, list[Any]]) -> dict[str, list[str]]:
    return {name: in_words(pair) for name, pair in changes.items() if name in (*LIMITS, *FURTHER, "company")}


def in_words(pair: list[Any]) -> list[str]:
    return [", ".join(value) if isinstance(value, list) else str(value or "") for value in pair]


def _numbers(count: int) -> list[int]:
    return [row[0] for row in run("SELECT nextval('desk_contact_number_seq') FROM generate_series(1, %s::int)", count)]
