"""Account management → Integrations → Chats → Chatra: adding, mending and removing accounts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from otklik.desk.actions import comments, corrections
from otklik.desk.models import Comment, ContactTemplate, Employee, Group, Task, TaskTemplate
from otklik.desk.tests.screens.stage import by_htmx, part, signed_in, words
from otklik.integrations import outbox
from otklik.integrations.connecting import connect, hook_url
from otklik.integrations.models import Connection, Correction, Delivery
from otklik.integrations.tests.arriving import arrive, client, hook, message
from otklik.integrations.tests.cloud import Cloud

pytestmark = pytest.mark.django_db

KIND = "/integrations/chatra/"


@pytest.fixture
def browser(olga: Employee) -> Client:
    return signed_in(olga)


def given(**more: Any) -> dict[str, Any]:
    """The dialog as a person leaves it who types a name and the right keys."""
    return {
        "name": "brainstorm-agency",
        "email": "",
        "task_template": TaskTemplate.objects.get(key="standard").pk,
        "contact_template": ContactTemplate.objects.get(key="contact").pk,
        "people": [],
        "way": "keys",
        "public_key": "CLOUDPUBLIC",
        "secret_key": "CLOUDSECRET",
        **more,
    }


def test_s01_the_path_leads_from_account_management_over_the_group_to_the_kind(browser: Client) -> None:
    assert 'href="/integrations/"' in part(browser.get("/management/"), "content")

    page = browser.get("/integrations/")
    assert "Chats" in words(page)
    assert "Social networks" not in words(page)
    assert f'href="{KIND}"' in part(page, "content")

    shown = words(browser.get(KIND))
    assert "Account management / Integrations / Chats" in shown
    assert "Integration with Chatra" in shown


@pytest.mark.parametrize("path", ["/integrations/", KIND, f"{KIND}cards/", f"{KIND}accounts/"])
def test_s01_only_administrators_find_it(path: str, pavel: Employee) -> None:
    assert signed_in(pavel).get(path).status_code == 404


def test_s01_an_unknown_kind_is_not_there(browser: Client) -> None:
    for path in ("/integrations/telegram/", "/integrations/telegram/cards/", "/integrations/telegram/accounts/"):
        assert browser.get(path).status_code == 404


def test_s02_before_the_first_account_one_sentence_tells_what_it_does_and_needs(browser: Client) -> None:
    page = browser.get(KIND)
    said = words(page)
    assert "Talk to the visitors of your site from here" in said
    assert "has to be a paid one" in said
    assert f'href="{KIND}accounts/"' in part(page, "content")
    assert "Integration options" not in said


def test_s03_the_dialog_asks_for_five_things_and_connects(
    browser: Client, cloud: Cloud, settings: Any, support: Group, boris: Employee
) -> None:
    settings.CHATRA_CLOUD = cloud.address
    shown = words(browser.get(f"{KIND}accounts/"))
    for label in (
        "Account name", "Registered e-mail of an operator", "Template for new tasks", "Template for new contacts",
        "Employees who converse here",
    ):  # fmt: skip
        assert label in shown

    people = [f"group-{support.pk}", f"employee-{boris.pk}"]
    answer = browser.post(f"{KIND}accounts/", given(email="Anna@Example.com", people=people))

    connection = Connection.objects.get()
    assert answer.headers["Location"] == f"{KIND}accounts/{connection.pk}/webhook/"
    assert connection.name == connection.source.name == "brainstorm-agency"
    assert connection.settings == cloud.settings | {"agent_email": "anna@example.com"}
    assert list(connection.groups.all()) == [support]
    assert list(connection.employees.all()) == [boris]


def test_s03_what_was_typed_stays_beside_what_is_wrong(browser: Client, cloud: Cloud) -> None:
    answer = browser.post(f"{KIND}accounts/", given(name="", email="nobody", public_key="MINE"), headers=by_htmx())
    assert answer.status_code == 422
    assert "Give the account a name." in words(answer)
    assert "This is no e-mail address." in words(answer)
    assert 'value="nobody"' in answer.content.decode()
    assert 'value="MINE"' in answer.content.decode()
    # Keys are tried only when nothing else is wrong.
    assert cloud.asked == []
    assert not Connection.objects.exists()


@pytest.mark.parametrize("key", ["", " ", "a key", "key:key", "ключ", "a\r\nX-Evil: 1"])
def test_a_key_that_cannot_be_one_is_refused_before_it_is_sent(key: str, browser: Client, cloud: Cloud) -> None:
    answer = browser.post(f"{KIND}accounts/", given(secret_key=key))
    assert answer.status_code == 422
    assert cloud.asked == []


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (401, "Chatra refused the keys. Enter the account's present keys."),
        (402, "This Chatra account has no API access. It needs a paid plan."),
        (403, "This Chatra account has no API access. It needs a paid plan."),
        (429, "Chatra cannot take it for now."),
        (500, "Chatra cannot take it for now."),
    ],
)
def test_s23_keys_that_are_no_good_are_told_beside_them(
    status: int, sentence: str, browser: Client, cloud: Cloud, settings: Any
) -> None:
    settings.CHATRA_CLOUD = cloud.address
    cloud.answers(status)
    answer = browser.post(f"{KIND}accounts/", given(secret_key="TYPED"), headers=by_htmx())
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert 'value="TYPED"' in answer.content.decode()
    assert not Connection.objects.exists()


def test_s23_a_cloud_that_is_not_there_is_told(browser: Client, cloud: Cloud, settings: Any) -> None:
    settings.CHATRA_CLOUD = "http://127.0.0.1:9/api"
    answer = browser.post(f"{KIND}accounts/", given())
    assert "Chatra cannot be reached." in words(answer)
    assert not Connection.objects.exists()


def test_the_keys_are_tried_by_a_call_that_changes_nothing(browser: Client, cloud: Cloud, settings: Any) -> None:
    settings.CHATRA_CLOUD = cloud.address
    browser.post(f"{KIND}accounts/", given())
    [asked] = cloud.asked
    assert asked.method == "GET"
    assert asked.headers["authorization"] == "Chatra.Simple CLOUDPUBLIC:CLOUDSECRET"


def test_the_webhook_address_is_shown_until_the_first_webhook_comes(browser: Client, shop: Connection) -> None:
    path = f"{KIND}accounts/{shop.pk}/webhook/"
    assert hook_url(shop) in browser.get(path).content.decode()
    waiting = browser.get(path, headers=by_htmx())
    assert "Waiting for the first webhook." in words(waiting)
    assert "every 2s" in waiting.content.decode()

    arrive(shop, hook("chatStarted", client(), message("m1")))

    here = browser.get(path, headers=by_htmx())
    assert "Connected: the first webhook has come." in words(here)
    assert "every 2s" not in here.content.decode()


def test_s06_options_stand_above_one_card_per_account(browser: Client, shop: Connection) -> None:
    other = connect(
        kind="chatra",
        name="Another site",
        settings={"public_key": "OTHER", "secret_key": "SECRET"},
        task_template=shop.task_template,
        contact_template=shop.contact_template,
    )
    page = browser.get(KIND).content.decode()
    assert page.index("Integration options") < page.index("Another site") < page.index("shop.example.com")
    for account in (shop, other):
        assert f'href="{KIND}accounts/{account.pk}/"' in page
        assert f'id="switch-{account.pk}" aria-checked="true"' in page


def test_s06_the_switch_of_a_card_puts_an_account_off_and_on(browser: Client, shop: Connection) -> None:
    answer = browser.post(f"/integrations/{shop.pk}/switch/", {"on": "no", "from": "card"})
    assert answer.headers["Location"] == KIND
    assert "Switched off" in words(browser.get(f"{KIND}cards/"))
    assert "Switch: on → off" in words(browser.get(f"{KIND}accounts/{shop.pk}/"))
    browser.post(f"/integrations/{shop.pk}/switch/", {"on": "yes", "from": "card"})
    assert Connection.objects.get().is_on


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Waiting for the first message."),
        ({"last_received_at": timedelta(minutes=1)}, "Connected. Last heard:"),
        ({"last_received_at": timedelta(days=8)}, "Silent since"),
        ({"is_on": False}, "Switched off: no tasks are made and no answers are sent. Switch it on."),
        (
            {"paused_reason": "Chatra refused the keys. Enter the account's present keys."},
            "Chatra refused the keys. Enter the account's present keys.",
        ),
        (
            {"paused_reason": "This Chatra account has no API access. It needs a paid plan."},
            "It needs a paid plan. Answers wait here and go out when this is mended. Reconnect",
        ),
    ],
)
def test_s06_a_card_tells_its_state_in_words(
    changes: dict[str, Any], said: str, browser: Client, shop: Connection
) -> None:
    heard = changes.pop("last_received_at", None)
    Connection.objects.update(**changes, last_received_at=timezone.now() - heard if heard else None)
    assert said in words(browser.get(f"{KIND}cards/"))


def test_an_account_is_connected_once(browser: Client, cloud: Cloud, settings: Any) -> None:
    settings.CHATRA_CLOUD = cloud.address
    browser.post(f"{KIND}accounts/", given())
    answer = browser.post(f"{KIND}accounts/", given(name="Once more"))
    assert "This account is connected already: brainstorm-agency." in words(answer)
    assert Connection.objects.count() == 1


def test_new_keys_mend_a_paused_account(browser: Client, shop: Connection, cloud: Cloud, settings: Any) -> None:
    settings.CHATRA_CLOUD = cloud.address
    mine = {**cloud.settings, "secret_key": "OLD", "agent_email": "anna@example.com"}
    later = timezone.now() + timedelta(minutes=9)
    Connection.objects.update(settings=mine, paused_reason="Chatra refused the keys.", paused_until=later)
    path = f"{KIND}accounts/{shop.pk}/reconnection/"

    wrong = browser.post(path, {"public_key": "CLOUDPUBLIC", "secret_key": "WRONG"})
    assert "Chatra refused the keys." in words(wrong)
    assert Connection.objects.get().paused_reason

    answer = browser.post(path, {"public_key": "CLOUDPUBLIC", "secret_key": "CLOUDSECRET"})
    assert answer.headers["Location"] == KIND
    mended = Connection.objects.get()
    assert (mended.paused_reason, mended.paused_until, mended.token) == ("", None, shop.token)
    assert mended.settings == cloud.settings | {"agent_email": "anna@example.com"}
    assert "CLOUDSECRET" not in words(browser.get(f"{KIND}accounts/{shop.pk}/"))


def test_keys_of_another_account_do_not_mend_this_one(
    browser: Client, shop: Connection, cloud: Cloud, settings: Any
) -> None:
    settings.CHATRA_CLOUD = cloud.address
    path = f"{KIND}accounts/{shop.pk}/reconnection/"
    answer = browser.post(path, {"public_key": "CLOUDPUBLIC", "secret_key": "CLOUDSECRET"})
    assert "These are the keys of another account." in words(answer)
    assert Connection.objects.get().settings == shop.settings


def test_removing_says_before_what_becomes_of_the_tasks(browser: Client, shop: Connection, pavel: Employee) -> None:
    task = _task(shop)
    comments.add(task, by=pavel, text="Good day!", kind="reply")
    said = words(browser.get(f"{KIND}accounts/{shop.pk}/removal/"))
    assert "1 task, its contact and its history stay." in said
    assert "1 answer still waits: it will not be sent." in said
    assert Connection.objects.get().removed_at is None


def test_a_removed_account_takes_and_sends_nothing_and_its_tasks_stay(
    browser: Client, shop: Connection, pavel: Employee
) -> None:
    task = _task(shop)
    comments.add(task, by=pavel, text="Good day!", kind="reply")

    answer = browser.post(f"{KIND}accounts/{shop.pk}/removal/")

    assert answer.headers["Location"] == KIND
    assert not Connection.objects.present().exists()
    delivery = Delivery.objects.get()
    assert delivery.state == Delivery.State.FAILED
    assert outbox.due_links() == []
    page = signed_in(pavel).get(f"/tasks/{task.number}/")
    assert "Hello" in words(page)
    assert "The account was removed from the integrations." in words(page)
    assert "is not connected any more: nothing can be sent." in words(page)
    assert 'value="reply" id="mode-reply" disabled' in part(page, "composer-modes")
    assert "shop.example.com" not in words(browser.get(f"{KIND}cards/"))
    for path in (f"/integrations/{shop.pk}/", f"{KIND}accounts/{shop.pk}/", f"{KIND}accounts/{shop.pk}/removal/"):
        assert browser.get(path).status_code == 404


def test_a_change_that_waits_for_a_removed_account_has_failed(
    browser: Client, shop: Connection, pavel: Employee
) -> None:
    comment = comments.add(_task(shop), by=pavel, text="Good day!", kind="reply")
    Delivery.objects.update(state=Delivery.State.SENT, remote_id="r1")
    Comment.objects.update(mark=Comment.Mark.SENT)
    comment.refresh_from_db()
    corrections.withdraw(comment, by=pavel)
    assert Correction.objects.get().state == Correction.State.DUE

    browser.post(f"{KIND}accounts/{shop.pk}/removal/")

    assert Correction.objects.get().state == Correction.State.FAILED
    comment.refresh_from_db()
    assert comment.correction == "failed"


def test_a_removed_account_can_be_connected_again(
    browser: Client, shop: Connection, cloud: Cloud, settings: Any
) -> None:
    settings.CHATRA_CLOUD = cloud.address
    Connection.objects.update(settings=cloud.settings)
    browser.post(f"{KIND}accounts/{shop.pk}/removal/")
    browser.post(f"{KIND}accounts/", given())
    again = Connection.objects.present().get()
    assert (again.pk, again.token) != (shop.pk, shop.token)


def test_sending_again_after_the_removal_says_why_it_failed(browser: Client, shop: Connection, pavel: Employee) -> None:
    comment = comments.add(_task(shop), by=pavel, text="Good day!", kind="reply")
    browser.post(f"{KIND}accounts/{shop.pk}/removal/")
    comments.send_again(comment, by=pavel)
    with translation.override("en"):
        assert Delivery.objects.get().state == Delivery.State.FAILED


def _task(shop: Connection) -> Task:
    arrive(shop, hook("chatStarted", client(), message("m1", "Hello")))
    return Task.objects.get()
