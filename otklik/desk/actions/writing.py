"""Writing to a client from his card: in the conversation that is going on, or in a new task (§4.4)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from otklik.desk.actions import making
from otklik.desk.actions.joining import lock_clients
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Contact, Employee, ReplyTarget, Task, TaskMember


def may_write(contact: Contact) -> bool:
    """Whether a channel leads to him: he has written before, and his conversation is still there."""
    return contact.employee_id is None and _ways(contact).exists()


@transaction.atomic
def write(contact: Contact, *, by: Employee) -> Task:
    """The task in which one writes to him. Where none is active, a new one, given by him to this employee, takes the
    conversation over. Raises Refused; NotAllowed when he talks with colleagues in a task that this employee does not
    see."""
    # As intake does, before anything else: no message of his opens a task at the same moment.
    lock_clients(set(contact.identities.values_list("source", "remote_id")))
    ways = list(_ways(contact).select_related("source", "identity", "task__status", "task__template"))
    if not ways:
        raise Refused("contact", _("No channel leads to this contact: wait until he writes."))
    tasks = Task.objects.select_for_update(of=("self",)).filter(pk__in=[way.task_id for way in ways]).order_by("pk")
    active = [task for task in tasks.select_related("status") if task.is_active]
    mine = Task.objects.visible_to(by).filter(pk__in=[task.pk for task in active]).order_by("-last_event").first()
    if mine:
        return mine
    if active:
        raise NotAllowed(_("Colleagues are talking with this contact in a task of theirs. Ask them to add you."))
    return _begin(contact, ways[0], by)


def _begin(contact: Contact, way: ReplyTarget, by: Employee) -> Task:
    before = way.task
    task = making.make(
        {
            "name": f"{contact.name} ({way.source.label})"[:300],
            "description": "",
            "contact": contact.pk,
            "template": before.template_id,
            "assignee": [f"employee-{by.pk}"],
        },
        by=by,
    )
    TaskMember.objects.filter(task=task, role__key="assigner").update(employee=None, contact=contact)
    task.source, task.previous = way.source, before
    task.save(update_fields=["source", "previous"])
    ReplyTarget.objects.filter(pk=way.pk).update(is_open=False)
    ReplyTarget.objects.create(task=task, identity=way.identity, remote_id=way.remote_id, source=way.source)
    return task


def _ways(contact: Contact) -> QuerySet[ReplyTarget]:
    """The latest first."""
    return ReplyTarget.objects.filter(identity__contact=contact, is_open=True).order_by("-pk")
