"""What a template brings along with its tasks, and who may begin with it (contracts/planfix-behaviour.md §12)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from otklik.desk import own_fields
from otklik.desk.actions import people, template_parts
from otklik.desk.models import Group, TaskField, TaskTemplate, TemplateValue
from otklik.desk.task_cards import PARTS

# parts: numbers of templates in order, as text; fields: values of own fields by the field's id as text; groups:
# people's codes; hidden_parts: keys of what a task's page does not show.
Values = dict[str, Any]


def fields_of(template: TaskTemplate | None) -> QuerySet[TaskField]:
    """Own fields whose first values the template may say. No clients: who keeps templates may not know them (§7)."""
    of = Q(template=None) | Q(template=template.pk) if template and template.pk else Q(template=None)
    return TaskField.objects.filter(of, archived_at=None).exclude(kind="contact")


def values_of(template: TaskTemplate) -> Values:
    first = TemplateValue.objects.filter(template=template, field__in=fields_of(template))
    return {
        "parts": [str(pk) for pk in template.parts.values_list("part", flat=True)],
        "fields": {str(pk): value for pk, value in first.values_list("field", "value")},
        "groups": sorted(f"group-{pk}" for pk in template.for_groups.values_list("pk", flat=True)),
        "hidden_parts": sorted(template.hidden_parts),
    }


def write(template: TaskTemplate, values: Values) -> None:
    """Of a template that is saved. Raises Refused; for own fields with `field-<id>` as the field."""
    template_parts.write(template, [int(pk) for pk in values.get("parts", []) if str(pk).isdigit()])
    _write_fields(template, values.get("fields", {}))
    template.for_groups.set(Group.objects.filter(pk__in=people.ids(values.get("groups", []), "group")))
    hidden = sorted(set(values.get("hidden_parts", [])) & set(PARTS))
    if hidden != template.hidden_parts:
        template.hidden_parts = hidden
        template.save(update_fields=["hidden_parts"])


def _write_fields(template: TaskTemplate, given: dict[str, Any]) -> None:
    wanted = {field.pk: own_fields.checked(field, given.get(str(field.pk))) for field in fields_of(template)}
    TemplateValue.objects.filter(template=template).delete()
    rows = [TemplateValue(template=template, field_id=pk, value=value) for pk, value in wanted.items() if value]
    TemplateValue.objects.bulk_create(rows)
