from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx2
import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from otklik.chat import jobs, sending
from otklik.chat.actions import agents, conversations, messages, replies, sites, visitors
from otklik.chat.actions.messages import Post
from otklik.chat.models import Conversation, Hook, HookDelivery, Message, Site
from otklik.chat.sending import Line, drain, lines_without_motion, signature
from otklik.chat.tests.opened import Visiting
from otklik.chat.tests.receiver import Receiver
from otklik.chat.tests.test_posting import arrival
from otklik.lib import http

DUE, SENT, FAILED = HookDelivery.State.DUE, HookDelivery.State.SENT, HookDelivery.State.FAILED


@pytest.fixture
def hook(shop: Site, receiver: Receiver) -> Hook:
    return sites.set_hook(shop, receiver.address)


@pytest.fixture
def client() -> Iterator[httpx2.Client]:
    with http.client() as client:
        yield client


@pytest.fixture
def conversation(shop: Site, hook: Hook) -> Conversation:
    """Liza has written three messages; nothing was sent yet."""
    liza = arrival(shop)
    for number in range(3):
        messages.post([Post(liza, f"m{number}", f"text {number}")])
    return Conversation.objects.get()


def line_of(hook: Hook, conversation: Conversation) -> Line:
    return Line(hook.pk, conversation.pk)


def states() -> list[str]:
    return list(HookDelivery.objects.order_by("id").values_list("state", flat=True))


def make_due() -> None:
    HookDelivery.objects.update(due_at=timezone.now())


def test_webhooks_leave_in_order_and_signed(
    conversation: Conversation, hook: Hook, receiver: Receiver, client: httpx2.Client
) -> None:
    assert drain(line_of(hook, conversation), client) is None

    assert [(taken.event, taken.texts) for taken in receiver.asked] == [
        ("chatStarted", ["text 0"]),
        ("chatFragment", ["text 1"]),
        ("chatFragment", ["text 2"]),
    ]
    first = receiver.asked[0]
    assert first.headers["x-chatra-signature"] == signature(hook.secret, first.body)
    assert first.headers["x-chatra-delivery"] == str(HookDelivery.objects.order_by("id")[0].key)
    assert first.headers["user-agent"].startswith("Otklik/")
    assert states() == [SENT, SENT, SENT]


def test_what_failed_is_sent_again_before_what_came_later(
    conversation: Conversation, hook: Hook, receiver: Receiver, client: httpx2.Client
) -> None:
    receiver.answers(500, 302)
    assert drain(line_of(hook, conversation), client) is not None
    # Not due yet: nothing overtakes.
    assert drain(line_of(hook, conversation), client) is None
    make_due()
    drain(line_of(hook, conversation), client)
    make_due()
    drain(line_of(hook, conversation), client)

    assert [taken.texts for taken in receiver.asked] == [["text 0"], ["text 0"], ["text 0"], ["text 1"], ["text 2"]]
    assert len({taken.headers["x-chatra-delivery"] for taken in receiver.asked[:3]}) == 1
    assert states() == [SENT, SENT, SENT]


def test_attempts_grow_apart_and_honour_retry_after(
    conversation: Conversation, hook: Hook, receiver: Receiver, client: httpx2.Client
) -> None:
    receiver.answers(503)
    receiver.answers(429, Retry_After="600")
    waits = []
    for _number in range(2):
        make_due()
        before = timezone.now()
        due_at = drain(line_of(hook, conversation), client)
        assert due_at is not None
        waits.append(round((due_at - before).total_seconds()))

    assert waits == [1, 600]
    assert HookDelivery.objects.order_by("id")[0].answer == "429 Too Many Requests"


def test_a_receiver_that_is_down_is_asked_for_a_day_and_then_given_up(
    conversation: Conversation, hook: Hook, receiver: Receiver, client: httpx2.Client
) -> None:
    Hook.objects.update(address="http://127.0.0.1:9/nobody")
    HookDelivery.objects.update(created_at=timezone.now() - timedelta(hours=23))
    drain(line_of(hook, conversation), client)
    assert states() == [DUE, DUE, DUE]
    HookDelivery.objects.update(created_at=timezone.now() - timedelta(hours=25), due_at=timezone.now())
    drain(line_of(hook, conversation), client)

    assert states() == [FAILED, FAILED, FAILED]
    assert "There is no connection with the server." in HookDelivery.objects.order_by("id")[0].answer


def test_a_row_in_somebodys_hand_is_left_to_him(
    conversation: Conversation, hook: Hook, receiver: Receiver, client: httpx2.Client
) -> None:
    first = HookDelivery.objects.order_by("id")[0]
    first.claimed_until = timezone.now() + timedelta(seconds=30)
    first.save()
    assert drain(line_of(hook, conversation), client) is None
    assert receiver.asked == []

    # Its sender was killed: the claim runs out.
    HookDelivery.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    drain(line_of(hook, conversation), client)
    assert states() == [SENT, SENT, SENT]


def test_a_hook_that_is_switched_off_waits(
    conversation: Conversation, hook: Hook, receiver: Receiver, client: httpx2.Client
) -> None:
    sending.switch(hook, on=False)
    drain(line_of(hook, conversation), client)
    messages.post([Post(arrival(hook.site), "x", "not told")])

    assert receiver.asked == [] and states() == [DUE, DUE, DUE]


def test_a_lost_job_is_found_by_the_sweep(conversation: Conversation, hook: Hook) -> None:
    assert lines_without_motion() == []
    HookDelivery.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    assert lines_without_motion() == [line_of(hook, conversation)]

    jobs.sweep_webhooks(0)
    jobs.sweep_webhooks(0)
    waiting = ProcrastinateJob.objects.filter(task_name="chat.drain_line", status="todo")
    assert [job.args for job in waiting] == [{"hook_id": hook.pk, "conversation_id": conversation.pk}]


def test_the_committing_process_sends_at_once(liza: Visiting, hook: Hook, receiver: Receiver) -> None:
    for number in range(5):
        liza.say(f"text {number}")
    taken = receiver.wait_for(5)

    assert [part.texts for part in taken] == [[f"text {number}"] for number in range(5)]


def test_a_failed_first_attempt_leaves_a_job_behind(liza: Visiting, hook: Hook, receiver: Receiver) -> None:
    receiver.answers(500)
    liza.say("Hello")
    receiver.wait_for(1)
    liza.door.close()

    job = ProcrastinateJob.objects.filter(task_name="chat.drain_line", status="todo").latest("id")
    assert job.args["conversation_id"] == liza.conversation.pk
    assert job.scheduled_at == HookDelivery.objects.get().due_at


def test_every_field_of_the_contract_is_there(shop: Site, hook: Hook, liza: Visiting, receiver: Receiver) -> None:
    page = {"title": "Rakes", "link": "https://shop.example/rakes", "viewedAt": 1_700_000_000_000}
    liza.say("Hello", pages=[page], integration={"plan": "gold", "Город": "Тверь"})
    body = receiver.wait_for(1)[0].content
    client, [message] = body["client"], body["messages"]

    assert (body["eventName"], body["hostName"], body["account"]) == (
        "chatStarted",
        "shop.example",
        {"id": shop.public_key},
    )
    assert body["chatStartedPage"] == {"title": "Rakes", "link": "https://shop.example/rakes"}
    assert body["agents"] == []
    assert client["id"] == liza.visitor.public_id and client["chatId"] == liza.conversation.public_id
    assert client["displayedName"] == liza.visitor.generated_name
    assert (
        client["integrationData"] == client["info"] == {"plan": "gold", "Город": "Тверь"} and client["basicInfo"] == {}
    )
    assert client["location"] == {"country": "Russia", "countryCode": "RU", "city": "Moscow"}
    assert client["ip"] == client["ipAddress"] == "127.0.0.1" and "Chrome/130" in client["userAgent"]
    assert (client["browser"], client["os"], client["device"]) == ("Chrome 130", "Windows 10", "PC")
    assert client["source"] == "widget" and client["pages"] == [page]
    assert (client["name"], client["email"], client["phone"]) == ("", "", "")
    assert message["text"] == message["message"] == "Hello" and message["type"] == "client"
    assert message["createdAt"] == int(Message.objects.get().created_at.timestamp() * 1000)


def test_s19_the_next_message_tells_who_he_is(shop: Site, hook: Hook, liza: Visiting, receiver: Receiver) -> None:
    liza.say("Hello")
    liza.call("visitor", name="Liza", email="liza@example.com")
    liza.say("It is me")
    client = receiver.wait_for(2)[1].content["client"]

    assert (client["displayedName"], client["name"], client["email"]) == ("Liza", "Liza", "liza@example.com")
    assert client["basicInfo"] == client["info"] == {"name": "Liza", "email": "liza@example.com"}


def test_what_an_agent_says_comes_back_with_its_sender(conversation: Conversation, hook: Hook, client: httpx2.Client,
                                                       receiver: Receiver) -> None:  # fmt: skip
    pavel = agents.find_or_make(hook.site, email="pavel@example.com", name="Pavel")
    said = replies.post(conversation, agent=pavel, text="Good day", received_from="otklik")
    replies.mark_read(conversation, said.number)
    drain(line_of(hook, conversation), client)
    fragment, read = receiver.asked[-2:]

    [message] = fragment.content["messages"]
    assert fragment.event == "chatFragment"
    assert (message["id"], message["type"], message["receivedFrom"]) == (said.public_id, "agent", "otklik")
    assert (message["agentId"], message["agentName"]) == (pavel.public_id, "Pavel")
    assert fragment.content["agents"] == [{"id": pavel.public_id, "name": "Pavel", "email": "pavel@example.com"}]
    assert read.event == "messageRead" and read.content["messages"][0]["id"] == said.public_id


def test_a_hook_gets_only_what_it_wants(shop: Site) -> None:
    sites.set_hook(shop, "http://127.0.0.1:9/hook", ["chatTranscript"])
    messages.post([Post(arrival(shop), "a", "Hello")])
    assert not HookDelivery.objects.exists()

    conversations.close(Conversation.objects.get(), by=None)
    assert HookDelivery.objects.get().event == "chatTranscript"


def test_a_transcript_of_any_length_fits_a_receiver(shop: Site, hook: Hook) -> None:
    liza = arrival(shop)
    for start in range(0, 300, 50):
        messages.post([Post(liza, f"m{start + number}", "Я" * 5000) for number in range(50)])
    conversations.close(Conversation.objects.get(), by=None)

    body = bytes(HookDelivery.objects.get(event="chatTranscript").body)
    assert len(body) < 1024 * 1024
    assert b'"m299"' in body


def test_the_same_address_again_keeps_its_secret(shop: Site) -> None:
    first = sites.set_hook(shop, "https://desk.example/hooks/x")
    again = sites.set_hook(shop, "https://desk.example/hooks/x", ["chatStarted"])

    assert (again.pk, again.secret, again.events) == (first.pk, first.secret, ["chatStarted"])


def test_the_names_of_visitors_stay_the_same(shop: Site) -> None:
    liza = arrival(shop)
    messages.post([Post(liza, "a", "1")])
    before = visitors.find(shop.pk, liza.secret_hash)
    messages.post([Post(liza, "b", "2")])
    after = visitors.find(shop.pk, liza.secret_hash)

    assert before and after and before.generated_name == after.generated_name
