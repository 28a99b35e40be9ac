"""Name, e-mail address and phone of a visitor, whoever tells them: himself, an agent, or the site."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from otklik.lib.text import clean_name

LIMITS = {"name": 200, "email": 254, "phone": 50}
# More than any address has, so that one that is too long is seen as such instead of being cut to another.
UNCUT = 1000


def clean(name: str, value: str) -> str:
    """The value fit to be stored. An address is never cut: it would be somebody else's."""
    if name == "email":
        return clean_name(value, UNCUT)
    value = clean_name(value, LIMITS[name])
    # Receivers compare without case, and some letters are longer when they are small.
    while len(value.lower()) > LIMITS[name]:
        value = value[:-1]
    return value


def is_email(value: str) -> bool:
    if len(value.lower()) > LIMITS["email"]:
        return False
    try:
        validate_email(value)
    except ValidationError:
        return False
    return True
