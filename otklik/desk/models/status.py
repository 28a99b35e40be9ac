from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

# Names of the system statuses (contracts/planfix-behaviour.md §6); an own status has a name of its own instead.
SYSTEM_NAMES = {
    "draft": _("Draft"),
    "new": _("New"),
    "in_progress": _("In progress"),
    "waiting": _("Waiting for the client"),
    "done": _("Done"),
    "completed": _("Completed"),
    "delayed": _("Delayed"),
    "rejected": _("Rejected"),
    "cancelled": _("Cancelled"),
}


# Those of them that a set can have, with the colour and the type that they begin with.
STANDARD = {
    "draft": ("grey", False),
    "new": ("blue", True),
    "in_progress": ("teal", True),
    "waiting": ("yellow", True),
    "done": ("green", True),
    "completed": ("grey", False),
    "delayed": ("violet", False),
    "rejected": ("red", False),
    "cancelled": ("grey", False),
}

# Those that begin as individual, and those system ones that are fixed in the table of §6: nobody changes them.
INDIVIDUAL = frozenset({"new", "rejected"})
ALWAYS_SHARED = frozenset(STANDARD) - INDIVIDUAL

COLOURS = {
    "grey": _("Grey"),
    "blue": _("Blue"),
    "teal": _("Teal"),
    "green": _("Green"),
    "yellow": _("Yellow"),
    "orange": _("Orange"),
    "red": _("Red"),
    "violet": _("Violet"),
}


class StatusSet(models.Model):
    """Statuses that belong together. A template names the set of its tasks; they begin with New, or with the first
    active one. The standard set has a key and stays."""

    key = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=200, blank=True)
    # Whether a task that its creator gives to himself alone is accepted at once (§6).
    accepts_own = models.BooleanField(default=True, db_default=True)
    # The prohibition for assignees: neither notes nor replies in New before they have accepted (§6).
    waits_for_acceptance = models.BooleanField(default=False, db_default=False)

    def __str__(self) -> str:
        return self.name or str(_("Standard set"))


class Status(models.Model):
    """A state of a task. `is_active` decides whether the next message still belongs to the task (S11)."""

    set = models.ForeignKey(StatusSet, models.CASCADE, related_name="statuses")
    key = models.CharField(max_length=20, blank=True)
    own_name = models.CharField(max_length=200, blank=True)
    colour = models.CharField(max_length=20)
    is_active = models.BooleanField()
    # Each of several assignees has it for himself; the task has it for all when all of them have it (§6).
    is_individual = models.BooleanField(default=False, db_default=False)
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["set", "place"]
        constraints = [models.UniqueConstraint(fields=["set", "place"], name="status_place_once")]

    @property
    def name(self) -> str:
        return self.own_name or str(SYSTEM_NAMES.get(self.key, self.key))

    @property
    def is_completed(self) -> bool:
        return self.key == "completed"

    def __str__(self) -> str:
        return self.name


class ForbiddenTransition(models.Model):
    """A step between two statuses of a set that nobody takes; every other one is allowed (§6)."""

    before = models.ForeignKey(Status, models.CASCADE, related_name="+")
    after = models.ForeignKey(Status, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["before", "after"], name="forbidden_transition_once")]
