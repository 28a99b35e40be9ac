"""Webhooks in every spelling that is known, and what a person sees of each (recordings/chatra-webhooks.jsonl)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import otklik
from otklik.desk.models import Comment, Contact, Task
from otklik.integrations.models import Connection, Receipt
from otklik.integrations.tests.arriving import arrive, feed

RECORDINGS = Path(otklik.__file__).resolve().parents[2] / "shared" / "recordings" / "chatra-webhooks.jsonl"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not RECORDINGS.exists(), reason="the recordings lie in the folder shared beside the project"),
]


def recorded() -> list[dict[str, Any]]:
    if not RECORDINGS.exists():
        return []
    return [json.loads(line) for line in RECORDINGS.read_text().splitlines()]


def seen_of(connection: Connection, note: str) -> dict[str, Any]:
    """Plays the recordings up to the one with this note; what is new on the screen after it."""
    for one in recorded():
        before = {comment.pk for comment in Comment.objects.all()}
        arrive(connection, one["body"])
        if one["note"] == note:
            added = Comment.objects.exclude(pk__in=before).order_by("pk")
            return {
                "lines": [(line.kind, line.text) for line in added],
                "late": [line.is_late for line in added],
                "files": [file["name"] for line in added for file in line.data.get("files", [])],
                "authors": [line.author for line in added],
                "receipt": Receipt.objects.latest("id"),
            }
    raise AssertionError(note)


FIRST = "Здравствуйте! Подскажите, пожалуйста, какой радиус действия у этой петлички?"

SEEN = {
    "full chatStarted": [("client", FIRST)],
    "same first message again inside a fragment, with an answer from the chat's own console": [
        ("reply", "Здравствуйте! Шесть метров.")
    ],
    "older spelling: only `message`, `timestamp`; no account, no host": [("client", "А в помещении?")],
    "older still: only `text`, no ids on messages, no agents": [("client", "Спасибо, подумаю")],
    "the client introduces himself: flat and nested spellings": [
        ("client", "Меня зовут Елизавета, почта liza@example.com")
    ],
    "the same person from a phone: another client and chat, same e-mail in other case": [("client", "Пишу с телефона")],
    # Ours: it stands in the feed since it was written there, so nothing is added.
    "our own message comes back (receivedFrom)": [],
    "automated message": [("reply", "Ваш заказ 118 собран")],
    "custom properties of the site, no name": [("client", "Где мой заказ?")],
    "file without text": [("client", "")],
    "hostile texts": [("client", "<script>alert(1)</script> javascript:alert(1)  " + "я" * 50)],
    "transcript of the whole chat, with one message that no fragment brought": [
        ("client", "И сколько стоит доставка?")
    ],
    "an event nobody has documented": [],
    "not an event at all": [],
    "wrong types everywhere": [],
}


@pytest.mark.parametrize("note", SEEN)
def test_each_recorded_webhook_shows_what_it_should(shop: Connection, note: str) -> None:
    assert seen_of(shop, note)["lines"] == SEEN[note]


def test_every_recorded_webhook_is_told_of_here() -> None:
    assert {one["note"] for one in recorded()} == set(SEEN)


def test_the_recorded_conversation_is_one_task_of_one_contact(shop: Connection) -> None:
    for one in recorded():
        arrive(shop, one["body"])

    liza = Contact.objects.get(email="liza@example.com")
    assert (liza.name, liza.phone, liza.properties) == (
        "Елизавета",
        "+7 905 123-45-67",
        {"Город доставки": "Тверь"},
    )
    assert liza.identities.count() == 2
    task = Task.objects.get(contact=liza)
    assert len([text for _kind, text in feed(task) if text == FIRST]) == 1
    assert Task.objects.exclude(pk=task.pk).get().contact.name == "Северный ветер"  # type: ignore[union-attr]


def test_a_file_without_text_is_shown_by_its_name(shop: Connection) -> None:
    assert seen_of(shop, "file without text")["files"] == ["чек.pdf"]


def test_a_console_answer_names_its_agent(shop: Connection) -> None:
    note = "same first message again inside a fragment, with an answer from the chat's own console"
    assert seen_of(shop, note)["authors"] == ["Пётр"]


def test_a_line_of_the_transcript_alone_is_late(shop: Connection) -> None:
    seen = seen_of(shop, "transcript of the whole chat, with one message that no fragment brought")
    assert seen["late"] == [True]


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        ("an event nobody has documented", "This event is not known.\nchatRated"),
        ("not an event at all", "There is no eventName."),
        ("wrong types everywhere", "The client has no chatId."),
    ],
)
def test_what_is_not_understood_is_kept_with_the_reason(shop: Connection, note: str, reason: str) -> None:
    receipt = seen_of(shop, note)["receipt"]
    assert (receipt.state, receipt.note) == ("unknown", reason)


def test_an_echo_without_a_delivery_is_noted(shop: Connection) -> None:
    receipt = seen_of(shop, "our own message comes back (receivedFrom)")["receipt"]
    assert receipt.note.startswith("It brings back a message of ours")
