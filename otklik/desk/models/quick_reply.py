from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.utils import timezone

from .employee import Employee, Group


class ReplyAudience(models.Model):
    """Employees to whom the quick replies under one heading are offered; a heading without such a row is for all. With
    no group, because the last one was deleted, it is for administrators alone."""

    # As `QuickReply.group`, in whatever letters.
    name = models.CharField(max_length=100)
    groups = models.ManyToManyField(Group, related_name="reply_audiences")

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="reply_audience_once")]


class QuickReplyQuerySet(models.QuerySet["QuickReply"]):
    def offered(self) -> QuickReplyQuerySet:
        """Archived ones are kept, and not offered (§10)."""
        return self.filter(archived_at=None)

    def offered_to(self, employee: Employee) -> QuickReplyQuerySet:
        """Those of the headings that are for him; administrators have all."""
        if employee.is_administrator:
            return self.offered()
        others = ReplyAudience.objects.filter(name__iexact=OuterRef("group")).exclude(groups__members=employee)
        return self.offered().filter(~Exists(others))


class QuickReply(models.Model):
    """A prepared answer (S25, §10). The same question may have one in each language."""

    # What the client asks, or what the answer is about: by this and by its text it is found.
    question = models.CharField(max_length=200)
    text = models.TextField()
    # The heading under which it stands in the directory.
    group = models.CharField(max_length=100, blank=True)
    # As browsers call it; empty: for any.
    language = models.CharField(max_length=10, blank=True)
    # How often somebody has chosen it: the much used stand first.
    uses = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(Employee, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    objects = QuickReplyQuerySet.as_manager()

    class Meta:
        ordering = [Lower("group"), Lower("question"), "language"]

    def __str__(self) -> str:
        return self.question
