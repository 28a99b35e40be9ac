"""One feed of all conversations with a contact, from all of his devices (S20)."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from otklik.desk.models import Comment, Contact, Employee, Task

MOST = 30
Kind = Comment.Kind


def of_contact(contact: Contact) -> QuerySet[Comment]:
    """What was said by him and to him. A line belongs to one contact: to that of the identity that wrote it or to which
    it went, else to that of its task."""
    tasks = Task.objects.filter(Q(contact=contact) | Q(targets__identity__contact=contact)).values("pk")
    his = Q(kind=Kind.CLIENT, identity__contact=contact)
    to_him = Q(kind=Kind.REPLY, target__identity__contact=contact)
    about_him = (Q(kind=Kind.NOTE) | Q(kind=Kind.REPLY, target=None)) & Q(task__contact=contact)
    return Comment.objects.filter(his | to_him | about_him, task__in=tasks)


def feed(contact: Contact, employee: Employee) -> list[Comment]:
    """The latest lines of tasks that this employee may see, the latest first."""
    visible = Task.objects.visible_to(employee).kept()
    lines = of_contact(contact).filter(task__in=visible).select_related("task", "identity", "employee__user")
    return list(lines.order_by("-at", "-pk")[:MOST])
