"""Answers go out by mail and come back by mail (S24), through a real SMTP and a real IMAP server."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.utils import make_msgid

import pytest
from django.test import Client
from django.utils import timezone

from otklik.chat.actions import conversations, hours, mailboxes, mails, messages, replies, sites
from otklik.chat.actions.messages import Post
from otklik.chat.mail.reading import without_quotes
from otklik.chat.models import (
    Conversation,
    HookDelivery,
    Mail,
    Mailbox,
    MailSettings,
    Presence,
    Site,
    StoppedAddress,
    UnplacedMail,
    Visitor,
)
from otklik.chat.tests.post_office import PostOffice
from otklik.chat.tests.test_administration import page_of, signed_in
from otklik.chat.tests.test_posting import arrival
from otklik.lib.sealing import seal, unseal
from otklik.people.models import User
from otklik.people.tests.weeks import ALWAYS, NEVER

SECRET = "the secret of Liza's browser, long enough"


@pytest.fixture(scope="module")
def building() -> Iterator[PostOffice]:
    office = PostOffice()
    yield office
    office.close()


@pytest.fixture
def office(building: PostOffice, operator_allows_this_machine: None, shop: Site) -> PostOffice:
    building.taken.clear()
    building.refuse("")
    MailSettings.objects.create(
        site=shop,
        to_visitors="unread",
        sender_address="chat@shop.example.com",
        smtp_host="127.0.0.1",
        smtp_port=building.smtp_port,
        smtp_security="none",
        imap_host="127.0.0.1",
        imap_port=building.imap_port,
        imap_security="none",
        imap_user=building.USER,
        imap_password=seal(building.PASSWORD),
    )
    read_mailbox()
    return building


@pytest.fixture
def chat(office: PostOffice, shop: Site) -> Conversation:
    """Liza has written, left her address and gone."""
    messages.post([Post(arrival(shop, SECRET), str(uuid.uuid4()), "Do you have rakes?")])
    Visitor.objects.update(email="liza@example.com")
    return Conversation.objects.get()


def read_mailbox() -> None:
    for mailbox in mailboxes.present():
        mailboxes.read(mailbox)
        mailbox.refresh_from_db()
        assert mailbox.note == ""


def answer(chat: Conversation, text: str) -> None:
    agent = chat.site.agents.get()
    replies.post(chat, agent=agent, text=text)


def delay_is_over() -> None:
    Mail.objects.filter(state="due").update(due_at=timezone.now() - timedelta(seconds=1))
    mails.send_due()


def reply_to(mail: EmailMessage, text: str, sender: str = "liza@example.com") -> EmailMessage:
    reply = EmailMessage()
    reply["From"], reply["To"], reply["Subject"] = sender, str(mail["Reply-To"]), f"Re: {mail['Subject']}"
    reply["Message-ID"], reply["In-Reply-To"] = make_msgid(), str(mail["Message-ID"])
    reply.set_content(text)
    return reply


def said(chat: Conversation) -> list[str]:
    return list(chat.messages.filter(type="client").order_by("number").values_list("text", flat=True))


def test_s24_lines_of_an_answer_become_one_mail_and_its_answer_returns(office: PostOffice, chat: Conversation) -> None:
    answer(chat, "Yes, <b>three</b> kinds.")
    answer(chat, "Which one?")
    mails.send_due()
    assert office.taken == []

    delay_is_over()
    (mail,) = office.taken
    html = mail.get_body(("html",))
    assert html is not None and "Yes, &lt;b&gt;three&lt;/b&gt; kinds." in html.get_content()
    assert "Which one?" in html.get_content() and mail["List-Unsubscribe-Post"]

    quoted = "The green one\n\nпн, 23 нояб. 2026 г. в 12:03, Olga <chat@shop.example.com>:\n> Which one?\n"
    office.put(reply_to(mail, quoted).as_bytes())
    read_mailbox()
    read_mailbox()
    assert said(chat) == ["Do you have rakes?", "The green one"]


def test_a_mail_that_is_read_twice_after_a_crash_is_one_message(office: PostOffice, chat: Conversation) -> None:
    answer(chat, "Yes.")
    delay_is_over()
    office.put(reply_to(office.taken[0], "Thanks").as_bytes())
    before = Mailbox.objects.get().last_uid
    read_mailbox()
    Mailbox.objects.update(last_uid=before)
    read_mailbox()

    assert said(chat)[1:] == ["Thanks"]


def test_headers_alone_lead_back_where_the_address_was_lost(office: PostOffice, chat: Conversation) -> None:
    answer(chat, "Yes.")
    delay_is_over()
    reply = reply_to(office.taken[0], "By its headers")
    reply.replace_header("To", "chat@shop.example.com")
    office.put(reply.as_bytes())
    read_mailbox()

    assert said(chat)[1:] == ["By its headers"]


def test_what_is_read_on_the_site_is_not_mailed(office: PostOffice, chat: Conversation) -> None:
    answer(chat, "Yes.")
    replies.mark_read(chat, 99)
    delay_is_over()

    assert office.taken == [] and Mail.objects.get().state == "cancelled"


def test_who_is_on_the_site_gets_no_mail_yet(office: PostOffice, chat: Conversation) -> None:
    Presence.objects.create(visitor=chat.visitor, process=uuid.uuid4())
    answer(chat, "Yes.")
    delay_is_over()
    assert office.taken == []

    Presence.objects.all().delete()
    delay_is_over()
    assert len(office.taken) == 1


def forged(name: str, mail: EmailMessage) -> EmailMessage:
    letter = reply_to(mail, "I am Liza, believe me")
    if name == "sender alone":
        letter.replace_header("To", "chat@shop.example.com")
        del letter["In-Reply-To"]
    elif name == "forged token":
        letter.replace_header("To", "chat+c1-aaaaaaaaaaaaaaaaaaaaaaaa@shop.example.com")
        letter.replace_header("In-Reply-To", "<m1-aaaaaaaaaaaaaaaaaaaaaaaa@shop.example.com>")
    elif name == "out of office":
        letter["Auto-Submitted"] = "auto-replied"
    elif name == "a list":
        letter["Precedence"] = "bulk"
    elif name == "our own":
        letter["X-Otklik"] = "unread"
    else:
        letter.replace_header("To", ", ".join([str(letter["To"]), *(f"p{n}@example.com" for n in range(10_000))]))
    return letter


@pytest.mark.parametrize(
    "name", ["sender alone", "forged token", "out of office", "a list", "our own", "10,000 recipients"]
)
def test_strangers_and_robots_say_nothing_in_a_chat(name: str, office: PostOffice, chat: Conversation) -> None:
    answer(chat, "Yes.")
    delay_is_over()
    office.put(forged(name, office.taken[0]).as_bytes())
    read_mailbox()

    assert said(chat) == ["Do you have rakes?"]
    assert UnplacedMail.objects.get().reason


def test_the_mailbox_survives_broken_and_huge_mails(office: PostOffice, chat: Conversation) -> None:
    answer(chat, "Yes.")
    delay_is_over()
    office.put(b"\xff\xfe\x00garbage without a header")
    office.put(reply_to(office.taken[0], "x" * 1_000_000).as_bytes())
    html = reply_to(office.taken[0], "")
    html.set_content("<p>Only <b>HTML</b><script>alert(1)</script></p><blockquote>old</blockquote>", subtype="html")
    office.put(html.as_bytes())
    read_mailbox()

    lines = said(chat)[1:]
    assert len(lines) == 2 and len(lines[0]) == 20_000 and lines[1] == "Only HTML"
    assert chat.files.get().size == 1_000_000


BOUNCE = """From: MAILER-DAEMON@example.com
To: chat@shop.example.com
Subject: Undelivered
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Final-Recipient: rfc822; liza@example.com
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such user

--b
Content-Type: text/rfc822-headers

Message-ID: {id}

--b--
"""


def test_a_bounce_marks_the_address_and_stops(office: PostOffice, chat: Conversation) -> None:
    answer(chat, "Yes.")
    delay_is_over()
    office.put(BOUNCE.format(id=office.taken[0]["Message-ID"]).encode())
    read_mailbox()
    answer(chat, "Are you there?")
    delay_is_over()

    assert Mail.objects.get().state == "bounced" and Mail.objects.get().answer == "550 no such user"
    assert StoppedAddress.objects.get().reason == "bounced" and len(office.taken) == 1


def test_nothing_is_sent_that_the_server_refused(office: PostOffice, chat: Conversation) -> None:
    office.refuse("550 5.7.1 We know you")
    answer(chat, "Yes.")
    delay_is_over()

    mail = Mail.objects.get()
    assert (mail.state, mail.answer, mail.sent_at) == ("failed", "550 5.7.1 We know you", None)


def test_one_click_stops_all_mail_and_looking_does_not(office: PostOffice, chat: Conversation) -> None:
    answer(chat, "Yes.")
    delay_is_over()
    link = str(office.taken[0]["List-Unsubscribe"]).strip("<>").partition("/chat/")[2]
    assert Client().get(f"/chat/{link}").status_code == 200 and not StoppedAddress.objects.exists()

    Client(enforce_csrf_checks=True).post(f"/chat/{link}", {"List-Unsubscribe": "One-Click"})
    answer(chat, "And the blue one?")
    delay_is_over()
    assert len(office.taken) == 1


def test_a_loop_ends(office: PostOffice, chat: Conversation) -> None:
    sent = {"conversation": chat, "kind": "unread", "state": "sent", "first": 1, "last": 1}
    now = timezone.now()
    Mail.objects.bulk_create(
        Mail(**sent, address="liza@example.com", due_at=now, sent_at=now) for _turn in range(mails.AN_HOUR)
    )
    answer(chat, "Yes.")
    delay_is_over()

    assert office.taken == [] and Mail.objects.filter(state="due").count() == 1


def test_s24_the_team_and_the_visitor_get_their_copies(office: PostOffice, chat: Conversation) -> None:
    MailSettings.objects.update(to_team="logs", to_visitors="copy")
    answer(chat, "Yes.")
    conversations.close(chat, by=None)
    delay_is_over()

    to = {str(mail["To"]): mail for mail in office.taken}
    assert set(to) == {"olga@example.com", "liza@example.com"}
    assert to["olga@example.com"]["Reply-To"] is None and to["liza@example.com"]["Auto-Submitted"] == "auto-generated"


def test_s22_the_team_is_told_of_a_first_message_only_while_nobody_is_there(
    office: PostOffice, shop: Site, olga: User
) -> None:
    MailSettings.objects.update(to_team="missed")
    for who, week in (("liza", ALWAYS), ("oleg", NEVER)):
        hours.change(shop, is_used=True, timezone="Europe/Moscow", week=week, special={}, by=olga)
        messages.post([Post(arrival(shop, who), str(uuid.uuid4()), f"Hello from {who}")])
    mails.send_due()

    (mail,) = office.taken
    html = mail.get_body(("html",))
    assert html is not None and "Hello from oleg" in html.get_content()


def test_a_closed_network_is_not_dialled(office: PostOffice, chat: Conversation, settings: object) -> None:
    settings.INTERNAL_HOSTS = []  # type: ignore[attr-defined]
    answer(chat, "Yes.")
    delay_is_over()

    assert office.taken == [] and Mail.objects.get().answer.startswith("AddressClosed")


def test_why_answers_cannot_be_read_is_told_in_the_readers_language(
    office: PostOffice, shop: Site, olga: User, settings: object
) -> None:
    settings.INTERNAL_HOSTS = frozenset()  # type: ignore[attr-defined]
    mailboxes.read(Mailbox.objects.get())
    told = {"en": "leads into a closed network", "ru": "в закрытую сеть"}
    for language, words in told.items():
        page = signed_in(olga).get(f"{page_of(shop)}mail/", headers={"accept-language": language})
        assert words in page.content.decode()


def test_the_test_mail_shows_the_servers_own_words(office: PostOffice, shop: Site, olga: User) -> None:
    browser = signed_in(olga)
    assert "250 Taken by the post office" in browser.post(f"{page_of(shop)}mail/trial/").content.decode()

    office.refuse("550 5.7.1 We know you")
    page = browser.post(f"{page_of(shop)}mail/trial/").content.decode()
    assert "550 5.7.1 We know you" in page and "accepted the mail" not in page


def test_a_password_is_never_shown_and_goes_to_no_other_server(office: PostOffice, shop: Site, olga: User) -> None:
    browser = signed_in(olga)
    address = f"{page_of(shop)}mail/"
    page = browser.get(address).content.decode()
    own = MailSettings.objects.get()
    assert unseal(own.imap_password) == "letters" and "letters" not in page and own.imap_password not in page

    given = {field.name: getattr(own, field.name) for field in MailSettings._meta.fields[2:]}
    moved = browser.post(address, given | {"imap_host": "mail.example.net", "imap_password": "", "smtp_password": ""})
    kept = browser.post(address, given | {"delay": 90, "imap_password": "", "smtp_password": ""})
    assert (moved.status_code, kept.status_code) == (422, 302)
    own.refresh_from_db()
    assert (own.imap_host, own.delay, unseal(own.imap_password)) == ("127.0.0.1", 90, "letters")


@pytest.mark.parametrize(
    "text",
    [
        "Да\n\nпн, 1 янв. 2026 г. в 12:03, Olga <a@example.com>:\n> old",
        "Да\n\n01.01.2026 12:03, Ольга пишет:\n> old",
        "Да\n\nOn Mon, Jan 1, 2026 at 12:03 Olga <a@example.com> wrote:\n> old",
        "Да\n\n-------- Исходное сообщение --------\nОт: Olga\nold",
        "> old\n\nДа",
    ],
)
def test_quoted_lines_are_cut(text: str) -> None:
    assert without_quotes(text) == "Да"


def test_s24_the_console_shows_how_the_mail_fares_and_keeps_it_back(
    office: PostOffice, chat: Conversation, olga: User
) -> None:
    browser = signed_in(olga)
    address = f"/chat/chats/{chat.public_id}/mail/"
    answer(chat, "Yes.")
    assert "By mail in" in browser.get(address).content.decode()
    assert "By mail in" not in browser.post(address, headers={"HX-Request": "true"}).content.decode()
    delay_is_over()
    assert office.taken == []

    answer(chat, "Really.")
    delay_is_over()
    assert "Sent by mail" in browser.get(address).content.decode()
    mails.bounced(Mail.objects.get(state="sent"), "550 no such user")
    assert "did not get the mail. 550 no such user" in browser.get(address).content.decode()


def test_hooks_that_ask_for_it_hear_how_the_mail_fares(office: PostOffice, chat: Conversation) -> None:
    sites.set_hook(chat.site, "http://127.0.0.1:9/hook", ["chatFragment", "messageMail"])
    answer(chat, "Yes.")
    delay_is_over()

    told = [json.loads(bytes(row.body)) for row in HookDelivery.objects.order_by("pk")]
    assert [one["eventName"] for one in told] == ["chatFragment", "messageMail", "messageMail"]
    assert [one["mail"]["state"] for one in told[1:]] == ["due", "sent"]
    assert told[1]["messages"][0]["id"] == told[0]["messages"][0]["id"]
