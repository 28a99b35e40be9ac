from __future__ import annotations

import json
import secrets
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otklik.chat.actions import messages
from otklik.chat.actions.messages import Post, Posted
from otklik.chat.actions.visitors import Arrival
from otklik.chat.models import Agent, AgentGroup, Conversation, Hook, HookDelivery, Message, Site, Visitor
from otklik.chat.tests.opened import Visiting
from otklik.chat.wire import Automatic
from otklik.lib.tokens import digest


def arrival(site: Site, secret: str = "", **more: str) -> Arrival:
    return Arrival(site.pk, site.language, digest(secret or secrets.token_hex()), **more)


def posted(results: list[Posted | Exception]) -> list[Message]:
    assert all(isinstance(result, Posted) for result in results), results
    return [result.message for result in results if isinstance(result, Posted)]


def test_the_first_message_opens_an_enquiry_and_makes_the_visitor(shop: Site) -> None:
    [message] = posted(messages.post([Post(arrival(shop), "m1", "Is the rake in stock?")]))

    conversation = Conversation.objects.get()
    assert conversation.is_open and conversation.opened_at and conversation.version == 1
    assert (message.number, message.version, message.type) == (1, 1, "client")
    assert Visitor.objects.get().generated_name


def test_the_same_id_again_gets_the_same_answer(shop: Site) -> None:
    liza = arrival(shop)
    [first] = posted(messages.post([Post(liza, "m1", "Hello")]))
    [again] = posted(messages.post([Post(liza, "m1", "Hello, once more")]))

    assert again.pk == first.pk
    assert Message.objects.get().text == "Hello"


def test_one_batch_holds_many_visitors_and_keeps_the_order_of_each(shop: Site, rival: Site) -> None:
    liza, oleg, stranger = arrival(shop), arrival(shop), arrival(rival)
    posts = [
        Post(liza, "a", "1"),
        Post(oleg, "a", "2"),
        Post(liza, "b", "3"),
        Post(stranger, "a", "4"),
        Post(liza, "a", "5"),
    ]
    results = posted(messages.post(posts))

    assert [message.number for message in results] == [1, 1, 2, 1, 1]
    assert Conversation.objects.count() == 3
    assert Message.objects.count() == 4


def test_one_secret_on_two_sites_is_two_visitors(shop: Site, rival: Site) -> None:
    posted(messages.post([Post(arrival(shop, "s"), "a", "1"), Post(arrival(rival, "s"), "a", "2")]))

    assert Visitor.objects.count() == 2


def test_a_post_that_cannot_be_stored_does_not_stop_its_neighbours(shop: Site) -> None:
    posts = [Post(arrival(shop), f"m{n}", "fine") for n in range(5)]
    posts[2] = Post(arrival(shop), "m2", "a zero byte \x00 that no door has cleaned")
    results = messages.post(posts)

    assert [isinstance(result, Posted) for result in results] == [True, True, False, True, True]
    assert Message.objects.count() == 4


def test_a_client_id_names_the_visitor_and_opens_nothing_to_another_browser(shop: Site) -> None:
    owner, guesser = arrival(shop, client_id="customer-17"), arrival(shop, client_id="customer-17")
    posted(messages.post([Post(owner, "a", "My order?")]))
    [guessed] = posted(messages.post([Post(guesser, "b", "Mine too")]))

    assert Visitor.objects.get(secret_hash=owner.secret_hash).public_id == "customer-17"
    assert guessed.conversation.visitor.public_id != "customer-17"
    assert guessed.conversation.messages.count() == 1


def test_the_group_of_the_page_gets_the_chat_that_nobody_has(shop: Site, rival: Site) -> None:
    sales, service = (AgentGroup.objects.create(site=shop, name=name) for name in ("Sales", "Service"))
    foreign = AgentGroup.objects.create(site=rival, name="Sales")
    liza = arrival(shop)

    def write(public_id: str, group: int | None) -> Conversation:
        posted(messages.post([Post(liza, public_id, "Hello", group_id=group)]))
        return Conversation.objects.get(site=shop)

    for wanted in (foreign.pk, 10**17, None):
        assert write(f"of {wanted}", wanted).group is None
    assert write("a", sales.pk).group == sales
    # Where a person has put it, the page does not take it away.
    assert write("b", service.pk).group == sales
    # A new enquiry goes where the page says, unless one of that group has it.
    pavel = Agent.objects.create(site=shop, name="Pavel", group=sales)
    Conversation.objects.filter(site=shop).update(is_open=False, assigned_to=pavel, group=None)
    chat = write("c", sales.pk)
    assert (chat.assigned_to, chat.group) == (pavel, None)
    Conversation.objects.filter(site=shop).update(is_open=False)
    chat = write("d", service.pk)
    assert (chat.assigned_to, chat.group) == (None, service)


def test_what_the_page_said_stands_before_the_visitors_words_and_is_nobodys(shop: Site) -> None:
    Hook.objects.create(site=shop, address="http://127.0.0.1:9/hook")
    said = Automatic("Looking for a spade?", timezone.now() - timedelta(minutes=1))
    post = Post(arrival(shop), "m1", "For a rake", automatic=(said,))
    for _repeat in range(2):
        [message] = posted(messages.post([post]))

    assert message.number == 2
    [delivery] = HookDelivery.objects.all()
    started = json.loads(bytes(delivery.body))
    assert started["eventName"] == "chatStarted"
    first, second = started["messages"]
    assert (first["text"], first["type"], first["isPushed"], first["agentId"]) == (said.text, "agent", True, "")
    assert (second["text"], second["type"]) == ("For a rake", "client")


def test_two_messages_of_one_batch_are_one_started_and_one_fragment(shop: Site) -> None:
    Hook.objects.create(site=shop, address="http://127.0.0.1:9/hook")
    liza = arrival(shop)
    posted(messages.post([Post(liza, "a", "1"), Post(liza, "b", "2"), Post(liza, "c", "3")]))

    assert list(HookDelivery.objects.order_by("id").values_list("event", flat=True)) == ["chatStarted", "chatFragment"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(0, 6), min_size=1, max_size=6), min_size=1, max_size=6))
def test_however_posts_are_repeated_and_batched_each_is_there_once(shop: Site, batches: list[list[int]]) -> None:
    liza = arrival(shop)
    answers: dict[str, set[int]] = {}
    for batch in batches:
        posts = [Post(liza, f"m{number}", f"text {number}") for number in batch]
        for post, message in zip(posts, posted(messages.post(posts)), strict=True):
            answers.setdefault(post.public_id, set()).add(message.number)

    arrived = list(dict.fromkeys(f"m{number}" for batch in batches for number in batch))
    conversation = Conversation.objects.get(visitor__secret_hash=liza.secret_hash)
    stored = list(conversation.messages.order_by("number").values_list("public_id", "number"))
    assert [public_id for public_id, _number in stored] == arrived
    assert answers == {public_id: {number} for public_id, number in stored}
    assert conversation.version == len(arrived)


def test_fifty_first_messages_at_once_make_one_visitor(liza: Visiting) -> None:
    with ThreadPoolExecutor(25) as pool:
        said = list(pool.map(liza.say, [f"message {number}" for number in range(50)]))

    assert sorted(message["number"] for message in said) == list(range(1, 51))
    assert Visitor.objects.count() == Conversation.objects.count() == 1


def test_the_same_message_sent_fifty_times_at_once_is_there_once(liza: Visiting) -> None:
    id = str(uuid.uuid4())
    with ThreadPoolExecutor(25) as pool:
        said = list(pool.map(lambda _number: liza.say("Hello?", id), range(50)))

    assert {message["number"] for message in said} == {1}
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_make_one_visitor(shop: Site) -> None:
    from django.db import connection

    liza = arrival(shop)

    def post(number: int) -> list[Posted | Exception]:
        try:
            return messages.post([Post(liza, f"m{number}", "Hello")])
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        results = [result for part in pool.map(post, range(30)) for result in part]

    assert sorted(message.number for message in posted(results)) == list(range(1, 31))
    assert Visitor.objects.count() == 1
