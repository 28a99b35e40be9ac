"""What a mail says: text and HTML, in the reader's language. Everything that somebody typed is hostile here too."""

from __future__ import annotations

from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from otklik.chat import file_links
from otklik.chat.mail import tokens
from otklik.chat.mail.accounts import Sender
from otklik.chat.models import Mail, Message, Site, Visitor
from otklik.chat.widget_texts import known_language
from otklik.lib.text import clean_name

# Our own mails are known by it when they come back, whoever sent them on.
MARK = "X-Otklik"
KIND = Mail.Kind
# Where a link does not fit on its line, Python writes it so that mail programs cannot read it.
POLICY = SMTP.clone(max_line_length=400)


def address_of(visitor: Visitor) -> str:
    """Where his mail goes, in small letters; empty: he left no address."""
    return (visitor.email or str(visitor.integration.get("email") or "")).lower()


def reply_address(sender: Sender, conversation_id: int) -> str:
    """The signed address to which answers go; without plus addressing headers alone lead back."""
    local, _at, host = sender.address.rpartition("@")
    return f"{local}+{tokens.of_conversation(conversation_id)}@{host}" if sender.has_plus else sender.address


def message_id(sender: Sender, mail_id: int) -> str:
    return f"<{tokens.of_mail(mail_id)}@{sender.address.rpartition('@')[2]}>"


def write(mail: Mail, messages: Sequence[Message], sender: Sender, earlier: Sequence[int] = ()) -> EmailMessage:
    """`earlier`: ids of mails of the same conversation, which are shown as one thread."""
    conversation = mail.conversation
    site, visitor = conversation.site, conversation.visitor
    is_team = mail.kind == KIND.TEAM
    language = known_language([] if is_team else [visitor.language, site.language], site.language)
    with translation.override(language):
        letter = EmailMessage(policy=POLICY)
        agent = next((one.agent_name for one in reversed(messages) if one.agent_name), "")
        name = sender.name if is_team or not agent or agent == sender.name else f"{agent} · {sender.name}"
        letter["From"] = _address(name, sender.address)
        letter["To"] = _address("", mail.address)
        letter["Subject"] = clean_name(_subject(mail, site, visitor), 150)
        letter["Date"] = format_datetime(timezone.now())
        letter["Message-ID"] = message_id(sender, mail.pk)
        if earlier:
            thread = [message_id(sender, pk) for pk in earlier[-10:]]
            letter["In-Reply-To"], letter["References"] = thread[-1], " ".join(thread)
        letter[MARK] = mail.kind
        stop = f"{settings.PUBLIC_URL}/chat/mail/stop/{tokens.for_link('stop', mail.pk)}/"
        if not is_team:
            letter["Reply-To"] = _address(sender.name, reply_address(sender, conversation.pk))
            letter["List-Unsubscribe"] = f"<{stop}>"
            letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        if mail.kind != KIND.UNREAD:
            letter["Auto-Submitted"] = "auto-generated"
        context = {
            "site": site,
            "language": language,
            "mail": mail,
            "lines": [_line(one, visitor) for one in messages],
            "visitor": visitor,
            "resume": f"{settings.PUBLIC_URL}/chat/mail/resume/{tokens.for_link('resume', mail.pk)}/",
            "stop": stop,
            "console": f"{settings.PUBLIC_URL}/chat/sites/{site.public_key}/conversations/{conversation.public_id}/",
        }
        letter.set_content(render_to_string("chat/mail/letter.txt", context), cte="base64")
        letter.add_alternative(render_to_string("chat/mail/letter.html", context), subtype="html", cte="base64")
    return letter


def trial(sender: Sender, to: str) -> EmailMessage:
    letter = EmailMessage(policy=POLICY)
    letter["From"], letter["To"] = _address(sender.name, sender.address), _address("", to)
    letter["Subject"] = _("A test from the chat")
    letter["Date"] = format_datetime(timezone.now())
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(_("When you read this, the chat can send mail."), cte="base64")
    return letter


def _subject(mail: Mail, site: Site, visitor: Visitor) -> str:
    if mail.kind == KIND.UNREAD:
        return _("Your answer from %(site)s") % {"site": site.name}
    if mail.kind == KIND.COPY:
        return _("Your conversation with %(site)s") % {"site": site.name}
    return _("Chat with %(visitor)s (%(site)s)") % {"visitor": visitor.displayed_name, "site": site.name}


def _line(message: Message, visitor: Visitor) -> dict[str, Any]:
    is_agent = message.type == Message.Type.AGENT
    return {
        "name": message.agent_name if is_agent else visitor.displayed_name,
        "is_agent": is_agent,
        "at": message.created_at,
        "text": message.text,
        "files": [file_links.for_receivers(facts) for facts in message.files],
    }


def _address(name: str, address: str) -> Address:
    return Address(clean_name(name, 100), addr_spec=address)
