from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SYSTEM_NAMES = {"contact": _("Contact template"), "company": _("Company template")}


class ContactTemplate(models.Model):
    """By which a client enters the client base (S08). One with a key belongs to the system and stays."""

    key = models.CharField(max_length=20, blank=True)
    own_name = models.CharField(max_length=200, blank=True)
    is_company = models.BooleanField(default=False)

    @property
    def name(self) -> str:
        return self.own_name or str(SYSTEM_NAMES.get(self.key, self.key))

    def __str__(self) -> str:
        return self.name


class ContactQuerySet(models.QuerySet["Contact"]):
    def current(self) -> ContactQuerySet:
        return self.filter(merged_into__isnull=True)


class Contact(models.Model):
    number = models.BigIntegerField(unique=True)
    template = models.ForeignKey(ContactTemplate, models.PROTECT, related_name="contacts")
    name = models.CharField(_("name"), max_length=200)
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=50, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    # Further properties that the site told about the client; any keys.
    properties = models.JSONField(default=dict, blank=True)
    # Fields that an employee filled in by hand: a channel does not overwrite them (S19).
    kept_fields = models.JSONField(default=list, blank=True)
    # Where its identities went when they were joined by e-mail or by hand. The row stays, so that it can be undone.
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="merged")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = [
            # §4.2: an e-mail belongs to one contact.
            models.UniqueConstraint(
                Lower("email"), name="contact_email_once", condition=~models.Q(email="") & models.Q(merged_into=None)
            ),
        ]

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
