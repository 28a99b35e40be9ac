"""A mail that came, understood: to which conversation it belongs, whether a person wrote it, and what he wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO

from django.utils.translation import gettext_noop as _
from imap_tools.message import MailMessage
from mailparser_reply import EmailReplyParser

from otklik.chat.actions.files import Given
from otklik.chat.mail import tokens
from otklik.chat.mail.letters import MARK
from otklik.chat.wire import FILES_LIMIT
from otklik.lib.html_text import text_of
from otklik.lib.text import clean, clean_name

TEXT_LIMIT = 20_000
# Nobody answers a chat to so many.
MOST_RECIPIENTS = 50
RECIPIENTS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
BULK = {"bulk", "junk", "list", "auto_reply"}
ROBOTS = re.compile(r"^(mailer-daemon|postmaster|no-?reply|bounces?)([+@-]|$)", re.IGNORECASE)
# Where a Russian mail program begins to quote: «пн, 1 янв. 2026 г. в 12:03, Имя <a@b>:», «… писал(а):».
QUOTE_BEGINS = re.compile(
    r"^(?:>|_{10,}$|-{2,} ?(?:Исходное сообщение|Пересылаемое сообщение|Original Message)"
    r"|От: .+|(?:[^\n]*(?:\d{4}|\d\d:\d\d)[^\n]*(?:<[^>\n]+@[^>\n]+>|писал(?:\(а\)|а)?|пишет|wrote)[^\n]*:)\s*$)",
    re.IGNORECASE | re.MULTILINE,
)
LANGUAGES = ["en", "de", "fr", "es", "it", "pl", "nl"]


@dataclass
class Read:
    """`token`: what it names, genuine, or None. `reason`: why it is no message of a person, a marked English sentence;
    empty: it is one."""

    sender: str
    subject: str
    id: str
    token: tuple[str, int] | None = None
    reason: str = ""
    is_bounce: bool = False
    # Of a bounce: whether the address is gone for good, and the server's words.
    is_final: bool = False
    words: str = ""
    text: str = ""
    files: list[Given] = field(default_factory=list)


def read(raw: bytes) -> Read:
    mail = MailMessage.from_bytes(raw)
    headers = mail.headers
    message_id = " ".join(headers.get("message-id", ()))
    read = Read(
        sender=clean_name(mail.from_ or "", 254).lower(),
        subject=clean_name(mail.subject or "", 200),
        id="mail-" + sha256(message_id.strip().encode(errors="replace") or raw).hexdigest()[:48],
    )
    if MARK.lower() in headers:
        read.reason = _("It is one of our own mails.")
        return read
    if _is_bounce(mail, read.sender):
        return _bounce(read, raw)
    recipients = " ".join(value for name in RECIPIENTS for value in headers.get(name, ()))
    if recipients.count("@") > MOST_RECIPIENTS:
        read.reason = _("It went to too many people at once.")
        return read
    answered = " ".join(value for name in ("in-reply-to", "references") for value in headers.get(name, ()))
    # The signed reply address first, our own signed ids second; who sent it proves nothing.
    read.token = tokens.read(recipients) or tokens.read(answered)
    if read.token is None:
        read.reason = _("It answers no mail of ours.")
    elif _is_automatic(mail, read.sender):
        read.reason = _("It is an automatic answer.")
    else:
        read.text, read.files = _text(mail), _files(mail)
        if not read.text and not read.files:
            read.reason = _("It is empty.")
    return read


def _is_automatic(mail: MailMessage, sender: str) -> bool:
    headers: Mapping[str, tuple[str, ...]] = mail.headers
    said = {name: " ".join(values).strip().lower() for name, values in headers.items()}
    submitted = said.get("auto-submitted", "no").partition(";")[0].strip()
    if submitted != "no" or said.get("precedence", "") in BULK or said.get("return-path") == "<>":
        return True
    if any(name in said for name in ("x-autoreply", "x-autorespond", "list-id", "x-auto-reply")):
        return True
    return not sender or bool(ROBOTS.match(sender))


def _is_bounce(mail: MailMessage, sender: str) -> bool:
    headers: Mapping[str, tuple[str, ...]] = mail.headers
    kind = " ".join(headers.get("content-type", ())).lower()
    return ("multipart/report" in kind and "delivery-status" in kind) or sender.startswith("mailer-daemon@")


def _bounce(read: Read, raw: bytes) -> Read:
    said = raw[:300_000].decode("latin-1")
    read.is_bounce = True
    found = [tokens.read(part) for part in re.findall(r"(?im)^message-id:[^<\r\n]*(?:\r?\n[ \t]+)?(<[^>\r\n]+>)", said)]
    read.token = next((one for one in found if one and one[0] == "m"), None)
    status = re.search(r"(?im)^status:\s*([245])\.", said)
    action = re.search(r"(?im)^action:\s*(\w+)", said)
    read.is_final = (status[1] == "5") if status else bool(action and action[1].lower() == "failed")
    words = re.search(r"(?im)^diagnostic-code:\s*(?:smtp;\s*)?(.+)", said)
    read.words = clean_name(words[1] if words else read.subject, 500)
    read.reason = "" if read.token else _("It returns a mail that is not ours.")
    return read


def _text(mail: MailMessage) -> str:
    plain = clean(mail.text or "")
    if not plain.strip():
        return clean(text_of(mail.html[:2_000_000])).strip() if mail.html else ""
    return without_quotes(plain)


def without_quotes(text: str) -> str:
    """What is new in it. Where nothing would be left, the answer stands under or between the quoted lines."""
    text = text[:1_000_000]
    begins = QUOTE_BEGINS.search(text)
    above = text[: begins.start()] if begins else text
    reply = (EmailReplyParser(languages=LANGUAGES).parse_reply(above[:100_000]) or "").strip() if above.strip() else ""
    if reply:
        return reply if len(above) <= 100_000 else above.strip()
    unquoted = "\n".join(line for line in text.splitlines() if not line.startswith(">"))
    return QUOTE_BEGINS.sub("", unquoted).strip()


def _files(mail: MailMessage) -> list[Given]:
    files = []
    for part in mail.attachments[:FILES_LIMIT]:
        if part.payload:
            files.append(Given(part.filename or "file", BytesIO(part.payload), len(part.payload)))
    return files
