"""Making a connection: the consent flow and the command line call the same function."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings as django_settings
from django.db import transaction

from otklik.desk.models import ContactTemplate, Employee, Group, Source, TaskTemplate
from otklik.integrations.models import Connection, KindOptions
from otklik.integrations.registry import connector_of


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


def hook_url(connection: Connection) -> str:
    """Where the remote sends its webhooks. Its secret part stands for the account: show it to administrators only."""
    return f"{django_settings.PUBLIC_URL}/hooks/{connection.kind}/{connection.token}/"
