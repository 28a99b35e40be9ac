"""From which address a request really comes."""

from __future__ import annotations

import ipaddress

from django.conf import settings

from otklik.lib.asgi import Scope, header

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def of(scope: Scope) -> str | None:
    """The visitor's address: the connection's, or, when that is a trusted proxy's, the nearest one in X-Forwarded-For
    that no trusted proxy owns."""
    client = scope.get("client")
    return behind_proxies(client[0] if client else "", header(scope, b"x-forwarded-for").decode("latin-1"))


def behind_proxies(connection: str, forwarded: str) -> str | None:
    address = parse(connection)
    for part in reversed(forwarded.split(",") if forwarded else []):
        if address is not None and not _is_trusted(address):
            break
        further = parse(part)
        if further is None:
            break
        address = further
    return str(address) if address is not None else None


def parse(value: str) -> Address | None:
    """An address in any of the spellings of proxies: with a port, in brackets, IPv4 in IPv6."""
    value = value.strip().strip('"')
    if value.startswith("["):
        value = value[1:].partition("]")[0]
    elif value.count(":") == 1:
        value = value.partition(":")[0]
    try:
        address: Address = ipaddress.ip_address(value.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def _is_trusted(address: Address) -> bool:
    return any(address.version == network.version and address in network for network in settings.TRUSTED_PROXIES)
