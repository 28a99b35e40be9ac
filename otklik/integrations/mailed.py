"""What a remote tells of mails in which it sends our replies on: to the desk, and back that one shall not be sent."""

from __future__ import annotations

from otklik.desk.actions import mailing
from otklik.desk.models import Comment
from otklik.integrations.accounts import Account
from otklik.integrations.connector import CancelsMail
from otklik.integrations.envelope import Incoming
from otklik.integrations.models import Delivery
from otklik.integrations.registry import connector_of


def note(arrivals: list[tuple[Account, Incoming]]) -> None:
    """After the echoes of the same batch: by them the ids of our replies are known."""
    for account, incoming in arrivals:
        if incoming.mailed is None:
            continue
        deliveries = Delivery.objects.filter(
            link__connection=account.id,
            link__remote_id=incoming.conversation,
            remote_id__in=incoming.mailed.messages,
            comment__isnull=False,
        )
        comments = list(deliveries.values_list("comment_id", flat=True))
        mailing.note([pk for pk in comments if pk], incoming.mailed.state, incoming.mailed.at)


def cancel(comment: Comment) -> None:
    """Raises ConnectorError."""
    deliveries = Delivery.objects.filter(comment=comment, link__connection__is_on=True).exclude(remote_id="")
    for delivery in deliveries.select_related("link__connection"):
        connection = delivery.link.connection
        connector = connector_of(connection.kind)
        if isinstance(connector, CancelsMail):
            connector.cancel_mail(connection.settings, delivery.remote_id)
