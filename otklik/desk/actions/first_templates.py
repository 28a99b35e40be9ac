"""By which templates an employee begins the tasks and the contacts that he makes by hand (§12, §4.5)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.desk.actions.account_rights import may_manage
from otklik.desk.actions.events import record
from otklik.desk.errors import NotAllowed
from otklik.desk.models import ContactTemplate, Employee, TaskTemplate


@transaction.atomic
def choose(employee: Employee, template: TaskTemplate | None, *, by: Employee) -> None:
    """None: the standard template. For himself, or by an administrator. Raises NotAllowed."""
    if by.pk != employee.pk and not may_manage(employee, by):
        raise NotAllowed(_("Only administrators change employees."))
    found = Employee.objects.select_for_update(of=("self",)).select_related("task_template").get(pk=employee.pk)
    before, template = found.task_template, None if template and template.key else template
    if before == template:
        return
    Employee.objects.filter(pk=found.pk).update(task_template=template)
    names = [before.name if before else "", template.name if template else ""]
    record("employee_changed", by=by, employee=found.pk, changes={"task_template": names})


@transaction.atomic
def choose_for_contacts(employee: Employee, template: ContactTemplate | None, *, by: Employee) -> None:
    """None: the template of contacts. For himself, or by an administrator (§4.5). Raises NotAllowed."""
    if by.pk != employee.pk and not by.is_administrator:
        raise NotAllowed(_("Only administrators change employees."))
    found = Employee.objects.select_for_update(of=("self",)).select_related("contact_template").get(pk=employee.pk)
    before = found.contact_template
    if before == template:
        return
    Employee.objects.filter(pk=found.pk).update(contact_template=template)
    names = [before.name if before else "", template.name if template else ""]
    record("employee_changed", by=by, employee=found.pk, changes={"contact_template": names})


def of(employee: Employee) -> TaskTemplate | None:
    """The one with which a form begins: the employee's own, where it is still offered, or the standard one."""
    offered = TaskTemplate.objects.offered_to(employee)
    return offered.filter(pk=employee.task_template_id or 0).first() or offered.filter(key="standard").first()
