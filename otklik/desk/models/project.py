from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Project(models.Model):
    """Only a name and a parent: set by a template and shown with the task."""

    name = models.CharField(_("name"), max_length=200)
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")

    @property
    def path(self) -> str:
        return f"{self.parent.path} / {self.name}" if self.parent else self.name

    def __str__(self) -> str:
        return self.name
