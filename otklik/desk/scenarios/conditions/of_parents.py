"""The task above: the same questions, of the task whose part this one is (§11.2, «Надзадача: …»)."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from otklik.desk.models import Task
from otklik.desk.scenarios.conditions.asking import CHOICE, PARENT, YES_NO, Field, Looked, of_another, yes

ASKED = (
    "status", "type", "status_set", "assignee", "assigner", "participant", "template", "project", "project_below",
    "name", "due_on", "created_on", "completed_on",
)  # fmt: skip


def _parent(looked: Looked) -> Looked | None:
    above = Task.objects.filter(parts__task=looked.task, trashed_at=None)
    found = above.select_related("status__set", "contact__merged_into").first()
    return Looked(found, looked.event) if found else None


def of(fields: Mapping[str, Field], own: Mapping[str, Field]) -> dict[str, Field]:
    """`parent` and `parent-<key>`."""
    found = {"parent": Field(_("It is a part of another task"), CHOICE, lambda of: yes(_parent(of)), YES_NO, PARENT)}
    asked = {**{key: fields[key] for key in ASKED}, **own}
    return found | {f"parent-{key}": of_another(one, PARENT, _parent) for key, one in asked.items()}
