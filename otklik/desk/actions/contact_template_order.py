"""In which order templates of contacts are offered, and which are offered no more (§4.5)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk.actions.events import record
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import ContactTemplate, Employee


@transaction.atomic
def place(template: ContactTemplate, at: int, *, by: Employee) -> None:
    """Puts it there among those that are offered, counted from 0. Raises NotAllowed, Refused."""
    _check_right(by)
    rows = sorted(ContactTemplate.objects.select_for_update().order_by("pk"), key=lambda one: (one.place, one.pk))
    rows = [one for one in rows if one.archived_at is None]
    here = next((index for index, one in enumerate(rows) if one.pk == template.pk), None)
    if here is None:
        raise Refused("template", _("This template is not there any more."))
    there = min(max(at, 0), len(rows) - 1)
    if here == there:
        return
    rows.insert(there, rows.pop(here))
    for number, row in enumerate(rows):
        ContactTemplate.objects.filter(pk=row.pk).exclude(place=number).update(place=number)
    record("contact_template_moved", by=by, template=template.pk, place=there)


def move(template: ContactTemplate, *, up: bool, by: Employee) -> None:
    """One place up or down; at the end it stays. Raises NotAllowed, Refused."""
    order = list(ContactTemplate.objects.offered().values_list("pk", flat=True))
    here = order.index(template.pk) if template.pk in order else 0
    place(template, here - 1 if up else here + 1, by=by)


@transaction.atomic
def archive(template: ContactTemplate, *, by: Employee, is_wanted: bool = True) -> None:
    """It is offered no more, or again; its contacts and whoever uses it keep it. Raises NotAllowed, Refused."""
    _check_right(by)
    found = ContactTemplate.objects.select_for_update().filter(pk=template.pk).first()
    if found is None:
        raise Refused("template", _("This template is not there any more."))
    if found.stays:
        raise Refused("template", _("A system template is offered to everybody, so it stays."))
    if (found.archived_at is not None) == is_wanted:
        return
    found.archived_at = timezone.now() if is_wanted else None
    found.save(update_fields=["archived_at"])
    kind = "contact_template_archived" if is_wanted else "contact_template_restored"
    record(kind, by=by, template=found.pk, name=found.own_name)


def _check_right(by: Employee) -> None:
    if not by.manages_account:
        raise NotAllowed(_("Only administrators change templates."))
