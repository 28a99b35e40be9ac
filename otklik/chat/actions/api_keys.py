from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from otklik.chat.actions import site_log
from otklik.chat.models import ApiKey, Consent, Site
from otklik.chat.models.site import new_secret_key
from otklik.lib.text import clean_name
from otklik.lib.tokens import digest
from otklik.people.models import User

# How exactly is known when a key was used last.
EVERY = timedelta(minutes=1)


class NewKey(NamedTuple):
    """A key with its secret, which nobody can tell again."""

    key: ApiKey
    secret: str


@transaction.atomic
def make(site: Site, name: str, *, by: User | None, consent: Consent | None = None) -> NewKey:
    secret = new_secret_key()
    key = ApiKey.objects.create(
        site=site,
        name=clean_name(name),
        digest=digest(secret),
        ending=secret[-4:],
        created_by=by,
        consent=consent,
    )
    site_log.record(site, "key_made", by=by, about=key.name)
    return NewKey(key, secret)


@transaction.atomic
def rotate(key: ApiKey, *, by: User, overlap: timedelta) -> NewKey:
    """A new key in place of this one, which stays good for so long, so that programs can change over."""
    made = make(key.site, key.name, by=by)
    ends_at = timezone.now() + overlap
    ApiKey.objects.filter(pk=key.pk).filter(Q(expires_at=None) | Q(expires_at__gt=ends_at)).update(expires_at=ends_at)
    site_log.record(key.site, "key_rotated", by=by, about=f"{key.name} …{key.ending}")
    return made


@transaction.atomic
def revoke(key: ApiKey, *, by: User | None) -> None:
    """From now on the key opens nothing."""
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
        site_log.record(key.site, "key_revoked", by=by, about=f"{key.name} …{key.ending}")


@transaction.atomic
def hand_out(consent: Consent, name: str) -> str:
    """The secret of a key for the desk that has the consent. Who asks again has not got the first answer: the key of
    that one is revoked."""
    for lost in ApiKey.objects.usable().filter(consent=consent).select_related("site"):
        revoke(lost, by=consent.user)
    return make(consent.site, name, by=consent.user, consent=consent).secret


def site_of(public_key: str, secret: str) -> Site | None:
    """The site whose keys these are. Found by the secret's digest, so that time tells nothing about it."""
    found = ApiKey.objects.usable().filter(digest=digest(secret), site__public_key=public_key)
    key = found.select_related("site").first()
    if key is None:
        return None
    now = timezone.now()
    if key.used_at is None or key.used_at < now - EVERY:
        ApiKey.objects.filter(pk=key.pk).update(used_at=now)
    return key.site
