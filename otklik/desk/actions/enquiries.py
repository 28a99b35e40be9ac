from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from otklik.desk.actions.events import Happening, record_many
from otklik.desk.actions.incoming import Enquiry
from otklik.desk.actions.opening import additional_data
from otklik.desk.models import Identity, ServiceEntry, Task


@dataclass(frozen=True, slots=True)
class Found:
    """What a channel told later of an enquiry; empty: not known there either."""

    place: str = ""
    pages: tuple[tuple[str, str], ...] = ()
    source: str = ""
    ip: str = ""
    browser: str = ""
    os: str = ""
    device: str = ""


@transaction.atomic
def complete(task: Task, identity: Identity, found: Found) -> None:
    """The quote under the first message (S15), the latest service entry (S21) and the name of the device learn what the
    first webhook did not bring. Nothing known is replaced."""
    task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    entry = ServiceEntry.objects.filter(identity=identity).order_by("-at").first()
    if entry is not None:
        told = {name: getattr(found, name) for name in ("os", "browser", "ip", "device", "place", "source")}
        entry.data = {**told, **{name: value for name, value in entry.data.items() if value}}
        entry.save(update_fields=["data"])
        task.additional_data = additional_data(
            Enquiry(remote_key="", at=timezone.now(), pages=found.pages, **{name: entry.data[name] for name in told})
        )
        task.save(update_fields=["additional_data"])
    if not identity.device:
        parts = (found.browser, found.os or found.device, found.place.rpartition(", ")[2])
        identity.device = ", ".join(part for part in parts if part)[:300]
        identity.save(update_fields=["device"])
    record_many([Happening("task_changed", task.pk, task.contact_id)])
