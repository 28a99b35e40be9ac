"""Webhooks in the administration: addresses, their log, and sending once more."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client

from otklik.chat import jobs
from otklik.chat.actions import hooks, messages, sites
from otklik.chat.actions.messages import Post
from otklik.chat.models import Conversation, Hook, HookDelivery, Site
from otklik.chat.sending import Line, drain, signature
from otklik.chat.tests.receiver import Receiver
from otklik.chat.tests.test_administration import page_of, signed_in, text
from otklik.chat.tests.test_posting import arrival
from otklik.people.models import User


@pytest.fixture
def browser(olga: User) -> Client:
    return signed_in(olga)


@pytest.fixture
def hook(shop: Site, receiver: Receiver) -> Hook:
    return sites.set_hook(shop, receiver.address)


def one_sent(shop: Site, hook: Hook) -> HookDelivery:
    messages.post([Post(arrival(shop), "m1", "Is the rake in stock?")])
    drain(Line(hook.pk, Conversation.objects.get().pk))
    return HookDelivery.objects.get()


def test_an_address_is_added_with_its_events(browser: Client, shop: Site) -> None:
    given = {"address": "https://desk.example/hooks/x", "events": ["chatStarted", "visitorLeft"]}
    assert browser.post(page_of(shop, "hooks/"), given).status_code == 302
    hook = shop.hooks.get()
    assert (hook.address, hook.events) == (given["address"], given["events"])

    browser.post(page_of(shop, f"hooks/{hook.pk}/"), {"address": "https://desk.example/y", "events": ["chatStarted"]})
    hook.refresh_from_db()
    assert (hook.address, hook.events) == ("https://desk.example/y", ["chatStarted"])


@pytest.mark.parametrize(
    "given", [{"address": "javascript:alert(1)"}, {"address": ""}, {"events": []}, {"events": ["everything"]}]
)
def test_what_cannot_be_told_is_refused(browser: Client, shop: Site, given: dict[str, object]) -> None:
    answer = browser.post(
        page_of(shop, "hooks/"), {"address": "https://a.example/", "events": ["chatStarted"], **given}
    )
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert not shop.hooks.exists()


def test_what_was_sent_is_shown_with_its_answer_and_can_be_sent_again(
    browser: Client, shop: Site, hook: Hook, receiver: Receiver
) -> None:
    delivery = one_sent(shop, hook)
    page = unescape(text(browser, page_of(shop, f"hooks/{hook.pk}/")))
    assert '"eventName": "chatStarted"' in page and "Is the rake in stock?" in page and "200 OK" in page
    assert hook.secret not in page

    browser.post(page_of(shop, f"hooks/{hook.pk}/deliveries/{delivery.pk}/repeat/"))
    drain(Line(hook.pk, delivery.conversation_id))
    first, second = receiver.wait_for(2)
    assert first.body == second.body
    assert first.headers["x-chatra-delivery"] == second.headers["x-chatra-delivery"]


def test_a_test_says_what_the_receiver_answered(browser: Client, shop: Site, hook: Hook, receiver: Receiver) -> None:
    receiver.answers(200, 500)
    for words in ("The test arrived. Its answer: 200 OK", "The test did not arrive: 500"):
        answer = browser.post(page_of(shop, f"hooks/{hook.pk}/test/"), follow=True)
        assert words in unescape(answer.content.decode())
    taken = receiver.wait_for(2)[0]
    assert taken.event == "test" and taken.headers["x-chatra-signature"] == signature(hook.secret, taken.body)


def test_a_test_does_not_reach_into_our_network(browser: Client, shop: Site) -> None:
    hook = sites.set_hook(shop, "http://127.0.0.1:1/hook")
    answer = browser.post(page_of(shop, f"hooks/{hook.pk}/test/"), follow=True)
    assert "The test did not arrive: The address leads into a closed network." in answer.content.decode()
    in_russian = browser.post(page_of(shop, f"hooks/{hook.pk}/test/"), follow=True, headers={"accept-language": "ru"})
    assert "Адрес ведёт в закрытую сеть." in in_russian.content.decode()


def test_a_paused_address_is_told_nothing_until_it_goes_on(browser: Client, shop: Site, hook: Hook) -> None:
    browser.post(page_of(shop, f"hooks/{hook.pk}/pause/"))
    messages.post([Post(arrival(shop), "m1", "Hello")])
    assert not HookDelivery.objects.exists()
    assert "paused" in text(browser, page_of(shop, "hooks/"))
    browser.post(page_of(shop, f"hooks/{hook.pk}/resume/"))
    hook.refresh_from_db()
    assert hook.is_active


def test_a_secret_is_shown_on_demand_and_changed(browser: Client, shop: Site, hook: Hook) -> None:
    page = page_of(shop, f"hooks/{hook.pk}/secret/")
    assert hook.secret in browser.post(page).content.decode()
    old = hook.secret
    changed = browser.post(page, {"change": "1"}).content.decode()
    hook.refresh_from_db()
    assert hook.secret != old and hook.secret in changed


def test_the_log_is_bounded_and_keeps_what_waits(shop: Site, hook: Hook) -> None:
    messages.post([Post(arrival(shop), "m1", "Hello")])
    conversation = Conversation.objects.get()
    sent = [
        HookDelivery(hook=hook, conversation=conversation, event="chatFragment", body=b"{}", state="sent")
        for _ in range(hooks.KEPT + 30)
    ]
    HookDelivery.objects.bulk_create(sent)
    jobs.trim_webhooks(0)
    assert HookDelivery.objects.filter(state="sent").count() == hooks.KEPT + 1
    assert HookDelivery.objects.filter(state="due").count() == 1


def test_a_removed_address_hears_nothing_more(browser: Client, shop: Site, hook: Hook, pavel: User) -> None:
    path = page_of(shop, f"hooks/{hook.pk}/removal/")
    assert signed_in(pavel).post(path).status_code == 404
    assert browser.post(path).status_code == 302
    assert not Hook.objects.exists()
