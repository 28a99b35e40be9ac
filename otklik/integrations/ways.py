"""How an account of a kind can be connected: on a consent page of the remote, or by keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from otklik.integrations.connector import Connector, ConnectsByConsent, ConnectsByKeys

CONSENT = "consent"
KEYS = "keys"


@dataclass(frozen=True)
class Way:
    key: str
    label: str | Promise


def ways_of(connector: Connector) -> list[Way]:
    ways = []
    if isinstance(connector, ConnectsByConsent):
        ways.append(Way(CONSENT, connector.consent_label))
    if isinstance(connector, ConnectsByKeys):
        ways.append(Way(KEYS, connector.keys_label))
    return ways


def way_of(connector: Connector, settings: dict[str, Any]) -> str:
    """The way by which an account with these settings was connected; empty: by none that is still open."""
    if isinstance(connector, ConnectsByConsent) and connector.consents(settings):
        return CONSENT
    return KEYS if isinstance(connector, ConnectsByKeys) else ""
