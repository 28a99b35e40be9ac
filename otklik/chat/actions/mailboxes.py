"""Answers that come by mail return to their conversations (S24). A mail is known by its Message-ID: to read one twice,
after a crash for instance, does no harm."""

from __future__ import annotations

import imaplib
import logging
from datetime import timedelta
from io import BytesIO

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from otklik.chat.actions import files, mails, messages
from otklik.chat.actions.files import Given
from otklik.chat.actions.messages import Post
from otklik.chat.actions.visitors import Arrival
from otklik.chat.errors import ChatError
from otklik.chat.mail import accounts, imap, letters, reading
from otklik.chat.mail.accounts import Server
from otklik.chat.mail.imap import OpenMailbox
from otklik.chat.mail.reading import Read
from otklik.chat.mail.smtp import cause_of
from otklik.chat.models import Conversation, File, Mail, Mailbox, MailSettings, UnplacedMail
from otklik.lib.notes import note_of

log = logging.getLogger("otklik.chat.mail")

# From one conversation.
AN_HOUR = 60
KEPT_UNPLACED = 200


def present() -> list[Mailbox]:
    """All mailboxes that are to be read; rows of new ones are made."""
    found = []
    if server := accounts.mailbox_of_installation():
        found.append(_row(None, server))
    for own in MailSettings.objects.exclude(imap_host="").select_related("site"):
        if server := accounts.mailbox_of(own.site):
            found.append(_row(own.site_id, server))
    return found


def _row(site_id: int | None, server: Server) -> Mailbox:
    mailbox = Mailbox.objects.filter(site=site_id).first() or Mailbox(site_id=site_id)
    if mailbox.name != server.name:
        mailbox.name, mailbox.uid_validity, mailbox.last_uid, mailbox.note = server.name, 0, 0, ""
        mailbox.save()
    return mailbox


def read(mailbox: Mailbox) -> None:
    """Takes in what is new. Trouble is noted in the server's words and tried again with the next turn."""
    server = accounts.mailbox_of(mailbox.site) if mailbox.site else accounts.mailbox_of_installation()
    if server is None:
        return
    try:
        with imap.opened(server) as box:
            _read(mailbox, box)
        mailbox.note = ""
    except (OSError, imaplib.IMAP4.error, UnicodeError) as error:
        mailbox.note = _note_of(error)
    mailbox.read_at = timezone.now()
    mailbox.save(update_fields=["note", "read_at"])


def _note_of(error: Exception) -> str:
    """A note (see otklik.lib.notes): what it most likely means, before the server's or the library's own words."""
    words = str(error).replace("\x00", "")[:300]
    if isinstance(error, imaplib.IMAP4.error):
        return note_of(gettext_noop("The server refuses:"), words)
    with translation.override("en"):
        return note_of(cause_of(error), words)


def _read(mailbox: Mailbox, box: OpenMailbox) -> None:
    is_known = mailbox.uid_validity != 0
    # What a mailbox held before it was connected are no answers to us.
    if not is_known:
        mailbox.last_uid = box.next_uid - 1 if box.next_uid else 0
    elif mailbox.uid_validity != box.uid_validity:
        mailbox.last_uid = 0
    mailbox.uid_validity = box.uid_validity
    mailbox.save(update_fields=["uid_validity", "last_uid"])
    for uid in box.after(mailbox.last_uid):
        arrived = box.fetch(uid)
        if arrived is not None:
            _take_safely(mailbox, uid, arrived.raw)
        mailbox.last_uid = uid
        mailbox.save(update_fields=["last_uid"])


def _take_safely(mailbox: Mailbox, uid: int, raw: bytes | None) -> None:
    if raw is None:
        _set_aside(mailbox, uid, Read("", "", "", reason=gettext_noop("It is too large.")))
        return
    try:
        mail = reading.read(raw)
        mail.reason = mail.reason or take_in(mailbox, mail)
    except (ChatError, LookupError, ValueError, TypeError, AttributeError, RecursionError) as error:
        log.warning("a mail could not be read: %s", type(error).__name__)
        mail = Read("", "", "", reason=gettext_noop("It cannot be read."))
    if mail.reason:
        _set_aside(mailbox, uid, mail)


def _set_aside(mailbox: Mailbox, uid: int, mail: Read) -> None:
    row = UnplacedMail(
        mailbox=mailbox,
        uid_validity=mailbox.uid_validity,
        uid=uid,
        sender=mail.sender,
        subject=mail.subject,
        reason=mail.reason,
    )
    UnplacedMail.objects.bulk_create([row], ignore_conflicts=True)
    kept = UnplacedMail.objects.filter(mailbox=mailbox).order_by("-pk").values_list("pk", flat=True)
    UnplacedMail.objects.filter(mailbox=mailbox).exclude(pk__in=list(kept[:KEPT_UNPLACED])).delete()


def take_in(mailbox: Mailbox, mail: Read) -> str:
    """Brings a mail into its conversation; the answer is why not, empty if it is there."""
    conversation, ours = _place(mail)
    if conversation is None or (mailbox.site_id and conversation.site_id != mailbox.site_id):
        return gettext_noop("Its conversation is not here any more.")
    if mail.is_bounce:
        if ours is not None and mail.is_final:
            mails.bounced(ours, mail.words)
        return "" if mail.is_final else gettext_noop("It tells of a delay only.")
    if conversation.messages.filter(public_id=mail.id).exists():
        return ""
    lately = timezone.now() - timedelta(hours=1)
    if conversation.messages.filter(public_id__startswith="mail-", created_at__gt=lately).count() >= AN_HOUR:
        return gettext_noop("There are too many mails in an hour.")
    return _post(conversation, mail)


def _place(mail: Read) -> tuple[Conversation | None, Mail | None]:
    assert mail.token is not None
    what, pk = mail.token
    ours = Mail.objects.select_related("conversation").filter(pk=pk).first() if what == "m" else None
    # Only mails to the visitor carry his voice: an answer of the team to its own copy is not his.
    if ours is not None and ours.kind == Mail.Kind.TEAM and not mail.is_bounce:
        return None, None
    found = Conversation.objects.select_related("visitor", "site")
    return found.filter(pk=ours.conversation_id if ours else pk if what == "c" else 0).first(), ours


def _post(conversation: Conversation, mail: Read) -> str:
    site, visitor = conversation.site, conversation.visitor
    if not visitor.secret_hash:
        return gettext_noop("Its conversation is not here any more.")
    with translation.override(site.language):
        kept, refused = _keep(conversation, mail)
        # Somebody else may have got the mail and its address with it: whoever writes is named.
        stranger = [f"[{mail.sender}]"] if mail.sender != letters.address_of(visitor) else []
        text = "\n".join([*stranger, mail.text[: reading.TEXT_LIMIT], *refused]).strip()
    arrival = Arrival(site.pk, site.language, bytes(visitor.secret_hash))
    (posted,) = messages.post([Post(arrival, mail.id, text, files=tuple(kept))])
    if isinstance(posted, Exception):
        raise posted
    return ""


def _keep(conversation: Conversation, mail: Read) -> tuple[list[File], list[str]]:
    """Files that are taken, and a sentence for each that is not."""
    given = list(mail.files)
    if len(mail.text) > reading.TEXT_LIMIT:
        whole = mail.text.encode()
        given.append(Given("message.txt", BytesIO(whole), len(whole)))
    kept, refused = [], []
    for one in given:
        lately = conversation.files.filter(created_at__gt=timezone.now() - files.DAY)
        try:
            if (lately.aggregate(size=Sum("size"))["size"] or 0) + one.size > files.BUDGET:
                raise ChatError(_("These are too many files for one day. Send the others tomorrow."))
            with transaction.atomic():
                kept.append(files.keep(conversation, one))
        except ChatError as error:
            refused.append(f"[{error.message}]")
    return kept, refused
