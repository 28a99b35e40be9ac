"""The port of the desk: where conversations of a connection become work. Ours is here; an account elsewhere is a
channel folder of its own with the same two methods."""

from __future__ import annotations

import time
from hashlib import sha256
from typing import Protocol

from django.utils import timezone

from otklik.desk.actions import comments, intake
from otklik.desk.actions import incoming as desk
from otklik.desk.models import Comment
from otklik.integrations import asking, chat_users, reconciling
from otklik.integrations.accounts import Account
from otklik.integrations.envelope import Enquiry, Incoming, Message
from otklik.integrations.models import Connection, Delivery
from otklik.lib.pg import as_json, post

LONGEST_ID = 150
HEARD_EVERY = 5.0


class Desk(Protocol):
    def receive_many(self, arrivals: list[tuple[Account, Incoming]]) -> None:
        """Takes in a batch inside the caller's transaction: messages, what clients say of themselves, leavings."""
        ...

    def delivery_report(self, deliveries: list[Delivery]) -> None:
        """Tells how far replies have come."""
        ...


MOVE_LINKS = """
INSERT INTO integrations_link (connection_id, remote_id, client_remote_id, identity_id, task_id, place, created_at)
SELECT connection, remote, client, identity, task, '', now() FROM json_to_recordset(%b::json) AS l(
    connection bigint, remote text, client text, identity bigint, task bigint)
ON CONFLICT (connection_id, remote_id) DO UPDATE SET task_id = excluded.task_id, identity_id = excluded.identity_id
"""


class OurDesk:
    """The desk of this installation."""

    def __init__(self) -> None:
        self._heard: dict[int, float] = {}

    def receive_many(self, arrivals: list[tuple[Account, Incoming]]) -> None:
        # Deliveries are locked before the desk's rows, and marked after them: a mark is an event, and the counter of
        # events comes last of all locks.
        seen = [self._find_seen(account, incoming) for account, incoming in arrivals if incoming.seen]
        outcomes = intake.receive_many([to_desk(account, incoming) for account, incoming in arrivals])
        moved = {
            (account.id, incoming.conversation): {
                "connection": account.id,
                "remote": incoming.conversation,
                "client": incoming.client,
                "identity": outcome.identity_id,
                "task": outcome.task_id,
            }
            for (account, incoming), outcome in zip(arrivals, outcomes, strict=True)
            if outcome.is_moved
        }
        for (account, incoming), outcome in zip(arrivals, outcomes, strict=True):
            if incoming.enquiry and incoming.enquiry.is_bare and outcome.task_id:
                asking.ask_after_commit(account.id, incoming.conversation)
        chat_users.note_named(arrivals)
        if moved:
            post(MOVE_LINKS, as_json(list(moved.values())))
        reconciling.note(arrivals, outcomes)
        for deliveries in seen:
            self._note_seen(deliveries)
        self._note_heard({account.id for account, _ in arrivals})

    def delivery_report(self, deliveries: list[Delivery]) -> None:
        for delivery in deliveries:
            if delivery.comment_id:
                waits = delivery.due_at if delivery.state == Delivery.State.DUE else None
                comments.mark([delivery.comment_id], delivery.state, delivery.note, waits)

    def _find_seen(self, account: Account, incoming: Incoming) -> list[Delivery]:
        sent = Delivery.objects.filter(
            link__connection=account.id,
            link__remote_id=incoming.conversation,
            remote_id__in=incoming.seen,
            state=Delivery.State.SENT,
        )
        return list(sent.select_for_update(of=("self",)).order_by("pk"))

    def _note_seen(self, seen: list[Delivery]) -> None:
        Delivery.objects.filter(pk__in=[one.pk for one in seen]).update(
            state=Delivery.State.READ, read_at=timezone.now()
        )
        comments.mark([one.comment_id for one in seen if one.comment_id], Comment.Mark.READ)

    def _note_heard(self, connections: set[int]) -> None:
        """When the connection was last heard, to a few seconds: its row must not be written with every webhook."""
        now = time.monotonic()
        due = [one for one in connections if now - self._heard.get(one, -HEARD_EVERY) >= HEARD_EVERY]
        if due:
            Connection.objects.filter(pk__in=due).update(last_received_at=timezone.now())
            self._heard.update(dict.fromkeys(due, now))


OURS: Desk = OurDesk()


def _enquiry(enquiry: Enquiry) -> desk.Enquiry:
    return desk.Enquiry(
        enquiry.remote_key,
        enquiry.at,
        enquiry.place,
        enquiry.pages,
        enquiry.source,
        enquiry.ip,
        enquiry.browser,
        enquiry.os,
        enquiry.device,
    )


def to_desk(account: Account, incoming: Incoming) -> desk.Incoming:
    """The envelope in the desk's own words."""
    return desk.Incoming(
        channel=account.channel,
        conversation=incoming.conversation,
        client=incoming.client,
        person=desk.Person(
            incoming.person.displayed_name,
            incoming.person.name,
            incoming.person.email,
            incoming.person.phone,
            incoming.person.properties,
            incoming.person.device,
            incoming.person.is_bound,
        )
        if incoming.person
        else None,
        lines=tuple(_line(incoming.conversation, message) for message in incoming.messages),
        enquiry=_enquiry(incoming.enquiry) if incoming.enquiry else None,
        is_complete=incoming.is_complete,
        left=incoming.left,
        returned=incoming.returned,
    )


def _line(conversation: str, message: Message) -> desk.Line:
    return desk.Line(
        remote_id=message_id(conversation, message.remote_id),
        text=message.text,
        from_client=message.from_client,
        written_at=message.written_at,
        files=tuple(
            {"name": file.name, "url": file.url, "size": file.size, "type": file.content_type} for file in message.files
        ),
        author_name=message.author_name,
        author_email=message.author_email,
        is_automatic=message.is_automatic,
    )


def message_id(conversation: str, remote_id: str) -> str:
    """The desk's name of a message. A remote may make its ids unique for a conversation only."""
    name = f"{conversation}/{remote_id}"
    return name if len(name) <= LONGEST_ID else sha256(name.encode()).hexdigest()
