"""What a mail carries so that its answer finds the conversation. Nobody can make one without the product's key. All in
small letters and digits: mail servers change case."""

from __future__ import annotations

import re
import time

from django.core import signing
from django.utils.crypto import salted_hmac

from otklik.lib.tokens import same

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
TOKEN = re.compile(r"\b(?P<what>[cm])(?P<id>[0-9a-z]{1,13})-(?P<proof>[0-9a-f]{24})\b")
SEAT = re.compile(r"s-(?P<id>[0-9a-z]{1,13})-(?P<until>[0-9a-z]{1,8})-[0-9a-f]{40}")
SALT = "otklik.chat.mail"
RESUME_FOR = 30 * 24 * 3600


def of_conversation(pk: int) -> str:
    """For the reply address."""
    return _token("c", pk)


def of_mail(pk: int) -> str:
    """For Message-ID."""
    return _token("m", pk)


def read(text: str) -> tuple[str, int] | None:
    """The first genuine one in it: `c` with a conversation's id, or `m` with a mail's."""
    for found in TOKEN.finditer(text[:100_000].lower()):
        pk = int(found["id"], 36)
        if same(_token(found["what"], pk), found[0]) and pk < 2**63:
            return found["what"], pk
    return None


def _token(what: str, pk: int) -> str:
    proof = salted_hmac(SALT, f"{what}{pk}", algorithm="sha256").hexdigest()[:24]
    return f"{what}{_base36(pk)}-{proof}"


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, place = divmod(number, 36)
        digits = DIGITS[place] + digits
    return digits or "0"


def seat(mail_id: int, until: int) -> str:
    """A visitor's secret for another device of his, from a link that reached him by mail; good until that second.
    Nothing is stored: it is as good as what it is derived from."""
    what = f"s-{_base36(mail_id)}-{_base36(until)}"
    return f"{what}-{salted_hmac(f'{SALT}.seat', what, algorithm='sha256').hexdigest()[:40]}"


def of_seat(secret: str) -> int | None:
    """The mail whose reader holds it."""
    found = SEAT.fullmatch(secret)
    if found is None or int(found["until"], 36) < time.time():
        return None
    pk = int(found["id"], 36)
    return pk if pk < 2**63 and same(seat(pk, int(found["until"], 36)), secret) else None


def for_link(purpose: str, mail_id: int) -> str:
    return signing.dumps(mail_id, salt=f"{SALT}.{purpose}")


def of_link(purpose: str, token: str, max_age: int | None = None) -> int | None:
    try:
        return int(signing.loads(token, salt=f"{SALT}.{purpose}", max_age=max_age))
    except signing.BadSignature:
        return None
