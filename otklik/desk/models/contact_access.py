from __future__ import annotations

from django.db import models

from .contact import Contact
from .employee import Employee, Group


class ContactAccess(models.Model):
    """Who sees a card that not everybody sees, besides administrators (§4.4 access rights)."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="access", db_index=False)
    employee = models.ForeignKey(Employee, models.CASCADE, null=True, blank=True, related_name="+")
    group = models.ForeignKey(Group, models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "employee", "group"], name="contact_access_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(employee__isnull=True) ^ models.Q(group__isnull=True), name="contact_access_of_one"
            ),
        ]
