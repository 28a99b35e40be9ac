"""A connection shows its state in words, with the way out: who must do what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.integrations.models import Connection, Delivery, Receipt
from otklik.lib.notes import told
from otklik.people.templatetags.moments import moment

# A site may have quiet days; after so many somebody should look.
SILENT_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class State:
    # connected, waiting, failing, silent, paused, off: a colour and an icon.
    kind: str
    sentence: str
    way_out: str = ""


def state_of(connection: Connection) -> State:
    if not connection.is_on:
        return State("off", _("Switched off: no tasks are made and no answers are sent."), _("Switch it on."))
    if connection.paused_reason:
        way_out = _("Answers wait here and go out when this is mended.")
        if connection.paused_until:
            way_out += " " + _("Next try: %(when)s.") % {"when": moment(connection.paused_until)}
        return State("paused", told(connection.paused_reason), way_out)
    if failing := _failing(connection):
        return failing
    if connection.last_received_at is None:
        return State("waiting", _("Waiting for the first message."), _("Write something in the chat of your site."))
    heard = moment(connection.last_received_at)
    if timezone.now() - connection.last_received_at > SILENT_AFTER:
        way_out = _("Write something in the chat of your site: if it does not arrive here, reconnect the account.")
        return State("silent", _("Silent since %(when)s.") % {"when": heard}, way_out)
    return State("connected", _("Connected. Last heard: %(when)s.") % {"when": heard})


def _failing(connection: Connection) -> State | None:
    """The last thing that the remote said, as long as answers wait because of it."""
    waiting = Delivery.objects.filter(link__connection=connection, state=Delivery.State.DUE).exclude(note="")
    first = waiting.order_by("due_at").first()
    if first is None:
        return None
    count = waiting.count()
    wait = ngettext("%(n)s answer waits.", "%(n)s answers wait.", count) % {"n": count}
    return State("failing", told(first.note), f"{wait} " + _("Next try: %(when)s.") % {"when": moment(first.due_at)})


@dataclass(frozen=True)
class Troubles:
    """What a person should look at."""

    not_understood: int
    failed: int
    undelivered: int


def troubles_of(connection: Connection) -> Troubles:
    receipts = Receipt.objects.filter(connection=connection)
    return Troubles(
        not_understood=receipts.filter(state=Receipt.State.UNKNOWN).count(),
        failed=receipts.filter(state__in=[Receipt.State.FAILED, Receipt.State.WAITING]).count(),
        undelivered=Delivery.objects.filter(
            link__connection=connection, state__in=[Delivery.State.FAILED, Delivery.State.UNKNOWN]
        ).count(),
    )
