"""Every call that leaves the house: one kind of client, with timeouts and our name. The transport is the seam: tests
hand in one of their own."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from contextlib import suppress

import httpx2
from django.conf import settings

import otklik

USER_AGENT = f"Otklik/{otklik.__version__}"
TIMEOUT = httpx2.Timeout(20, connect=5)


class AddressRefused(httpx2.TransportError):
    """The address leads into our own network, and whoever chose it may be anybody."""


def client(transport: httpx2.BaseTransport | None = None) -> httpx2.Client:
    """For addresses that an administrator typed: they may be anywhere. Redirects are not followed."""
    return httpx2.Client(
        # A transport of our own also keeps proxies of the surroundings away, which would not reach this machine.
        transport=transport or httpx2.HTTPTransport(trust_env=False),
        timeout=TIMEOUT,
        trust_env=False,
        headers={"User-Agent": USER_AGENT},
    )


def guarded_client(transport: httpx2.BaseTransport | None = None) -> httpx2.Client:
    """For addresses that a visitor or the owner of a site chose: public hosts, our own public address, and what the
    operator names in OTKLIK_INTERNAL_HOSTS."""
    return client(GuardedTransport(transport or httpx2.HTTPTransport(trust_env=False)))


class GuardedTransport(httpx2.BaseTransport):
    """Looks the host up once, checks every answer, and dials the very addresses that were checked: a name that answers
    differently the second time gains nothing."""

    def __init__(self, inner: httpx2.BaseTransport, resolve: Callable[[str], set[str]] | None = None) -> None:
        self._inner = inner
        self._resolve = resolve or _resolved

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        if _is_allowed(url):
            return self._inner.handle_request(request)
        request.extensions = {**request.extensions, "sni_hostname": url.host}
        *others, last = self._public_addresses(url.host)
        for address in others:
            request.url = url.copy_with(host=address)
            # Not every server has both IPv4 and IPv6; nothing was sent yet.
            with suppress(httpx2.ConnectError, httpx2.ConnectTimeout):
                return self._inner.handle_request(request)
        request.url = url.copy_with(host=last)
        return self._inner.handle_request(request)

    def _public_addresses(self, host: str) -> list[str]:
        found = self._resolve(host)
        if not all(is_public(address) for address in found):
            raise AddressRefused(f"{host} does not lead to a public address.")
        # IPv4 first: it is what every server has.
        return sorted(found, key=lambda address: (":" in address, address))

    def close(self) -> None:
        self._inner.close()


def _is_allowed(url: httpx2.URL) -> bool:
    """Ourselves, and hosts of the operator's own network."""
    ours = httpx2.URL(settings.PUBLIC_URL)
    return (url.scheme, url.host, url.port) == (ours.scheme, ours.host, ours.port) or is_internal(url)


def is_internal(url: httpx2.URL) -> bool:
    """A host that the operator has named as one of his own network, with or without a port."""
    return bool({url.host, url.netloc.decode()} & set(settings.INTERNAL_HOSTS))


def leads_inside(address: str) -> bool:
    """Whether a guarded client refuses it, by what its host is now; one that is not found may come yet. Raises
    httpx2.InvalidURL."""
    url = httpx2.URL(address)
    if _is_allowed(url):
        return False
    try:
        return not all(is_public(found) for found in _resolved(url.host))
    except httpx2.ConnectError:
        return False


def _resolved(host: str) -> set[str]:
    try:
        return {str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise httpx2.ConnectError(f"{host} has no address.") from error


# Where a network translates IPv6 to IPv4, the last 32 bits are an IPv4 address.
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        # An IPv4 address in the clothes of IPv6 is judged as what it is.
        inner = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo[1] if parsed.teredo else None)
        if parsed in TRANSLATED:
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if inner is not None:
            return inner.is_global and parsed.is_global and not inner.is_multicast
        # Translation within one network, and the old form of IPv4 in IPv6.
        if parsed.is_reserved:
            return False
    return parsed.is_global and not parsed.is_multicast
