from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .employee import Employee, Group


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def offered_to(self, employee: Employee) -> SavedViewQuerySet:
        """His own, those for all, and those of his groups."""
        shared = Q(audience=SavedView.Audience.ALL) | Q(
            audience=SavedView.Audience.GROUP, group__in=employee.groups.values("pk")
        )
        return self.filter(Q(owner=employee) | shared)


class SavedView(models.Model):
    """A filter of the list of tasks with a name. Everybody sees by it only what he may see anyway."""

    class Audience(models.TextChoices):
        OWN = "own"
        GROUP = "group"
        ALL = "all"

    owner = models.ForeignKey(Employee, models.CASCADE, related_name="views")
    name = models.CharField(max_length=60)
    # As `task_filter.read` understands it: {name: [value]}.
    filter = models.JSONField(default=dict)
    audience = models.CharField(max_length=5, choices=Audience, default=Audience.OWN)
    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="views")
    place = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(default=timezone.now)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["place", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(audience="group", group__isnull=False) | (~Q(audience="group") & Q(group__isnull=True)),
                name="saved_view_of_group",
            ),
        ]

    def __str__(self) -> str:
        return self.name
