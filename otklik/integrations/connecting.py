"""Making, mending and removing a connection: the screens and the command line call the same functions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings as django_settings
from django.db import transaction
from django.utils import timezone

from otklik.desk.actions import sources
from otklik.desk.models import ContactTemplate, Employee, Group, Source, TaskTemplate
from otklik.integrations import changes, correcting, outbox
from otklik.integrations.models import Connection, KindOptions
from otklik.integrations.registry import connector_of
from otklik.lib.pg import run


@transaction.atomic
def connect(
    *,
    kind: str,
    name: str,
    settings: dict[str, Any],
    task_template: TaskTemplate,
    contact_template: ContactTemplate,
    employees: Iterable[Employee] = (),
    groups: Iterable[Group] = (),
    by: Employee | None = None,
) -> Connection:
    """Connects an account (S03, S05). `settings` is what the kind's connector needs; the address for webhooks is
    `hook_url(connection)`."""
    KindOptions.objects.get_or_create(kind=kind)
    source = Source.objects.create(label=connector_of(kind).label, name=name)
    connection = Connection.objects.create(
        kind=kind,
        name=name,
        settings=settings,
        source=source,
        task_template=task_template,
        contact_template=contact_template,
        created_by=by,
    )
    connection.employees.set(employees)
    connection.groups.set(groups)
    return connection


def hold_account(kind: str, settings: dict[str, Any]) -> None:
    """Until the commit nobody else connects the same account: two connections of one would make two tasks of each
    conversation (I4). Ask `same_account` afterwards."""
    run(
        "SELECT pg_advisory_xact_lock(hashtextextended(%b, 0))",
        f"account {kind} {connector_of(kind).account(settings)}",
    )


def same_account(kind: str, settings: dict[str, Any]) -> Connection | None:
    """The connection that leads to the same account of the remote already."""
    connector = connector_of(kind)
    account = connector.account(settings)
    present = Connection.objects.present().filter(kind=kind).order_by("pk")
    return next((one for one in present if connector.account(one.settings) == account), None)


@transaction.atomic
def reconnect(connection: Connection, settings: dict[str, Any], *, by: Employee) -> None:
    """New keys for the same account: what paused it is over, and what waits goes out. The webhook address stays."""
    connection = Connection.objects.select_for_update(of=("self",), no_key=True).get(pk=connection.pk)
    connection.settings = connection.settings | settings
    connection.paused_reason, connection.paused_until = "", None
    connection.save(update_fields=["settings", "paused_reason", "paused_until"])
    outbox.hurry(connection)
    changes.note({"keys": ["", "***"]}, kind=connection.kind, by=by, connection=connection)


@transaction.atomic
def switch(connection: Connection, *, on: bool, by: Employee) -> None:
    """On or off (S06). Webhooks that come while it is off are set aside; replies wait, and go out when it is on."""
    connection = Connection.objects.select_for_update(of=("self",), no_key=True).get(pk=connection.pk)
    if connection.is_on == on:
        return
    connection.is_on = on
    connection.save(update_fields=["is_on"])
    changes.note({"is_on": [not on, on]}, kind=connection.kind, by=by, connection=connection)


@transaction.atomic
def remove(connection: Connection, *, by: Employee) -> None:
    """The account is gone: its webhook address answers 404, nothing is sent any more, what still waits has failed, and
    the ways to its clients are closed. Its tasks, contacts and their history stay."""
    connection = Connection.objects.select_for_update(of=("self",), no_key=True).get(pk=connection.pk)
    if connection.removed_at is not None:
        return
    connection.removed_at = timezone.now()
    connection.is_on = False
    connection.save(update_fields=["removed_at", "is_on"])
    outbox.give_up(connection)
    correcting.give_up(connection)
    sources.close(connection.source_id)
    changes.note({"account": [connection.name, ""]}, kind=connection.kind, by=by, connection=connection)


def hook_url(connection: Connection) -> str:
    """Where the remote sends its webhooks. Its secret part stands for the account: show it to administrators only."""
    return f"{django_settings.PUBLIC_URL}/hooks/{connection.kind}/{connection.token}/"
