"""What a task's page shows beside the conversation, as far as its template says so (contracts/planfix-behaviour.md
§12)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

PARTS = {
    "client": _("Client"),
    "people": _("People"),
    "project": _("Project"),
    "source": _("Source"),
    "times": _("When it was made and completed"),
    "fields": _("Own fields"),
    "checklist": _("Checklist"),
    "subtasks": _("Subtasks"),
}
