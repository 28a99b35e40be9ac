from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone

from .employee import Employee, Group

GOOD_FOR = timedelta(days=7)


def a_week_from_now() -> object:
    return timezone.now() + GOOD_FOR


class EmployeeInvitation(models.Model):
    """A link by which one person becomes an employee. Good once, and until it expires."""

    digest = models.BinaryField(max_length=32, unique=True)
    # For whom it is, in the words of who invites.
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=20, choices=Employee.AccountRole, default=Employee.AccountRole.USER)
    position = models.CharField(max_length=200, blank=True)
    # Where the link was sent to; empty: it was given by hand.
    email = models.EmailField(blank=True, default="", db_default="")
    # Who becomes this employee (§4.3).
    contact = models.ForeignKey("desk.Contact", models.SET_NULL, null=True, related_name="+")
    groups = models.ManyToManyField(Group, related_name="+", blank=True)
    created_by = models.ForeignKey(Employee, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=a_week_from_now)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
