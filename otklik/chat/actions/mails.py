"""Which mails there are to send, and sending them (S24). A mail is a row, written in the transaction of the change that
it tells of; nobody says that it is sent before a server has accepted it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from otklik.chat import promise, webhooks
from otklik.chat.mail import accounts, letters, smtp
from otklik.chat.models import (
    Conversation,
    Mail,
    MailSettings,
    Message,
    Presence,
    Site,
    SiteMember,
    StoppedAddress,
    Visitor,
)
from otklik.chat.webhooks import Happening
from otklik.chat.wire import milliseconds
from otklik.lib import backoff
from otklik.live.publish import publish

log = logging.getLogger("otklik.chat.mail")

KIND, STATE = Mail.Kind, Mail.State
TO_TEAM, TO_VISITORS = MailSettings.ToTeam, MailSettings.ToVisitors
# To one address; more than any conversation needs, less than a loop makes.
AN_HOUR = 20
CLAIM = timedelta(minutes=2)
GIVE_UP_AFTER = timedelta(hours=24)
AT_ONCE = 50
# Lines that follow each other quickly become one mail, but the first of them does not wait for ever.
MOST_DELAYS = 5
MOST_LINES = 200


def answered(conversation: Conversation, message: Message) -> Mail | None:
    """An agent has answered: unless the visitor reads it before, it goes out by mail. Inside the caller's transaction,
    under the conversation's lock."""
    own = MailSettings.objects.filter(site_id=conversation.site_id).exclude(to_visitors=TO_VISITORS.NOTHING).first()
    if own is None:
        return None
    conversation = Conversation.objects.select_related("site", "visitor").get(pk=conversation.pk)
    address = letters.address_of(conversation.visitor)
    if not address or is_stopped(conversation.site_id, address) or accounts.sender_of(conversation.site) is None:
        return None
    delay = timedelta(seconds=own.delay)
    due_at = timezone.now() + delay
    waiting = conversation.mails.filter(kind=KIND.UNREAD, state=STATE.DUE).first()
    if waiting is None:
        number = message.number
        waiting = Mail.objects.create(
            conversation=conversation, kind=KIND.UNREAD, first=number, last=number, address=address, due_at=due_at
        )
        _tell(waiting.pk)
        return waiting
    waiting.last, waiting.address = message.number, address
    if waiting.attempts == 0:
        waiting.due_at = min(due_at, waiting.created_at + MOST_DELAYS * delay)
    waiting.save(update_fields=["last", "address", "due_at"])
    _tell(waiting.pk)
    return waiting


def reach(site: Site, visitor: Visitor | None) -> bool:
    """Whether an answer that he does not read goes to this visitor by mail, once he has left an address."""
    address = letters.address_of(visitor) if visitor else ""
    return accounts.answers_visitors(site) and not is_stopped(site.pk, address)


def read(conversation: Conversation) -> None:
    """The visitor has seen what there was: nothing is to be sent any more."""
    unread = conversation.messages.filter(type=Message.Type.AGENT, read_at=None, deleted_at=None)
    if not unread.exists():
        cancel(conversation)


def cancel(conversation: Conversation) -> bool:
    """Whether there was one that waited."""
    waiting = conversation.mails.filter(kind=KIND.UNREAD, state=STATE.DUE, claimed_until=None)
    found = list(waiting.values_list("pk", flat=True))
    for pk in found:
        _put(pk, state=STATE.CANCELLED)
    return bool(found)


def latest(conversation: Conversation) -> Mail | None:
    """How the visitor's last answer by mail fares, as long as it matters."""
    mail = conversation.mails.filter(kind=KIND.UNREAD).order_by("-pk").first()
    return mail if mail and mail.state != STATE.CANCELLED else None


def started(conversations: Iterable[Conversation]) -> None:
    """Visitors have begun to write. Where nobody is there, the team hears of it."""
    by_site = {conversation.site_id: conversation for conversation in conversations}
    wanting = MailSettings.objects.filter(site_id__in=by_site).exclude(to_team=TO_TEAM.NOTHING)
    for own in wanting:
        if not promise.is_anybody_there(own.site_id):
            for conversation in conversations:
                if conversation.site_id == own.site_id:
                    _tell_team(conversation, own)


def closed(conversation: Conversation, messages: Sequence[Message]) -> None:
    """The chat is over: whoever wanted its copy gets one. `messages` are those of the whole conversation."""
    own = MailSettings.objects.filter(site_id=conversation.site_id).first()
    enquiry = [one for one in messages if conversation.opened_at is None or one.created_at >= conversation.opened_at]
    if own is None or not enquiry:
        return
    is_missed = all(one.type == Message.Type.CLIENT for one in enquiry)
    told = conversation.mails.filter(kind=KIND.TEAM, last__gte=enquiry[-1].number)
    if own.to_team == TO_TEAM.LOGS or (own.to_team == TO_TEAM.MISSED and is_missed and not told.exists()):
        _tell_team(conversation, own, enquiry[0].number, enquiry[-1].number)
    address = letters.address_of(conversation.visitor)
    if own.to_visitors == TO_VISITORS.COPY and address and not is_stopped(conversation.site_id, address):
        cancel(conversation)
        _add(conversation, KIND.COPY, address, enquiry[0].number, enquiry[-1].number)


def _tell_team(conversation: Conversation, own: MailSettings, first: int = 0, last: int = 0) -> None:
    address = own.team_address or _owner_address(own)
    if address:
        _add(conversation, KIND.TEAM, address, first or conversation.version, last or conversation.version)


def _owner_address(own: MailSettings) -> str:
    owner = SiteMember.objects.filter(site_id=own.site_id, is_owner=True).select_related("user").first()
    return owner.user.email if owner else ""


def _add(conversation: Conversation, kind: str, address: str, first: int, last: int) -> None:
    if accounts.sender_of(conversation.site) is None:
        return
    now = timezone.now()
    Mail.objects.create(conversation=conversation, kind=kind, address=address, first=first, last=last, due_at=now)


def is_stopped(site_id: int, address: str) -> bool:
    return StoppedAddress.objects.filter(site_id=site_id, address=address.lower()).exists()


def stop(mail: Mail, reason: str, note: str = "") -> None:
    """Nothing goes to this mail's address any more."""
    site_id, address = mail.conversation.site_id, mail.address.lower()
    facts = {"reason": reason, "note": note[:500]}
    try:
        with transaction.atomic():
            StoppedAddress.objects.create(site_id=site_id, address=address, **facts)
    except IntegrityError:
        pass
    waiting = Mail.objects.filter(conversation__site_id=site_id, address__iexact=address, state=STATE.DUE)
    for pk in list(waiting.exclude(kind=KIND.TEAM).values_list("pk", flat=True)):
        _put(pk, state=STATE.CANCELLED)


def send_due() -> None:
    """Sends what is due. One mail after the other; whatever a crash leaves is claimed again."""
    now = timezone.now()
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    for pk in (
        Mail.objects.filter(free, state=STATE.DUE, due_at__lte=now).order_by("due_at")[:AT_ONCE].values_list("pk")
    ):
        mail = _claim(pk[0])
        if mail is not None:
            _send(mail)


@transaction.atomic
def _claim(pk: int) -> Mail | None:
    """The mail, if it is still to be sent; otherwise its row says why not."""
    now = timezone.now()
    related = ("conversation__site", "conversation__visitor")
    mail = Mail.objects.select_for_update(of=("self",), skip_locked=True).select_related(*related).filter(pk=pk).first()
    if mail is None or mail.state != STATE.DUE or (mail.claimed_until and mail.claimed_until > now):
        return None
    if mail.kind != KIND.TEAM and is_stopped(mail.conversation.site_id, mail.address):
        _put(mail.pk, state=STATE.CANCELLED)
        return None
    if mail.kind == KIND.UNREAD:
        if not _messages(mail):
            _put(mail.pk, state=STATE.CANCELLED)
            return None
        if Presence.objects.filter(visitor_id=mail.conversation.visitor_id).exists():
            # He is on the site: whether he reads it there is not decided yet.
            _put(mail.pk, due_at=now + timedelta(seconds=15))
            return None
    lately = Mail.objects.filter(address=mail.address, sent_at__gt=now - timedelta(hours=1))
    if lately.count() >= AN_HOUR:
        _put(mail.pk, due_at=now + timedelta(minutes=10), answer="Too many mails to this address in an hour.")
        return None
    mail.attempts += 1
    mail.claimed_until = now + CLAIM
    mail.save(update_fields=["attempts", "claimed_until"])
    return mail


@transaction.atomic
def _put(pk: int, **values: object) -> None:
    Mail.objects.filter(pk=pk).update(**values)
    if "state" in values:
        _tell(pk)


def _tell(pk: int) -> None:
    """Employees hear how far it is: in the console at once, in a desk by a webhook."""
    mail = Mail.objects.select_related("conversation").get(pk=pk)
    conversation = mail.conversation
    publish([f"chat:{conversation.pk}"], "mail")
    if mail.kind != KIND.UNREAD:
        return
    lines = conversation.messages.filter(type=Message.Type.AGENT, number__range=(mail.first, mail.last))
    at = mail.due_at if mail.state == STATE.DUE else mail.sent_at or timezone.now()
    facts = {"state": mail.state, "at": milliseconds(at)}
    found = list(lines.filter(deleted_at=None).select_related("agent").order_by("number"))
    webhooks.tell([Happening("messageMail", conversation, found, facts)])


def _messages(mail: Mail) -> list[Message]:
    found = mail.conversation.messages.filter(deleted_at=None, number__gte=mail.first).select_related("agent")
    if mail.kind == KIND.UNREAD:
        found = found.filter(type=Message.Type.AGENT, read_at=None)
    elif mail.last:
        found = found.filter(number__lte=mail.last)
    return list(found.order_by("number")[:MOST_LINES])


def _send(mail: Mail) -> None:
    sender = accounts.sender_of(mail.conversation.site)
    lines = _messages(mail)
    if sender is None or not lines:
        _put(mail.pk, state=STATE.CANCELLED, claimed_until=None)
        return
    of_thread = mail.conversation.mails.filter(sent_at__isnull=False, address=mail.address, kind__in=_thread(mail))
    earlier = list(of_thread.order_by("pk").values_list("pk", flat=True))
    try:
        letter = letters.write(mail, lines, sender, earlier)
        words = smtp.send(sender.server, letter, _envelope(mail, sender), mail.address)
    except smtp.NotSent as error:
        _note_failure(mail, error)
    except ValueError as error:
        _note_failure(mail, smtp.NotSent(str(error), "", is_final=True))
    else:
        now = timezone.now()
        values = {"state": STATE.SENT, "answer": words[:500], "sent_at": now, "last": lines[-1].number}
        _put(mail.pk, claimed_until=None, **values)


def _thread(mail: Mail) -> list[str]:
    return [KIND.TEAM] if mail.kind == KIND.TEAM else [KIND.UNREAD, KIND.COPY]


def _envelope(mail: Mail, sender: accounts.Sender) -> str:
    """Bounces come back to where they are understood."""
    return sender.address if mail.kind == KIND.TEAM else letters.reply_address(sender, mail.conversation_id)


def _note_failure(mail: Mail, error: smtp.NotSent) -> None:
    now = timezone.now()
    is_over = error.is_final or now - mail.created_at > GIVE_UP_AFTER
    state = STATE.FAILED if is_over else STATE.DUE
    log.warning("a mail could not be sent: %s", error.words)
    due_at = now + backoff.delay(mail.attempts)
    _put(mail.pk, state=state, answer=error.words.replace("\x00", ""), claimed_until=None, due_at=due_at)


@transaction.atomic
def bounced(mail: Mail, words: str) -> None:
    """The mail came back: its address gets no more, and employees see that the client did not get it."""
    _put(mail.pk, state=STATE.BOUNCED, answer=words[:500])
    if mail.kind != KIND.TEAM:
        stop(mail, StoppedAddress.Reason.BOUNCED, words)
