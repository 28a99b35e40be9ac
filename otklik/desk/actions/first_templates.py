"""By which templates an employee begins the tasks and the contacts that he makes by hand (§12, §4.5)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.desk.actions.account_rights import may_manage
from otklik.desk.actions.events import record
from otklik.desk.errors import NotAllowed
from otklik.desk.models import ContactTemplate, Employee, TaskTemplate


def choose(employee: Employee, template: TaskTemplate | None, *, by: Employee) -> None:
    """None: the standard template. For himself, or by whoever manages him. Raises NotAllowed."""
    _choose("task_template", employee, None if template and template.key else template, by)


def choose_for_contacts(employee: Employee, template: ContactTemplate | None, *, by: Employee) -> None:
    """None: the template of contacts. For himself, or by whoever manages him (§4.5). Raises NotAllowed."""
    _choose("contact_template", employee, template, by)


@transaction.atomic
def _choose(field: str, employee: Employee, template: TaskTemplate | ContactTemplate | None, by: Employee) -> None:
    if by.pk != employee.pk and not may_manage(employee, by):
        raise NotAllowed(_("Only administrators change employees."))
    rows = Employee.objects.select_for_update(of=("self",), no_key=True).select_related(field)
    before = getattr(rows.get(pk=employee.pk), field)
    if before == template:
        return
    Employee.objects.filter(pk=employee.pk).update(**{field: template})
    names = [before.name if before else "", template.name if template else ""]
    record("employee_changed", by=by, employee=employee.pk, changes={field: names})


def of(employee: Employee) -> TaskTemplate | None:
    """The one with which a form begins: the employee's own, where it is still offered, or the standard one."""
    offered = TaskTemplate.objects.offered_to(employee)
    return offered.filter(pk=employee.task_template_id or 0).first() or offered.filter(key="standard").first()
