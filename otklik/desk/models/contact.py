from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Lower, Right
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .employee import Employee

SYSTEM_NAMES = {"contact": _("Contact template"), "company": _("Company template")}


def phone_key(field: str) -> Right:
    """The database's form of `phone_digits`."""
    digits = Func(F(field), Value(r"\D"), Value(""), Value("g"), function="regexp_replace")
    return Right(digits, Value(10), output_field=models.CharField())


def name_key(field: str) -> Lower:
    """What names of one person have in common: all but the first word, or the only one (§4.2)."""
    rest = Func(F(field), Value(r"^\s*\S+\s+(?=\S)"), Value(" "), function="regexp_replace")
    return Lower(rest, output_field=models.CharField())


def phone_digits(phone: str) -> str:
    """A phone number without its ways of writing: +7 and 8 before ten digits are the same."""
    return re.sub(r"[^0-9]", "", phone)[-10:]


class ContactTemplateQuerySet(models.QuerySet["ContactTemplate"]):
    def offered(self, chosen: int | None = None) -> ContactTemplateQuerySet:
        """To choose from, in their order; `chosen` is offered where it is chosen already."""
        return self.filter(models.Q(archived_at=None) | models.Q(pk=chosen)).order_by("place", "pk")

    def all_in_order(self) -> ContactTemplateQuerySet:
        """Those of the archive last: contacts have them still."""
        return self.order_by(F("archived_at").asc(nulls_first=True), "place", "pk")


class ContactTemplate(models.Model):
    """By which a client enters the client base (S08). One with a key belongs to the system and stays, and so does one
    that an administrator has made a system template (§4.5)."""

    key = models.CharField(max_length=20, blank=True)
    own_name = models.CharField(max_length=200, blank=True)
    is_company = models.BooleanField(default=False)
    is_system = models.BooleanField(default=False, db_default=False)
    place = models.PositiveIntegerField(default=0, db_default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = ContactTemplateQuerySet.as_manager()

    @property
    def stays(self) -> bool:
        return bool(self.key) or self.is_system

    @property
    def name(self) -> str:
        return self.own_name or str(SYSTEM_NAMES.get(self.key, self.key))

    def __str__(self) -> str:
        return self.name


class ContactQuerySet(models.QuerySet["Contact"]):
    def current(self) -> ContactQuerySet:
        return self.filter(merged_into__isnull=True, employee__isnull=True)

    def visible_to(self, employee: Employee) -> ContactQuerySet:
        """Cards that this person may see (§4.4). Of a merged contact the other card decides."""
        if employee.is_administrator:
            return self
        named = models.Q(access__employee=employee) | models.Q(access__group__members=employee)
        hidden = Contact.objects.filter(is_restricted=True).exclude(pk__in=Contact.objects.filter(named).values("pk"))
        return self.exclude(pk__in=hidden.values("pk"))


class Contact(models.Model):
    number = models.BigIntegerField(unique=True)
    template = models.ForeignKey(ContactTemplate, models.PROTECT, related_name="contacts")
    name = models.CharField(_("name"), max_length=200)
    # What a channel called a client who had told no name (S18); as long as `name` is this, nobody knows it.
    made_up_name = models.CharField(max_length=200, blank=True, default="", db_default="")
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=50, blank=True)
    # Behind those two, in the order in which they were told; e-mails in lower case. An import that treats all as new
    # may leave an address here that another card has, too (§4.2).
    further_emails = ArrayField(models.CharField(max_length=254), default=list, db_default=[], blank=True)
    further_phones = ArrayField(models.CharField(max_length=50), default=list, db_default=[], blank=True)
    notes = models.TextField(_("notes"), blank=True)
    # Where this person works: a contact of a template for companies. It may have been merged into another one since.
    company = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="people", db_index=False)
    # Further properties that the site told about the client; any keys.
    properties = models.JSONField(default=dict, blank=True)
    # Off: everybody who works here sees the card. On: those of its `access`, and administrators (§4.4).
    is_restricted = models.BooleanField(default=False, db_default=False)
    # Whether he is offered in tasks (§4.4; filters 4012 and 4013).
    may_participate = models.BooleanField(default=True, db_default=True)
    may_be_counterparty = models.BooleanField(default=True, db_default=True)
    # Fields that an employee filled in by hand: a channel does not overwrite them (S19).
    kept_fields = models.JSONField(default=list, blank=True)
    # What a client said of such a field: [{field, value, source, device, at, answer}]; an answer is "taken" or
    # "dismissed", and what was answered is not offered again.
    offers = models.JSONField(default=list, blank=True)
    # Where its identities went when they were joined by e-mail or by hand. The row stays with its own e-mail, phone and
    # notes, which are further ones of that contact: so nothing is lost and all of it can be undone (I7). Never a chain.
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="merged")
    # Whom this contact became (§4.3): then it is no contact any more, and the card stays for its log and its tasks.
    employee = models.ForeignKey(
        "desk.Employee", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = [
            # §4.2: an e-mail belongs to one contact, also as a further one.
            models.UniqueConstraint(Lower("email"), name="contact_email_once", condition=~models.Q(email="")),
        ]
        indexes = [
            # Who has the same phone, however it is written: its last ten digits (§4.2).
            models.Index(phone_key("phone"), name="contact_phone_key", condition=~models.Q(phone="")),
            # To whom an address belongs that is not his first one.
            GinIndex(fields=["further_emails"], name="contact_further_emails", condition=~models.Q(further_emails=[])),
            models.Index(fields=["id"], name="contact_further_phones", condition=~models.Q(further_phones=[])),
            # Who may be the same by his name, the latest first.
            models.Index(name_key("name"), F("id"), name="contact_name_key", condition=models.Q(merged_into=None)),
            # The list by name.
            models.Index(Lower("name"), F("number"), name="contact_by_name", condition=models.Q(merged_into=None)),
            models.Index(fields=["id"], name="contact_restricted", condition=models.Q(is_restricted=True)),
            models.Index(fields=["company"], name="contact_of_company", condition=models.Q(company__isnull=False)),
        ]

    @property
    def told_name(self) -> str:
        """Empty for a client whose name was made up: nobody is addressed by it."""
        return "" if self.name == self.made_up_name else self.name

    @property
    def emails(self) -> list[str]:
        """Its own, then those of the contacts merged into it (§4.3); the first ones first."""
        family = (self, *self.merged.all())
        first = [one.email for one in family if one.email]
        known = {email.lower() for email in first}
        return first + [email for one in family for email in one.further_emails if email not in known]

    @property
    def phones(self) -> list[str]:
        """As `emails`; a number that is only written in another way counts once."""
        family = (self, *self.merged.all())
        told = [one.phone for one in family] + [phone for one in family for phone in one.further_phones]
        by_key: dict[str, str] = {}
        for phone in filter(None, told):
            by_key.setdefault(phone_digits(phone) or phone, phone)
        return list(by_key.values())

    @property
    def employer(self) -> Contact | None:
        """The company as it is now, after merges."""
        return (self.company.merged_into or self.company) if self.company else None

    def employer_for(self, employee: Employee) -> Contact | None:
        """None as well where he does not see the company's card."""
        employer = self.employer
        return employer if employer and employer.is_visible_to(employee) else None

    def is_visible_to(self, employee: Employee) -> bool:
        """As `ContactQuerySet.visible_to` says, of one that is not merged; no query where everybody sees it."""
        return not self.is_restricted or Contact.objects.visible_to(employee).filter(pk=self.pk).exists()

    @property
    def open_offers(self) -> list[dict[str, Any]]:
        return [offer for offer in self.offers if not offer["answer"]]

    def __str__(self) -> str:
        return self.name


class ServiceEntry(models.Model):
    """What the system notes on a client's card with each new enquiry: system, browser, IP, place (S21)."""

    contact = models.ForeignKey(
        Contact, models.CASCADE, related_name="service_entries", db_constraint=False, db_index=False
    )
    identity = models.ForeignKey("desk.Identity", models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    data = models.JSONField()
    at = models.DateTimeField(default=timezone.now)
    # The conversation and the moment of the enquiry as its source names them.
    remote_key = models.CharField(max_length=300)

    class Meta:
        constraints = [
            # The same enquiry arrives again when a webhook is repeated.
            models.UniqueConstraint(fields=["identity", "remote_key"], name="service_entry_once"),
        ]
        indexes = [models.Index(fields=["contact", "-at"], name="service_entry_card")]
