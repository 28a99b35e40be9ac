"""Our own messages come back. They are known by the id that the remote gave them, and by our name on them also before
the answer to our own call has told that id; never by their text (I2, I5)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from django.db.models import Q

from otklik.integrations import outbox
from otklik.integrations.accounts import Account
from otklik.integrations.envelope import Incoming, Message
from otklik.integrations.models import Delivery, Link
from otklik.integrations.registry import connector_of

Arrivals = list[tuple[Account, Incoming]]


def is_ours(account: Account, message: Message) -> bool:
    return not message.from_client and message.received_from == connector_of(account.kind).our_name


@dataclass(slots=True)
class Echoes:
    """Our own messages in a batch. `unknown`: positions of arrivals with one of which no delivery is known."""

    confirmed: list[tuple[Delivery, str]] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)

    def confirm(self) -> None:
        """Writes down that they arrived. After the batch's tasks are locked: a mark is an event, and the counter of
        events comes last of all locks."""
        for delivery, remote_id in self.confirmed:
            outbox.confirm(delivery, remote_id)


def find(arrivals: Arrivals) -> Echoes:
    """Finds, and locks until the commit, the deliveries whose messages came back."""
    agents = [
        (place, account, incoming, message)
        for place, (account, incoming) in enumerate(arrivals)
        for message in incoming.messages
        if not message.from_client
    ]
    echoes = Echoes()
    for place, account, incoming, message in agents:
        if is_ours(account, message) and not _find_one(account, incoming, message, echoes):
            echoes.unknown.append(place)
    return echoes


def without_ours(account: Account, incoming: Incoming) -> Incoming:
    """The same without our own messages and those that a delivery of ours is known to have made."""
    if all(message.from_client for message in incoming.messages):
        return incoming
    ids = [message.remote_id for message in incoming.messages if not message.from_client]
    sent = set(
        Delivery.objects.filter(
            link__connection=account.id, link__remote_id=incoming.conversation, remote_id__in=ids
        ).values_list("remote_id", flat=True)
    )
    kept = tuple(
        message
        for message in incoming.messages
        if message.from_client or not (is_ours(account, message) or message.remote_id in sent)
    )
    return replace(incoming, messages=kept)


def _find_one(account: Account, incoming: Incoming, message: Message, echoes: Echoes) -> bool:
    link = Link.objects.filter(connection=account.id, remote_id=incoming.conversation).first()
    if link is None:
        return False
    deliveries = link.deliveries.select_for_update(of=("self",)).order_by("pk")
    if deliveries.filter(remote_id=message.remote_id).exists():
        return True
    unclear = Q(state__in=[Delivery.State.SENDING, Delivery.State.UNKNOWN]) | Q(state=Delivery.State.SENT, remote_id="")
    on_the_way = list(deliveries.filter(unclear)[:2])
    # Of two that it could be, the answer to a call or a person decides.
    if len(on_the_way) == 1:
        echoes.confirmed.append((on_the_way[0], message.remote_id))
    return bool(on_the_way)
