"""Plain connections to servers that somebody named: mail servers of sites, whose owners may be anybody."""

from __future__ import annotations

import socket

from django.conf import settings

from otklik.lib.http import is_public


class AddressClosed(OSError):
    """The host leads into our own network, and the operator has not allowed it."""


def dial(host: str, port: int, seconds: float, *, is_trusted: bool = False) -> socket.socket:
    """Looks the host up once, checks every answer, and dials the very addresses that were checked. `is_trusted`: the
    operator himself named it. Raises OSError."""
    found = [entry[4][:2] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    is_allowed = is_trusted or bool({host.lower(), f"{host.lower()}:{port}"} & set(settings.INTERNAL_HOSTS))
    if not is_allowed and not all(is_public(str(address[0])) for address in found):
        raise AddressClosed(f"{host} does not lead to a public address.")
    failure: OSError = OSError(f"{host} has no address.")
    for address in found:
        try:
            return socket.create_connection((str(address[0]), port), seconds)
        except OSError as error:
            failure = error
    raise failure
