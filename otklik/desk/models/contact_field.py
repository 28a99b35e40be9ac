from __future__ import annotations

from django.db import models

from .contact import Contact, ContactTemplate
from .own_field import OwnField


class ContactField(OwnField):
    """A field of contacts and companies (§4.5): all contacts of its template have it, those that are there too."""

    # None: contacts of all templates have it.
    template = models.ForeignKey(ContactTemplate, models.CASCADE, null=True, blank=True, related_name="fields")


class ContactValue(models.Model):
    """As a `TaskValue`. Those of a merged contact stay with it and come back with it."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="values_of_fields")
    field = models.ForeignKey(ContactField, models.CASCADE, related_name="values")
    value = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "field"], name="contact_value_once")]
