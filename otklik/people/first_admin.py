"""The address where the first administrator chooses e-mail and password: signed, and void as soon as anybody exists."""

from __future__ import annotations

from django.core import signing

from otklik.people.models import User

SALT = "otklik.people.first_admin"
GOOD_FOR = 7 * 24 * 3600


def is_needed() -> bool:
    return not User.objects.exists()


def token() -> str:
    return signing.dumps("first", salt=SALT)


def is_ours(value: str) -> bool:
    """Whether we gave this token away, not too long ago."""
    try:
        signing.loads(value, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return False
    return True


def is_good(value: str) -> bool:
    """Whether this token still opens the page: ours, not too old, and nobody was first."""
    return is_ours(value) and is_needed()
