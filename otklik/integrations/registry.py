from __future__ import annotations

from functools import cache
from importlib import import_module

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from otklik.integrations.connector import Connector

WANTED = ("kind", "label", "group", "sentence", "icon", "read", "send", "is_repeatable", "author", "account")


@cache
def connectors() -> dict[str, Connector]:
    """Every channel listed in settings.CONNECTORS by its kind."""
    found: dict[str, Connector] = {}
    for path in settings.CONNECTORS:
        connector: Connector = import_module(f"{path}.connector").connector
        found[connector.kind] = connector
    return found


def connector_of(kind: str) -> Connector:
    return connectors()[kind]


@register()
def check_connectors(**_: object) -> list[CheckMessage]:
    problems: list[CheckMessage] = []
    for path in settings.CONNECTORS:
        try:
            connector = import_module(f"{path}.connector").connector
        except (ImportError, AttributeError) as error:
            problems.append(Error(f"The channel {path} cannot be used: {error}.", id="otklik.E001"))
            continue
        missing = [name for name in WANTED if not hasattr(connector, name)]
        if missing:
            problems.append(Error(f"The channel {path} lacks {', '.join(missing)}.", id="otklik.E002"))
    return problems
