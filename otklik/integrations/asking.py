"""What a webhook did not bring is asked from the remote: by a job, never inside the batch."""

from __future__ import annotations

from django.db import transaction

from otklik.desk.actions import enquiries
from otklik.integrations import first_attempt
from otklik.integrations.connector import KnowsClients
from otklik.integrations.models import Link
from otklik.integrations.registry import connector_of


def ask_after_commit(connection_id: int, conversation: str) -> None:
    """Once the enquiry is in the desk, asks the remote where its client is and what he looked at."""
    transaction.on_commit(lambda: first_attempt.soon(_defer, connection_id, conversation))


def _defer(connection_id: int, conversation: str) -> None:
    from otklik.integrations.jobs import ask_client

    ask_client.defer(connection_id=connection_id, conversation=conversation)


def ask(connection_id: int, conversation: str) -> None:
    """Completes the task and the card of this conversation. Raises ConnectorError: the job is tried again."""
    links = Link.objects.select_related("connection", "task", "identity")
    link = links.filter(connection=connection_id, remote_id=conversation).first()
    if link is None or link.task is None or link.identity is None:
        return
    connector = connector_of(link.connection.kind)
    if not isinstance(connector, KnowsClients) or not link.connection.is_on:
        return
    found = connector.ask(link.connection.settings, link.client_remote_id)
    enquiries.complete(
        link.task,
        link.identity,
        enquiries.Found(found.place, found.pages, found.source, found.ip, found.browser, found.os, found.device),
    )
