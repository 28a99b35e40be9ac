"""A visitor's place on another device of his: a secret that came to him by mail, as good as his browser's own (S24)."""

from __future__ import annotations

from otklik.chat.mail import tokens
from otklik.chat.models import Mail

LASTS = tokens.RESUME_FOR


def seat_of(mail: Mail) -> str | None:
    """For whoever opens this mail's link now; nothing when its visitor has another address by now: what the link proves
    is that address (I7)."""
    visitor = mail.conversation.visitor
    is_his = mail.kind != Mail.Kind.TEAM
    if not is_his or visitor.secret_hash is None or visitor.email.lower() != mail.address.lower():
        return None
    # As long as the link, however often it is opened.
    return tokens.seat(mail.pk, int((mail.sent_at or mail.created_at).timestamp()) + LASTS)


def is_seat(secret: str) -> bool:
    """By its looks."""
    return bool(tokens.SEAT.fullmatch(secret))


def taken(site_id: int, secret: str) -> bytes | None:
    """The digest of the secret in whose place this one stands. Nothing for one that is forged, too old or of another
    site, or whose address its visitor has given up: such a one is a stranger's."""
    mail_id = tokens.of_seat(secret)
    if mail_id is None:
        return None
    mails = Mail.objects.select_related("conversation__visitor").filter(conversation__site=site_id)
    mail = mails.filter(pk=mail_id).first()
    if mail is None or seat_of(mail) is None:
        return None
    found = mail.conversation.visitor.secret_hash
    return bytes(found) if found is not None else None
