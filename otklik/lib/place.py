"""Where an address is: from the operator's city database, else from a tiny one of ours that knows this machine and
private networks only."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import maxminddb
from django.conf import settings

OWN = Path(__file__).parent / "data" / "own-network.mmdb"


class Place(NamedTuple):
    country: str = ""
    country_code: str = ""
    city: str = ""


@lru_cache(maxsize=1)
def _reader(path: Path) -> maxminddb.Reader:
    # In memory: a file that the operator replaces while it is mapped would crash us.
    return maxminddb.open_database(path, maxminddb.MODE_MEMORY)


def of(address: str | None, language: str) -> Place:
    """Country and city of an address, in the given language where the database has it; empty when nothing is known."""
    if not address:
        return Place()
    found = _reader(settings.GEO_DB or OWN).get(address)
    if not isinstance(found, dict):
        return Place()
    country: Any = found.get("country") or found.get("registered_country") or {}
    city: Any = found.get("city") or {}
    return Place(_name(country, language)[:100], str(country.get("iso_code") or "")[:2], _name(city, language)[:100])


def _name(entry: Any, language: str) -> str:
    names = entry.get("names") or {}
    return str(names.get(language) or names.get("en") or "")
