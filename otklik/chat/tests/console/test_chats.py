from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from otklik.chat import feed
from otklik.chat.actions import hours, replies, sites
from otklik.chat.models import Agent, AgentGroup, Conversation, HookDelivery, Message, Note, Site
from otklik.chat.tests.console.conftest import say
from otklik.chat.tests.test_administration import text
from otklik.lib.tests.pictures import picture
from otklik.people.models import User
from otklik.people.tests.weeks import ALWAYS, NEVER

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> Path:
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return tmp_path / "files"


def address(chat: Conversation, rest: str = "") -> str:
    return f"/chat/chats/{chat.public_id}/{rest}"


def write(browser: Client, chat: Conversation, text: str, kind: str = "reply", **more: Any) -> Any:
    return browser.post(address(chat, "messages/"), {"kind": kind, "text": text, **more}, headers=HTMX)


def test_what_a_visitor_writes_is_shown_as_text(browser: Client, liza: Conversation) -> None:
    page = text(browser, address(liza))

    assert "Is &lt;b&gt;the rake&lt;/b&gt; in stock?" in page and 'href="https://shop.example/rake"' in page


def test_an_answer_goes_to_the_visitor_in_the_agents_own_name(
    pavels: Client, pavel_agent: Agent, liza: Conversation
) -> None:
    response = write(pavels, liza, "It is.", key="k1")

    assert response.status_code == 204
    assert json.loads(response["HX-Trigger"])["comment-added"]["kind"] == "reply"
    message = Message.objects.get(type="agent")
    assert (message.text, message.agent, message.agent_name) == ("It is.", pavel_agent, "Pavel")
    # The same once more, because its answer was lost.
    write(pavels, liza, "It is.", key="k1")
    assert Message.objects.filter(type="agent").count() == 1


def test_whoever_answers_first_has_the_chat(
    browser: Client, pavels: Client, pavel_agent: Agent, liza: Conversation
) -> None:
    write(pavels, liza, "It is.")
    write(browser, liza, "And cheap.")

    liza.refresh_from_db()
    assert liza.assigned_to == pavel_agent
    assert liza.waiting_since is None


def test_who_administers_and_was_no_agent_becomes_one_by_answering(
    browser: Client, olga_agent: Agent, liza: Conversation
) -> None:
    olga_agent.delete()
    write(browser, liza, "It is.")

    assert Message.objects.get(type="agent").agent_name == "Olga"
    assert Agent.objects.get().email == "olga@example.com"


def test_i6_a_note_reaches_colleagues_and_nobody_else(
    browser: Client, shop: Site, liza: Conversation, client: Client
) -> None:
    sites.set_hook(shop, "https://desk.example/hooks/x")
    write(browser, liza, "He never pays.", kind="note")

    assert Note.objects.get().text == "He never pays."
    assert "He never pays." in text(browser, address(liza))
    assert not Message.objects.filter(type="agent").exists() and not HookDelivery.objects.exists()
    browser.post(address(liza, "closure/"))
    transcript = bytes(HookDelivery.objects.get(event="chatTranscript").body).decode()
    assert "the rake" in transcript and "never pays" not in transcript
    own = {"Authorization": f"Chatra.Simple {shop.public_key}:{shop.secret_key}"}
    asked = client.get(f"/api/clients/{liza.visitor.public_id}/", headers=own)
    assert asked.status_code == 200 and "never pays" not in asked.content.decode()


def test_i6_who_joins_a_colleagues_chat_begins_with_a_note(browser: Client, pavels: Client, liza: Conversation) -> None:
    assert 'value="reply" id="mode-reply" checked' in text(browser, address(liza))
    write(pavels, liza, "It is.")

    assert 'value="note" id="mode-note" checked' in text(browser, address(liza))
    assert 'value="reply" id="mode-reply" checked' in text(pavels, address(liza))


@pytest.mark.parametrize("given", ["", "  \n ", "x" * 5001])
@pytest.mark.parametrize("kind", ["reply", "note"])
def test_what_cannot_be_sent_is_said_beside_the_text(
    browser: Client, liza: Conversation, given: str, kind: str
) -> None:
    response = write(browser, liza, given, kind=kind)

    assert response.status_code == 422 and b'class="error"' in response.content
    assert not Note.objects.exists() and not Message.objects.filter(type="agent").exists()


def test_files_are_uploaded_first_and_go_with_the_answer(browser: Client, pavels: Client, liza: Conversation) -> None:
    def upload(who: Client, name: str) -> Any:
        given = SimpleUploadedFile(name, picture(), "image/png")
        return who.post(address(liza, "files/"), {"file": given})

    mine, his = upload(browser, "rake.png").json(), upload(pavels, "secret.png").json()
    assert mine["name"] == "rake.png" and mine["preview"].startswith("/files/chat/")

    assert write(browser, liza, "", file=[his["key"]]).status_code == 422
    assert write(browser, liza, "", file=[mine["key"]]).status_code == 204
    [facts] = Message.objects.get(type="agent").files
    assert facts["name"] == "rake.png"
    assert "rake.png" in text(browser, address(liza))
    pavels.post(address(liza, f"files/{his['key']}/removal/"))
    assert not liza.files.filter(key=his["key"]).exists()
    program = browser.post(address(liza, "files/"), {"file": SimpleUploadedFile("x.exe", b"MZ")})
    assert program.status_code == 422 and "program" in program.json()["error"]


def test_an_own_answer_is_edited_and_withdrawn_and_nobody_elses(
    browser: Client, pavels: Client, liza: Conversation
) -> None:
    write(pavels, liza, "It is not.")
    number = Message.objects.get(type="agent").number
    for deed in ("text/", "withdrawal/"):
        assert browser.post(address(liza, f"messages/{number}/{deed}"), {"text": "x"}).status_code == 404

    empty = pavels.post(address(liza, f"messages/{number}/text/"), {"text": " "}, headers=HTMX)
    assert empty.status_code == 422 and b'role="alert"' in empty.content
    pavels.post(address(liza, f"messages/{number}/text/"), {"text": "It is."}, headers=HTMX)
    message = Message.objects.get(type="agent")
    assert message.text == "It is." and message.edited_at
    pavels.post(address(liza, f"messages/{number}/withdrawal/"), headers=HTMX)
    page = text(pavels, address(liza))
    assert "withdrawn: the visitor does not see it any more" in page and "It is." not in page


def test_news_bring_what_is_new_and_what_changed_and_nothing_else(
    browser: Client, shop: Site, olga_agent: Agent, liza: Conversation
) -> None:
    answer = replies.post(liza, agent=olga_agent, text="In stock.")
    since = answer.version
    say(shop, "liza", "And the spade?")
    replies.mark_read(liza, answer.number)
    write(browser, liza, "Give a discount?", kind="note")

    news = text(browser, address(liza, f"feed/?since={since}&first=1"))
    assert "And the spade?" in news and "Give a discount?" in news and "the rake" not in news
    assert f'id="entry-{answer.number}" data-number="{answer.number}" hx-swap-oob="true"' in news
    liza.refresh_from_db()
    assert f'name="since" value="{liza.version}"' in news
    again = text(browser, address(liza, f"feed/?since={liza.version}&first=1"))
    assert "entry-" not in again


def test_an_answer_that_is_read_at_this_very_moment_is_not_lost(olga_agent: Agent, liza: Conversation) -> None:
    since = liza.version
    answer = replies.post(liza, agent=olga_agent, text="In stock.")
    # The page has read the conversation; before it reads the messages, the visitor sees the answer.
    read = Conversation.objects.get(pk=liza.pk)
    replies.mark_read(liza, answer.number)

    first = feed.news(read, olga_agent, since=since, first=1)
    assert [entry.number for entry in first.entries] == [answer.number]
    later = feed.news(Conversation.objects.get(pk=liza.pk), olga_agent, since=first.until, first=1)
    assert (later.entries, [entry.number for entry in later.changed]) == ([], [answer.number])


def test_a_long_chat_is_shown_page_by_page(browser: Client, olga_agent: Agent, liza: Conversation) -> None:
    for place in range(70):
        replies.post(liza, agent=olga_agent, text=f"line {place:03}")
    page = text(browser, address(liza))

    assert "line 069" in page and "line 005" not in page and "Show earlier messages" in page
    earlier = text(browser, address(liza, "feed/?before=12"))
    assert "line 005" in earlier and "the rake" in earlier and "line 069" not in earlier


def test_a_chat_is_given_to_an_agent_a_group_and_back(
    browser: Client, pavel_agent: Agent, support: AgentGroup, liza: Conversation
) -> None:
    def give(to: str) -> int:
        return browser.post(address(liza, "assignment/"), {"to": to}, headers=HTMX).status_code

    assert give(f"agent:{pavel_agent.public_id}") == 204
    liza.refresh_from_db()
    assert (liza.assigned_to, liza.group) == (pavel_agent, None)
    assert give(f"group:{support.pk}") == 204
    liza.refresh_from_db()
    assert (liza.assigned_to, liza.group) == (None, support)
    assert give("nobody") == 204
    page = text(browser, address(liza))
    for words in ("Olga gave the chat to Pavel", "Olga gave the chat to Support", "Olga gave the chat back to all"):
        assert words in page
    assert {give(to) for to in ("agent:unknown", "group:999", "group:x", "", "agent:\x00")} == {404}


def test_a_chat_is_closed_and_opens_by_itself_with_the_next_message(
    browser: Client, shop: Site, olga_agent: Agent, liza: Conversation
) -> None:
    sites.set_hook(shop, "https://desk.example/hooks/x")
    assert browser.post(address(liza, "closure/")).status_code == 302
    browser.post(address(liza, "closure/"))

    assert HookDelivery.objects.filter(event="chatTranscript").count() == 1
    assert "Olga closed the chat" in text(browser, address(liza))
    say(shop, "liza", "One more thing")
    liza.refresh_from_db()
    assert liza.is_open and liza.assigned_to == olga_agent


def test_a_new_enquiry_does_not_wait_for_an_absent_agent(
    browser: Client, shop: Site, olga_agent: Agent, liza: Conversation
) -> None:
    browser.post(address(liza, "closure/"))
    Agent.objects.filter(pk=olga_agent.pk).update(presence=Agent.Presence.OFFLINE)
    say(shop, "liza", "One more thing")

    liza.refresh_from_db()
    assert liza.assigned_to is None


@pytest.mark.parametrize(("week", "is_kept"), [(ALWAYS, True), (NEVER, False)])
def test_s22_a_new_enquiry_stays_with_an_agent_while_his_site_is_open(
    week: dict[str, list[list[str]]],
    is_kept: bool,
    browser: Client,
    shop: Site,
    olga: User,
    olga_agent: Agent,
    liza: Conversation,
) -> None:
    assert olga_agent.presence == Agent.Presence.CALENDAR
    browser.post(address(liza, "closure/"))
    hours.change(shop, is_used=True, timezone="Europe/Moscow", week=week, special={}, by=olga)
    say(shop, "liza", "One more thing")

    liza.refresh_from_db()
    assert liza.assigned_to == (olga_agent if is_kept else None)


def test_the_card_is_corrected_and_says_what_is_wrong(browser: Client, liza: Conversation) -> None:
    given = {"name": "Liza", "email": "liza@example.com", "phone": "+7 900", "notes": "Likes rakes"}
    saved = browser.post(address(liza, "visitor/"), given, headers=HTMX)
    assert saved.status_code == 200 and b"Saved" in saved.content
    liza.visitor.refresh_from_db()
    assert (liza.visitor.name, liza.visitor.notes) == ("Liza", "Likes rakes")

    wrong = browser.post(address(liza, "visitor/"), given | {"email": "nobody", "name": "Lisa"}, headers=HTMX)
    assert wrong.status_code == 422
    page = wrong.content.decode()
    assert 'role="alert"' in page and 'value="nobody"' in page and 'value="Lisa"' in page
    liza.visitor.refresh_from_db()
    assert liza.visitor.email == "liza@example.com"


def test_the_card_names_earlier_chats_of_the_same_person(browser: Client, shop: Site, liza: Conversation) -> None:
    phone = say(shop, "lizas phone", "From my phone")
    for chat in (liza, phone):
        browser.post(address(chat, "visitor/"), {"email": "liza@example.com"})
    browser.post(address(liza, "closure/"))

    page = text(browser, address(liza))
    assert f'href="/chat/chats/{phone.public_id}/"' in page and "same e-mail" in page and "until " in page
