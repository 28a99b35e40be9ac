from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .employee import Employee


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def on(self, day: date) -> AbsenceQuerySet:
        return self.filter(since__lte=day, until__gte=day)


class Absence(models.Model):
    """Days on which an employee does not work, both included, in the company's time zone."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", pgettext_lazy("absence", "Holiday")
        ILL = "ill", _("Illness")
        OTHER = "other", pgettext_lazy("absence", "Other")

    employee = models.ForeignKey(Employee, models.CASCADE, related_name="absences")
    since = models.DateField(pgettext_lazy("date", "From"))
    until = models.DateField(pgettext_lazy("date", "Until"))
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.HOLIDAY)
    # To whom his tasks are offered meanwhile.
    substitute = models.ForeignKey(Employee, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(until__gte=F("since")), name="absence_ends_after_begin")]
        # Who is away today: asked with every page of a task, and past ones become many.
        indexes = [models.Index(fields=["until", "employee"], name="absence_until")]
