"""Which browsers of an employee are told of news while no page of the desk is open (§9; RFC 8030, RFC 8292)."""

from __future__ import annotations

from base64 import urlsafe_b64decode

import httpx2
from django.db import transaction
from django.utils.translation import gettext as _
from webpush.vapid import VAPID

from otklik.desk.errors import Refused
from otklik.desk.models import Employee, PushKeys, PushSubscription
from otklik.lib import device
from otklik.lib.http import is_internal
from otklik.lib.pg import run
from otklik.lib.sealing import seal, unseal

# A person has a few machines; the oldest gives way.
MOST = 10
# Of PostgreSQL's advisory locks, the one of whoever makes the keys.
LOCK = 7_301_841


def keys() -> PushKeys:
    """Those of this installation, made when they are needed first."""
    return _usable() or _made()


def _usable() -> PushKeys | None:
    """None, too, where another product key cannot open them: then browsers are asked anew."""
    found = PushKeys.objects.order_by("pk").first()
    return found if found and unseal(found.private) else None


@transaction.atomic
def _made() -> PushKeys:
    # Of two who need them at once, the second takes those of the first.
    run("SELECT pg_advisory_xact_lock(%s)", LOCK)
    if found := _usable():
        return found
    PushKeys.objects.all().delete()
    PushSubscription.objects.all().delete()
    private, public, for_browsers = VAPID.generate_keys()
    return PushKeys.objects.create(
        pk=1, private=seal(private.decode()), public=public.decode(), for_browsers=for_browsers
    )


@transaction.atomic
def subscribe(employee: Employee, *, endpoint: str, p256dh: str, auth: str, user_agent: str) -> PushSubscription:
    """The same browser again stays one; that of another person is this one's from now on. Raises Refused."""
    if not _is_address(endpoint) or len(_bytes(p256dh)) != 65 or len(_bytes(auth)) != 16:
        raise Refused("browser", _("This browser cannot be told."))
    # Without keys nobody could have asked for it; new ones forget all browsers.
    keys()
    about = device.read(user_agent)
    named = ", ".join(part for part in (about.browser, about.os) if part)[:200]
    values = {"employee": employee, "p256dh": p256dh, "auth": auth, "browser": named}
    found, _is_new = PushSubscription.objects.update_or_create(endpoint=endpoint, defaults=values)
    kept = PushSubscription.objects.filter(employee=employee)[:MOST]
    PushSubscription.objects.filter(employee=employee).exclude(pk__in=[one.pk for one in kept]).delete()
    return found


def forget(employee: Employee, *, endpoint: str = "", pk: int = 0) -> None:
    """A browser of one's own, by its address or its row; what is not there is forgotten already."""
    own = PushSubscription.objects.filter(employee=employee)
    (own.filter(pk=pk) if pk else own.filter(endpoint=endpoint)).delete()


def _is_address(endpoint: str) -> bool:
    """It is called by us, and a browser has sent it: https, and no secret way into our own network."""
    try:
        url = httpx2.URL(endpoint)
    except (httpx2.InvalidURL, ValueError):
        return False
    return len(endpoint) <= 1000 and bool(url.host) and (url.scheme == "https" or is_internal(url))


def _bytes(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""
