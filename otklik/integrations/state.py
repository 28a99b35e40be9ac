"""A connection shows its state in words, with the way out: who must do what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.integrations.models import Connection, Delivery, Receipt
from otklik.lib.notes import told
from otklik.people.templatetags.moments import moment

# A site may have quiet days; after so many somebody should look.
SILENT_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class State:
    # connected, waiting, silent, paused, off: a colour and an icon.
    kind: str
    sentence: str
    way_out: str = ""


def state_of(connection: Connection) -> State:
    if not connection.is_on:
        return State("off", _("Switched off: no tasks are made and no answers are sent."), _("Switch it on."))
    if connection.paused_reason:
        return State("paused", told(connection.paused_reason), _("Answers wait here and go out when this is mended."))
    if connection.last_received_at is None:
        return State("waiting", _("Waiting for the first message."), _("Write something in the chat of your site."))
    heard = moment(connection.last_received_at)
    if timezone.now() - connection.last_received_at > SILENT_AFTER:
        way_out = _("Write something in the chat of your site: if it does not arrive here, reconnect the account.")
        return State("silent", _("Silent since %(when)s.") % {"when": heard}, way_out)
    return State("connected", _("Connected. Last heard: %(when)s.") % {"when": heard})


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
