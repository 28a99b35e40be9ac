"""In which order templates of tasks and of contacts are offered, which are offered no more (§4.5, §12), and where one
of tasks is used."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.desk.actions.events import record
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import ContactTemplate, Employee, Scenario, TaskTemplate

Template = TaskTemplate | ContactTemplate
MOST = 5


@transaction.atomic
def place(template: Template, at: int, *, by: Employee) -> None:
    """Puts it there among those of its kind that are offered, counted from 0. Raises NotAllowed, Refused."""
    _check_right(by)
    templates = type(template).objects
    # Locked in the order in which new tasks lock them.
    list(templates.select_for_update().order_by("pk").values_list("pk"))
    order = list(templates.offered().values_list("pk", flat=True))
    if template.pk not in order:
        raise Refused("template", _("This template is not there any more."))
    here, there = order.index(template.pk), min(max(at, 0), len(order) - 1)
    if here == there:
        return
    order.insert(there, order.pop(here))
    for number, pk in enumerate(order):
        templates.filter(pk=pk).exclude(place=number).update(place=number)
    record(f"{_kind(template)}_moved", by=by, template=template.pk, place=there)


def move(template: Template, *, up: bool, by: Employee) -> None:
    """One place up or down; at the end it stays. Raises NotAllowed, Refused."""
    order = list(type(template).objects.offered().values_list("pk", flat=True))
    here = order.index(template.pk) if template.pk in order else 0
    place(template, here - 1 if up else here + 1, by=by)


@transaction.atomic
def archive(template: Template, *, by: Employee, is_wanted: bool = True) -> None:
    """It is offered no more, or again; what was made by it and what uses it keep it. Raises NotAllowed, Refused."""
    _check_right(by)
    found = type(template).objects.select_for_update().filter(pk=template.pk).first()
    if found is None:
        raise Refused("template", _("This template is not there any more."))
    if why := _stays(found):
        raise Refused("template", why)
    if (found.archived_at is not None) == is_wanted:
        return
    found.archived_at = timezone.now() if is_wanted else None
    found.save(update_fields=["archived_at"])
    record(f"{_kind(found)}_{'archived' if is_wanted else 'restored'}", by=by, template=found.pk, name=found.own_name)


def _kind(template: Template) -> str:
    return "template" if isinstance(template, TaskTemplate) else "contact_template"


def _stays(template: Template) -> str:
    """Why it is always offered; empty: it is not."""
    if isinstance(template, TaskTemplate):
        return _("The standard template is used where nothing else is chosen, so it stays.") if template.key else ""
    return _("A system template is offered to everybody, so it stays.") if template.stays else ""


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
