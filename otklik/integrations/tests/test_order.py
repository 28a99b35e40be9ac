"""Any order and repetition of a conversation's webhooks gives the same task with each message once (I2, I3)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otklik.desk.models import Comment, Contact, Event, Task
from otklik.integrations.models import Connection, Receipt
from otklik.integrations.tests.arriving import arrive, client, hook, message

IDS = [f"m{place}" for place in range(6)]


def webhooks() -> list[dict[str, Any]]:
    """A conversation as its webhooks tell it: a start, fragments of both sides, a leaving, the transcript."""
    lines = [message(one, kind="agent" if one == "m2" else "client") for one in IDS]
    named = client(name="Елизавета", email="liza@example.com")
    return [
        hook("chatStarted", client(os="Windows 10"), lines[0]),
        hook("chatFragment", client(), lines[1], lines[2]),
        hook("chatFragment", named, lines[3]),
        hook("chatFragment", named, lines[3], lines[4]),
        hook("visitorLeft", named),
        hook("chatTranscript", named, *lines),
    ]


orders = st.permutations(range(6)).flatmap(
    lambda order: st.lists(st.sampled_from(range(6)), max_size=4).map(lambda again: [*order, *again])
)


class _Undo(Exception):
    pass


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=orders, sizes=st.lists(st.integers(1, 4), min_size=10, max_size=10))
def test_any_order_and_repetition_gives_the_same_task(shop: Connection, order: list[int], sizes: list[int]) -> None:
    hooks, waiting = webhooks(), list(order)
    try:
        with transaction.atomic():
            for size in sizes:
                batch, waiting = waiting[:size], waiting[size:]
                if batch:
                    arrive(shop, *(hooks[place] for place in batch))

            task = Task.objects.get()
            comments = list(Comment.objects.filter(task=task).order_by("number"))
            assert sorted(str(comment.remote_id) for comment in comments) == [f"chat-liza/{one}" for one in IDS]
            assert [comment.number for comment in comments] == list(range(1, 7))
            contact = Contact.objects.get()
            assert (contact.name, contact.email) == ("Елизавета", "liza@example.com")
            numbers = list(Event.objects.order_by("number").values_list("number", flat=True))
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
            assert not Receipt.objects.exclude(state="done").exists()
            raise _Undo
    except _Undo:
        pass


@pytest.mark.django_db
def test_messages_without_id_are_known_by_what_they_are(shop: Connection) -> None:
    timed = {"type": "client", "text": "Спасибо", "createdAt": 1732265114000}
    untimed = {"type": "client", "text": "Спасибо"}
    fragment = hook("chatFragment", client(), timed, untimed, untimed)

    arrive(shop, fragment)
    arrive(shop, fragment, hook("chatTranscript", client(), timed))

    assert Comment.objects.count() == 3


@pytest.mark.django_db
def test_a_bad_webhook_never_stops_its_neighbours(shop: Connection) -> None:
    # A time beyond what PostgreSQL holds fails only inside the database.
    bad = hook("chatStarted", client("bad"), message("b1", createdAt=3.9e12))
    bad["client"]["info"] = {"x\x00y": "z"}
    good = [hook("chatStarted", client(f"v{place}"), message("m1")) for place in range(5)]

    arrive(shop, *good[:2], bad, *good[2:])

    assert Task.objects.count() >= 5
    assert Receipt.objects.count() == 6
