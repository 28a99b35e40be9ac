"""What a site asks its visitors, and what becomes of their answers."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from otklik.chat import chatra
from otklik.chat.actions import replies
from otklik.chat.contact_forms import as_json, current
from otklik.chat.models import Agent, Agreement, ConsentVersion, ContactForm, MailSettings, Message, Site
from otklik.chat.tests.keyholder import Desk
from otklik.chat.tests.opened import Visiting

TOPIC = {"id": "topic", "kind": "choice", "isRequired": True}
NOTE = {"id": "note", "kind": "text"}
EMAIL = {"id": "email", "kind": "email", "isRequired": True}
WORDS = {
    "en": {
        "intro": "Who are you?",
        "fields": {"topic": {"label": "Topic", "choices": ["Sale", "Repair"]}, "note": {"label": "Order", "hint": "№"}},
    },
    "ru": {"fields": {"topic": {"label": "Тема", "choices": ["Покупка", "Ремонт"]}}},
}


def make(site: Site, *fields: dict[str, Any], **more: Any) -> ContactForm:
    return ContactForm.objects.create(site=site, fields=list(fields), **{"is_required": True, "words": WORDS, **more})


def refusal(visiting: Visiting, **content: Any) -> dict[str, Any]:
    response = visiting.ask("messages", id=str(uuid.uuid4()), text="Hello", **content)
    assert response.status_code == 400, response.text
    error: dict[str, Any] = response.json()["error"]
    return error


def test_a_site_asks_for_name_and_e_mail_and_forces_nobody(liza: Visiting) -> None:
    form = liza.call("hello")["form"]

    assert [(field["id"], field["required"]) for field in form["fields"]] == [("name", False), ("email", False)]
    assert not form["required"] and form["when"] == "message" and form["consent"] is None
    assert liza.say("Hello")["text"] == "Hello"


def test_an_answer_by_mail_is_promised_only_where_mail_is_sent(shop: Site, settings: Any) -> None:
    def intro() -> str:
        form = as_json(current(shop), "en")
        assert form
        return str(form["intro"])

    settings.EMAIL_HOST = "127.0.0.1"
    assert "so that we know who is writing" in intro()
    mail = MailSettings.objects.create(site=shop, to_visitors=MailSettings.ToVisitors.UNREAD)
    assert "so that the answer finds you" in intro()
    settings.EMAIL_HOST = ""
    assert "so that we know who is writing" in intro()
    mail.delete()


def test_s19_nothing_is_taken_before_a_required_form_is_filled_in(liza: Visiting, shop: Site) -> None:
    make(shop, EMAIL, TOPIC)

    error = refusal(liza)
    assert error["code"] == "form_needed"
    assert error["message"] == "Please fill in the form first: E-mail, Topic."
    assert error["fields"] == {"email": "Please fill this in.", "topic": "Please fill this in."}
    # A frame that knew of another form gets this one.
    assert error["form"]["intro"] == "Who are you?"
    assert not Message.objects.exists()

    liza.say("Hello", form={"values": {"email": "liza@example.com", "topic": "Repair"}})
    assert liza.visitor.email == "liza@example.com"
    assert liza.visitor.answers == {"topic": {"label": "Topic", "value": "Repair"}}
    # From now on he is known.
    liza.say("And one more thing")


def test_what_is_missing_is_said_in_the_visitor_s_language(liza: Visiting, shop: Site) -> None:
    make(shop, EMAIL, TOPIC)

    error = refusal(liza, language="ru")
    assert error["message"] == "Сначала заполните форму: E-mail, Тема."
    assert error["form"]["fields"][1]["choices"] == ["Покупка", "Ремонт"]

    liza.say("Привет", language="ru", form={"values": {"email": "liza@example.com", "topic": "Ремонт"}})
    # Whoever answers reads the site's own language.
    assert liza.visitor.answers == {"topic": {"label": "Topic", "value": "Repair"}}


def test_a_language_that_nobody_speaks_gets_the_site_s(liza: Visiting, shop: Site) -> None:
    make(shop, TOPIC)

    for language in ("tlh", "x" * 300, "../", ""):
        assert refusal(liza, language=language)["form"]["fields"][0]["label"] == "Topic"


def test_what_the_site_has_told_is_not_asked(liza: Visiting, oleg: Visiting, shop: Site) -> None:
    make(shop, EMAIL)

    liza.say("Hello", integration={"email": "liza@example.com"}, form={})
    assert refusal(oleg, integration={"email": "no address"})["fields"] == {"email": "Please fill this in."}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        (EMAIL, "nobody", "This does not look like an e-mail address."),
        (EMAIL, "a" * 10_000 + "@example.com", "This is too long: at most 254 characters."),
        ({"id": "phone", "kind": "phone"}, "call me", "This does not look like a phone number."),
        (NOTE, "x" * 10_000, "This is too long: at most 1000 characters."),
        (TOPIC, "Theft", "This choice is not offered. Choose again."),
        (TOPIC, ["Sale"], "Please fill this in."),
    ],
)
def test_a_value_that_cannot_be_is_refused_beside_its_field(
    liza: Visiting, shop: Site, field: dict[str, Any], value: Any, sentence: str
) -> None:
    make(shop, field, is_required=False)

    assert refusal(liza, form={"values": {field["id"]: value, "unasked": "1"}})["fields"] == {field["id"]: sentence}
    assert not Message.objects.exists()


def test_hostile_answers_are_plain_text(liza: Visiting, shop: Site) -> None:
    make(shop, NOTE)
    values = {f"f{number}": "x" for number in range(50)} | {"note": "<script>\0alert(1)</script>\u0007"}

    liza.say("Hello", form={"values": values})
    assert liza.visitor.answers == {"note": {"label": "Order", "value": "<script>alert(1)</script>"}}


def test_whoever_receives_the_webhook_reads_the_answers(liza: Visiting, shop: Site) -> None:
    words = {"en": {"fields": {"a": {"label": "E-Mail"}, "b": {"label": "Order"}, "c": {"label": "Name"}}}}
    make(shop, *({"id": id, "kind": "text"} for id in "abc"), words=words, is_required=False)
    liza.say("Hello", integration={"Order": 7}, form={"values": {"a": "x", "b": "8", "c": "The boss"}})

    client = chatra.client(liza.visitor, liza.conversation, [])
    assert client["customFormAnswers"] == {"E-Mail": "x", "Order": "8", "Name": "The boss"}
    # A question cannot pass for what the site tells, nor for a name.
    assert client["info"] == {"E-Mail": "x", "Order": 7} and client["name"] == ""


def test_a_form_with_the_first_answer_waits_for_it(liza: Visiting, shop: Site) -> None:
    make(shop, EMAIL, when="answer")
    liza.say("Hello")
    olga = Agent.objects.create(site=shop, name="Olga", email="o@example.com")
    replies.post(liza.conversation, agent=olga, text="Good morning")

    assert refusal(liza)["fields"] == {"email": "Please fill this in."}
    liza.say("Hello", form={"values": {"email": "liza@example.com"}})


def test_out_of_hours_something_else_is_asked(shop: Site) -> None:
    make(shop, EMAIL)
    make(shop, TOPIC, occasion="offline")

    def asked() -> list[str]:
        form = current(shop)
        assert form
        return [field.id for field in form.fields]

    agent = shop.agents.first() or Agent.objects.create(site=shop, name="Olga", email="o@example.com")
    shop.agents.update(presence=Agent.Presence.OFFLINE)
    assert asked() == ["topic"]
    Agent.objects.filter(pk=agent.pk).update(presence=Agent.Presence.ONLINE)
    assert asked() == ["email"]
    shop.agents.update(presence=Agent.Presence.OFFLINE)
    ContactForm.objects.filter(occasion="offline").update(is_on=False)
    assert asked() == ["email"]
    ContactForm.objects.update(is_on=False)
    assert current(shop) is None


def test_the_text_that_was_agreed_to_stays_as_it_was_shown(liza: Visiting, shop: Site, desk: Desk) -> None:
    form = make(shop, EMAIL)
    ConsentVersion.objects.create(
        form=form, number=1, words={"en": "I agree with [the rules](https://shop.example/r)."}
    )

    error = refusal(liza, form={"values": {"email": "liza@example.com"}})
    assert error["fields"] == {"consent": "Please agree first."}
    assert error["form"]["consent"] == {
        "version": 1,
        "parts": [["I agree with ", ""], ["the rules", "https://shop.example/r"], [".", ""]],
    }

    message = liza.say("Hello", form={"values": {"email": "liza@example.com"}, "consent": 1})
    agreement = Agreement.objects.get(visitor=liza.visitor)
    assert agreement.message and agreement.message.public_id == message["id"]
    assert (agreement.version.number, agreement.language) == (1, "en")
    assert agreement.text == "I agree with [the rules](https://shop.example/r)."
    assert liza.call("hello")["form"]["consent"] is None
    [consent] = desk.ask("GET", f"/clients/{liza.visitor.public_id}")[1]["consents"]
    assert (consent["version"], consent["text"], consent["messageId"]) == (1, agreement.text, message["id"])
    liza.say("And more")


def test_who_agreed_to_an_older_text_reads_the_new_one(liza: Visiting, shop: Site) -> None:
    form = make(shop, EMAIL)
    for number in (1, 2):
        ConsentVersion.objects.create(form=form, number=number, words={"en": f"I agree. {number}"})

    error = refusal(liza, form={"values": {"email": "liza@example.com"}, "consent": 1})
    assert error["fields"] == {"consent": "This text is new. Please read it and agree once more."}
    assert not Agreement.objects.exists()


def test_a_form_can_be_filled_in_apart_from_a_message(liza: Visiting, shop: Site) -> None:
    form = make(shop, EMAIL, NOTE, is_required=False)
    ConsentVersion.objects.create(form=form, number=1, words={"en": "I agree."})
    message = liza.say("Hello")

    answer = liza.call("visitor", form={"values": {"email": "liza@example.com", "note": "17"}, "consent": 1})
    assert answer["visitor"]["email"] == "liza@example.com" and answer["visitor"]["told"] == ["note"]
    agreement = Agreement.objects.get(visitor=liza.visitor)
    assert agreement.message and agreement.message.public_id == message["id"]
    assert liza.ask("visitor", form={"values": {"email": "x"}}).json()["error"]["fields"].keys() == {"email"}


@pytest.mark.parametrize("form", [{"values": "x"}, {"consent": "y"}, [], {"values": {"email": {"a": [1]}}}])
def test_a_form_that_is_none_is_refused(liza: Visiting, shop: Site, form: Any) -> None:
    make(shop, EMAIL)
    response = liza.ask("messages", id=str(uuid.uuid4()), text="Hello", form=form)

    assert response.status_code == 400 and response.json()["error"]["message"]
