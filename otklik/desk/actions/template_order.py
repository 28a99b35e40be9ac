"""In which order task templates are offered, which are offered no more, and where one is used (§12)."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.desk.actions.events import record
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Employee, Scenario, TaskTemplate

MOST = 5


@transaction.atomic
def place(template: TaskTemplate, at: int, *, by: Employee) -> None:
    """Puts it there among those that are offered, counted from 0. Raises NotAllowed, Refused."""
    _check_right(by)
    # Locked in the order in which new tasks lock them.
    rows = sorted(TaskTemplate.objects.select_for_update().order_by("pk"), key=lambda one: (one.place, one.number))
    rows = [one for one in rows if one.archived_at is None]
    here = next((index for index, one in enumerate(rows) if one.pk == template.pk), None)
    if here is None:
        raise Refused("template", _("This template is not there any more."))
    there = min(max(at, 0), len(rows) - 1)
    if here == there:
        return
    rows.insert(there, rows.pop(here))
    for number, row in enumerate(rows):
        TaskTemplate.objects.filter(pk=row.pk).exclude(place=number).update(place=number)
    record("template_moved", by=by, template=template.pk, place=there)


def move(template: TaskTemplate, *, up: bool, by: Employee) -> None:
    """One place up or down; at the end it stays. Raises NotAllowed, Refused."""
    order = list(TaskTemplate.objects.offered().values_list("pk", flat=True))
    here = order.index(template.pk) if template.pk in order else 0
    place(template, here - 1 if up else here + 1, by=by)


@transaction.atomic
def archive(template: TaskTemplate, *, by: Employee, is_wanted: bool = True) -> None:
    """It is offered no more, or again; what uses it keeps it. Raises NotAllowed, Refused."""
    _check_right(by)
    found = TaskTemplate.objects.select_for_update().filter(pk=template.pk).first()
    if found is None:
        raise Refused("template", _("This template is not there any more."))
    if found.key:
        raise Refused("template", _("The standard template is used where nothing else is chosen, so it stays."))
    if (found.archived_at is not None) == is_wanted:
        return
    found.archived_at = timezone.now() if is_wanted else None
    found.save(update_fields=["archived_at"])
    kind = "template_archived" if is_wanted else "template_restored"
    record(kind, by=by, template=found.pk, name=found.own_name)


def users_of(template: TaskTemplate) -> list[str]:
    """What makes tasks by it from now on: connections by name, employees whose first choice it is, scenarios."""
    users = _protected(template)
    count = Employee.objects.filter(task_template=template).count()
    if count:
        sentence = ngettext("%(count)s employee by default", "%(count)s employees by default", count)
        users.append(sentence % {"count": count})
    scenarios = [one.name for one in Scenario.objects.order_by("place", "pk") if _names(one.operations, template.pk)]
    return [*users, *(_("the scenario “%(name)s”") % {"name": name} for name in scenarios)]


def _protected(template: TaskTemplate) -> list[str]:
    """Also those of whom the desk knows nothing but that the database keeps the template for them."""
    users: list[str] = []
    for relation in TaskTemplate._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel) and relation.on_delete is models.PROTECT:
            rows: Any = relation.related_model._default_manager.filter(**{relation.field.name: template.pk})
            users += sorted(str(row) for row in rows[:MOST])
    return users


def _names(value: Any, template: int) -> bool:
    """Whether an operation, or something inside it, names the template."""
    if isinstance(value, dict):
        return str(value.get("template") or "") == str(template) or any(_names(one, template) for one in value.values())
    return isinstance(value, list) and any(_names(one, template) for one in value)


def _check_right(by: Employee) -> None:
    if not by.manages_account:
        raise NotAllowed(_("Only administrators change templates."))
