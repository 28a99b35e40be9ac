"""A client who has left gets the answer by mail and answers by mail (S24), through the whole product."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import make_msgid

import pytest
from playwright.sync_api import Browser, expect

from otklik.chat.tests.post_office import PostOffice
from otklik.tests.console import Console
from otklik.tests.product import Product
from otklik.tests.visitor import Visitor
from otklik.tests.window import Window

pytestmark = pytest.mark.browser


@pytest.fixture
def office(browser: Browser, product: Product) -> Iterator[PostOffice]:
    """Olga has entered its servers for the demo shop; afterwards the shop has no mail, as before."""
    office = PostOffice()
    olga = Console(browser, product, "olga")
    page = olga.page
    [(key,)] = product.run("SELECT public_key FROM chat_site ORDER BY id LIMIT 1")
    page.goto(f"/chat/sites/{key}/mail/")
    page.locator("[name=to_visitors]").select_option("unread")
    typed = {"delay": "10", "sender_address": "chat@shop.example.com"}
    typed |= {"smtp_host": "localhost", "smtp_port": str(office.smtp_port)}
    typed |= {"imap_host": "localhost", "imap_port": str(office.imap_port)}
    typed |= {"imap_user": office.USER, "imap_password": office.PASSWORD}
    for name, value in typed.items():
        page.locator(f"[name={name}]").fill(value)
    for name in ("smtp_security", "imap_security"):
        page.locator(f"[name={name}]").select_option("none")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    # What lies in a mailbox before it was first read is no answer to us.
    product.wait(lambda: product.run("SELECT 1 FROM chat_mailbox WHERE uid_validity <> 0 AND note = ''"))
    olga.context.close()
    yield office
    product.run("DELETE FROM chat_mailsettings")
    office.close()


def link_in(text: str) -> str:
    found = re.search(r"\S+/chat/mail/resume/\S+", text)
    assert found
    return found[0]


def reply_to(mail: EmailMessage, text: str) -> bytes:
    reply = EmailMessage()
    reply["From"], reply["To"] = "liza@example.com", str(mail["Reply-To"])
    reply["Subject"], reply["Message-ID"] = f"Re: {mail['Subject']}", make_msgid()
    reply.set_content(f"{text}\n\nпн, 23 нояб. 2026 г. в 12:03, Павел <chat@shop.example.com>:\n> It has come back\n")
    return reply.as_bytes()


def test_s24_who_has_left_gets_the_answer_by_mail_and_answers_by_mail(
    office: PostOffice, browser: Browser, liza: Visitor, pavel: Window, product: Product
) -> None:
    liza.write("Is the little olive tree back?")
    liza.introduce("Liza", "liza@example.com")
    number = product.task_of("Is the little olive tree back?")
    liza.context.close()
    pavel.open_task(number)
    pavel.reply("The olive tree has come back, come and see.")
    mark = pavel.page.locator(".comment", has_text="The olive tree has come back").locator(".waiting")
    expect(mark).to_contain_text("mail")

    product.wait(lambda: office.taken)
    expect(mark).to_contain_text("Sent by mail")
    (mail,) = office.taken
    text = mail.get_body(("plain",))
    assert mail["To"] == "liza@example.com" and text is not None
    assert "The olive tree has come back" in text.get_content()

    # On her phone, where she never wrote.
    phone = browser.new_context(viewport={"width": 390, "height": 844}, locale="en").new_page()
    phone.goto(link_in(text.get_content()))
    phone.get_by_role("button", name="Open the chat").click()
    expect(phone.get_by_text("The olive tree has come back")).to_be_visible()
    assert "resume" not in phone.url
    phone.get_by_label("Message").fill("I read it on the olive phone.")
    phone.keyboard.press("Enter")
    expect(pavel.page.locator(".comment", has_text="I read it on the olive phone.")).to_be_visible()
    phone.context.close()

    office.put(reply_to(mail, "Then keep the olive tree for me, please."))
    answer = pavel.page.locator(".comment", has_text="Then keep the olive tree for me")
    product.wait(lambda: product.task_of("Then keep the olive tree for me, please.") == number)
    expect(answer).to_be_visible()
    expect(answer).not_to_contain_text("> It has come back")
