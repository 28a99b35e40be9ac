from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .scenario import ScenarioRun


class ScenarioSending(models.Model):
    """A request or a letter of a scenario on its way out, and what was answered. Each target has a queue of its own:
    one that is slow or down holds back nobody else (§11.5, rule 9)."""

    class Kind(models.TextChoices):
        REQUEST = "request"
        LETTER = "letter"

    class State(models.TextChoices):
        DUE = "due"
        SENT = "sent"
        FAILED = "failed"

    run = models.ForeignKey(ScenarioRun, models.CASCADE, related_name="sendings")
    kind = models.CharField(max_length=7, choices=Kind)
    # Scheme, host and port of a request; all letters leave by one server.
    target = models.CharField(max_length=300)
    # {method, address, body, headers, secrets: [[name, dots]], is_tried_again} or {to, subject, body}.
    content: models.JSONField[Any, Any] = models.JSONField()
    state = models.CharField(max_length=6, choices=State, default=State.DUE)
    attempts = models.PositiveSmallIntegerField(default=0)
    # HTTP status of the last answer, and its beginning; else why there was none, in English as logs are.
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True)
    # The whole target rests until then, after it has failed.
    rests_until = models.DateTimeField(null=True)
    due_at = models.DateTimeField(default=timezone.now)
    made_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["target", "due_at"], name="scenario_sending_due", condition=Q(state="due"))]
