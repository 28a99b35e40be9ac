"""What the desk may ask of those who carry its replies: `desk.actions.carrying`."""

from __future__ import annotations

from collections.abc import Sequence

from otklik.desk.actions.carrying import Sending
from otklik.desk.models import Comment
from otklik.integrations.connector import Corrects
from otklik.integrations.models import Attempt, Delivery
from otklik.integrations.registry import connector_of
from otklik.lib.notes import told


class Outbox:
    def carries(self, comment: Comment) -> bool:
        return Delivery.objects.filter(comment=comment).exists()

    def hold(self, comment: Comment) -> str:
        rows = Delivery.objects.filter(comment=comment).select_for_update(of=("self",)).order_by("pk")
        delivery = rows.first()
        return delivery.state if delivery else ""

    def may_correct(self, comments: Sequence[Comment]) -> set[int]:
        rows = Delivery.objects.filter(comment__in=comments).exclude(remote_id="")
        rows = rows.filter(link__connection__removed_at=None).select_related("link__connection")
        found = set()
        for delivery in rows:
            connection = delivery.link.connection
            connector = connector_of(connection.kind)
            if isinstance(connector, Corrects) and connector.corrects(connection.settings) and delivery.comment_id:
                found.add(delivery.comment_id)
        return found

    def report(self, comment: Comment) -> list[Sending]:
        attempts = Attempt.objects.filter(delivery__comment=comment).order_by("pk")
        rows = attempts.select_related("delivery__link__connection__source", "delivery__link__identity")
        return [_sending(attempt) for attempt in rows]


def _sending(attempt: Attempt) -> Sending:
    link = attempt.delivery.link
    channel = f"{link.connection.source.label} ({link.connection.name})"
    recipient = link.identity.name if link.identity else link.client_remote_id
    return Sending(attempt.at, channel, recipient, attempt.what, attempt.is_ok, told(attempt.answer))


carrier = Outbox()
