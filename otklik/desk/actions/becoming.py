"""A contact becomes an employee, or turns out to be one (contracts/planfix-behaviour.md §4.3).

E-mails, phone and roles in tasks pass to the employee, whose own data win. The card leaves the client base; it stays
with its log, comments, files and own fields, and with the tasks whose client it was. Own fields of contacts name
either contacts or employees, so none changes hands."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk.actions.addresses import without_first
from otklik.desk.actions.events import Happening, record, record_many
from otklik.desk.actions.merging import locked
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Contact, Employee, Task, TaskMember, TemplateMember

# The client whom a task is about, and who gave it, is a contact for ever.
ROLES = ("assignee", "participant", "auditor")


@transaction.atomic
def join(contact: Contact, employee: Employee, *, by: Employee) -> None:
    """This contact is that employee. Raises NotAllowed, Refused."""
    if not by.is_administrator:
        raise NotAllowed(_("Only administrators make employees of contacts."))
    if employee.is_robot or not employee.user.is_active:
        raise Refused("employee", _("Choose an employee who works here."))
    if not become(contact, employee, by=by):
        raise Refused("contact", _("This contact was joined with another one or is an employee already."))


@transaction.atomic
def become(contact: Contact, employee: Employee, *, by: Employee) -> bool:
    """Whether the card still stood for somebody of its own."""
    contact = locked({contact.pk})[contact.pk]
    if contact.merged_into_id or contact.employee_id:
        return False
    merged = Contact.objects.filter(merged_into=contact)
    emails = contact.emails
    _pass_addresses(contact, employee)
    _pass_roles(contact, employee, by)
    # An address belongs to one: from now on to an employee (§4.2).
    merged.update(email="", further_emails=[])
    contact.email, contact.further_emails = "", []
    contact.employee, contact.updated_at = employee, timezone.now()
    contact.save(update_fields=["email", "further_emails", "employee", "updated_at"])
    record("contact_became_employee", contact=contact, by=by, employee=employee.pk, name=employee.name, emails=emails)
    return True


def _pass_addresses(contact: Contact, employee: Employee) -> None:
    """Behind his own, which win."""
    # Who comments in a task refers to his row (FOR KEY SHARE) while he holds that task, which is locked after this row.
    rows = Employee.objects.select_for_update(of=("self",), no_key=True)
    employee = rows.select_related("user").get(pk=employee.pk)
    phones = contact.phones
    employee.phone = employee.phone or next(iter(phones), "")
    told = [*employee.further_emails, *contact.emails]
    employee.further_emails = without_first("further_emails", told, employee.user.email)
    employee.further_phones = without_first("further_phones", [*employee.further_phones, *phones], employee.phone)
    employee.save(update_fields=["phone", "further_emails", "further_phones"])


def _pass_roles(contact: Contact, employee: Employee, by: Employee) -> None:
    rows = TaskMember.objects.filter(contact=contact, role__key__in=ROLES)
    tasks = {one.pk: one for one in Task.objects.filter(pk__in=rows.values("task")).order_by("pk").select_for_update()}
    held = set(TaskMember.objects.filter(employee=employee, task__in=tasks).values_list("task", "role"))
    happenings = []
    for row in rows.select_related("role"):
        task, who = tasks[row.task_id], f"employee-{employee.pk}"
        if (row.task_id, row.role_id) in held:
            row.delete()
            continue
        TaskMember.objects.filter(pk=row.pk).update(contact=None, employee=employee)
        if row.role.key == "assignee" and employee.pk not in task.notified:
            Task.objects.filter(pk=task.pk).update(notified=sorted([*task.notified, employee.pk]))
        data: dict[str, Any] = {"role": row.role.key, "added": [employee.name], "removed": [contact.name]}
        data["who"] = {"added": [who], "removed": []}
        happenings.append(Happening("members_changed", task_id=task.pk, actor_id=by.pk, data=data, moves_task=False))
    record_many(happenings)
    TemplateMember.objects.filter(contact=contact, role__key__in=ROLES).update(contact=None, employee=employee)
