"""What would become of the next message? Asked of the very code that decides when one comes (S11)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from otklik.desk.actions.batch import read
from otklik.desk.actions.clients import Clients
from otklik.desk.actions.incoming import Channel, Incoming, Line
from otklik.desk.actions.places import Places
from otklik.desk.models import Task
from otklik.desk.which_task import TABLE, Decision, Previous

__all__ = ["TABLE", "Decision", "Foresight", "Previous", "foresee"]


@dataclass(frozen=True, slots=True)
class Foresight:
    """`task`: the one so far, whether the message goes into it or not; None: there is none, or it is gone."""

    previous: Previous
    decision: Decision
    task: Task | None


@transaction.atomic
def foresee(channel: Channel, conversation: str, client: str) -> Foresight:
    """A message of this client now would go there. Nothing is changed; the conversation's task is locked for a moment,
    as it would be by the message."""
    one = Incoming(channel, conversation, client, lines=(Line("", "", from_client=True),))
    clients = Clients([one])
    known = read([(channel.source_id, conversation)], clients.said, [])
    clients.find(known, [])
    task, state, decision = Places([one], clients, known).decide(one, clients.of(one).contact_id)
    found = Task.objects.select_related("status").filter(pk=task.id).first() if task else None
    return Foresight(state, decision, found)
