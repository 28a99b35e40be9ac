"""What happened to a card: each change with its old value, its new value, its source and its time (S19)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from otklik.desk.models import Contact, Event

MOST = 100


@dataclass
class Change:
    """One event of a card. `changes` and `offers`: (field, old value, new value)."""

    kind: str
    at: datetime
    # An employee, or else the channel and the device by which the client said it.
    who: str
    source: str
    device: str
    changes: list[tuple[str, Any, Any]] = field(default_factory=list)
    offers: list[tuple[str, Any, Any]] = field(default_factory=list)
    contacts: list[dict[str, Any]] = field(default_factory=list)
    # The card on which it was noted, if that was merged into this one later.
    of: str = ""
    data: dict[str, Any] = field(default_factory=dict)


def history(contact: Contact) -> list[Change]:
    """The latest first, with those of contacts that were merged into it."""
    names = {one.pk: one.name for one in contact.merged.all()}
    events = Event.objects.filter(task__isnull=True, contact__in=[contact.pk, *names]).order_by("-number")
    return [_change(event, names) for event in events.select_related("actor__user")[:MOST]]


def _change(event: Event, names: dict[int, str]) -> Change:
    data = event.data
    return Change(
        event.kind,
        event.at,
        event.actor.name if event.actor else "",
        data.get("source", ""),
        data.get("device", ""),
        _triples(data.get("changes")),
        _triples(data.get("offered")),
        data.get("contacts") or [],
        names.get(event.contact_id or 0, ""),
        data,
    )


def _triples(changes: dict[str, list[Any]] | None) -> list[tuple[str, Any, Any]]:
    return [(name, _told(old), _told(new)) for name, (old, new) in (changes or {}).items()]


def _told(value: Any) -> Any:
    """Access as `contact_access` records it, in the reader's language; some events of former times have words."""
    if not isinstance(value, dict):
        return value
    who = ", ".join(value["who"]) or _("administrators")
    parts = [who if value["is_restricted"] else _("everybody")]
    parts += [] if value["may_participate"] else [_("not as a participant")]
    parts += [] if value["may_be_counterparty"] else [_("not as a counterparty")]
    return "; ".join(parts)
