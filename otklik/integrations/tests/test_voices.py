"""S12: in whose name a client is answered, and that no remote gets a user whom nobody wanted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from otklik.desk.actions import comments
from otklik.desk.models import Employee, Task
from otklik.desk.tests.screens.stage import by_htmx, part, signed_in, words
from otklik.integrations import chat_users, outbox
from otklik.integrations.models import ChatUser, Connection, Delivery, KindOptions
from otklik.integrations.tests.arriving import arrive, client, hook, message
from otklik.integrations.tests.remote import Chatra
from otklik.people import pictures

pytestmark = pytest.mark.django_db

PAVELS = {"id": "a1", "name": "Pavel of the chat", "email": "Pavel@Example.com", "avatar": "/media/pavel.png"}


@pytest.fixture
def task(shop: Connection) -> Task:
    arrive(shop, hook("chatStarted", client(), message("m1")))
    return Task.objects.get()


@pytest.fixture
def on_behalf(shop: Connection) -> None:
    KindOptions.objects.update(on_behalf_of_employee=True)


def names_pavel(shop: Connection) -> None:
    arrive(shop, hook("chatFragment", client(), message("m2"), agents=[PAVELS]))


def sent_as(task: Task, by: Employee, chatra: Chatra) -> tuple[str, str]:
    delivery = Delivery.objects.get(comment=comments.add(task, by=by, text="Good day!", kind="reply"))
    outbox.drain(delivery.link_id)
    sent = json.loads(chatra.requests[-1].content)
    return sent["agentEmail"], sent["agentName"]


def users_page(browser: Client, shop: Connection, **given: str) -> Any:
    path = f"/integrations/chatra/accounts/{shop.pk}/users/"
    if given:
        return browser.post(path, given, headers=by_htmx())
    return browser.get(path, headers=by_htmx())


def test_s12_off_by_default_all_speak_in_the_common_name(
    shop: Connection, task: Task, pavel: Employee, chatra: Chatra
) -> None:
    names_pavel(shop)

    assert sent_as(task, pavel, chatra) == ("public@otklik.invalid", "shop.example.com")


def test_s12_an_employee_with_a_chat_user_speaks_in_his_own_name(
    shop: Connection, task: Task, pavel: Employee, alice: Employee, chatra: Chatra, on_behalf: None
) -> None:
    names_pavel(shop)

    assert sent_as(task, pavel, chatra) == ("pavel@example.com", "Pavel of the chat")
    # Her e-mail would make a dummy agent.
    assert sent_as(task, alice, chatra) == ("public@otklik.invalid", "shop.example.com")


def test_s12_case_of_the_email_does_not_matter(
    shop: Connection, task: Task, pavel: Employee, chatra: Chatra, on_behalf: None
) -> None:
    pavel.user.email = "PAVEL@example.com"
    pavel.user.save()
    names_pavel(shop)

    assert sent_as(task, pavel, chatra)[0] == "pavel@example.com"


def test_s12_the_option_takes_effect_for_replies_from_then_on(
    shop: Connection, task: Task, olga: Employee, pavel: Employee, chatra: Chatra
) -> None:
    names_pavel(shop)
    browser = signed_in(olga)

    browser.post("/integrations/chatra/options/", {"on_behalf_of_employee": "on", "earlier_lines": "0"})
    assert sent_as(task, pavel, chatra)[0] == "pavel@example.com"

    browser.post("/integrations/chatra/options/", {"earlier_lines": "0"})
    assert sent_as(task, pavel, chatra)[0] == "public@otklik.invalid"


def test_s12_the_composer_says_as_whom_the_visitor_sees_one(
    shop: Connection, task: Task, pavel: Employee, alice: Employee, on_behalf: None
) -> None:
    names_pavel(shop)

    seen = {who: part(signed_in(who).get(f"/tasks/{task.number}/"), "composer-modes") for who in (pavel, alice)}

    assert "The visitor will see:" in seen[pavel]
    assert "<strong>Pavel of the chat</strong>" in seen[pavel]
    assert '<img class="avatar avatar--small" src="/media/pavel.png" alt="">' in seen[pavel]
    assert "<strong>shop.example.com</strong>" in seen[alice]


def test_s12_a_picture_of_another_host_is_not_asked_for(
    shop: Connection, task: Task, pavel: Employee, on_behalf: None
) -> None:
    agents = [{**PAVELS, "avatar": "https://tracker.example/pavel.png"}]
    arrive(shop, hook("chatFragment", client(), message("m2"), agents=agents))

    assert "tracker.example" not in signed_in(pavel).get(f"/tasks/{task.number}/").content.decode()


def test_s12_who_has_no_chat_user_is_warned_of_before_anything_is_sent(
    shop: Connection, task: Task, olga: Employee, on_behalf: None
) -> None:
    names_pavel(shop)
    browser = signed_in(olga)

    options = words(browser.get("/integrations/chatra/"))
    rows = words(users_page(browser, shop))

    assert "shop.example.com: no chat user has the e-mail of Alice, Olga." in options
    assert "Alice alice@example.com unknown He has one : Alice S shop.example.com" in rows
    assert "Pavel pavel@example.com known Pavel of the chat" in rows


def test_s12_an_administrator_confirms_what_no_webhook_has_told(
    shop: Connection, task: Task, olga: Employee, alice: Employee, chatra: Chatra, on_behalf: None
) -> None:
    browser = signed_in(olga)

    page = users_page(browser, shop, employee=str(alice.pk))

    assert "known confirmed by hand" in words(page)
    assert sent_as(task, alice, chatra) == ("alice@example.com", "Alice")
    assert not [request for request in chatra.requests if "agents" in request.url.path]

    users_page(browser, shop, forget=str(alice.pk))
    assert sent_as(task, alice, chatra)[0] == "public@otklik.invalid"


def test_s12_our_own_chat_lists_its_users_and_makes_new_ones(
    shop: Connection, olga: Employee, alice: Employee, chatra: Chatra, on_behalf: None
) -> None:
    shop.settings["has_idempotency"] = True
    shop.save()
    listed = {"agents": [PAVELS, {"id": "a9", "name": "No address", "email": ""}, "nonsense"]}
    browser = signed_in(olga)

    chatra.answer(200, listed)
    rows = words(users_page(browser, shop))
    assert "Alice alice@example.com none with this e-mail Make one" in rows
    assert "Pavel pavel@example.com known" in rows

    chatra.answer(200, {"id": "a2", "email": "alice@example.com", "name": "Alice"})
    chatra.answer(200, {"agents": [PAVELS, {"id": "a2", "email": "alice@example.com", "name": "Alice"}]})
    assert "Alice alice@example.com known" in words(users_page(browser, shop, employee=str(alice.pk)))
    assert json.loads(chatra.requests[-2].content) == {"email": "alice@example.com", "name": "Alice"}

    # Who is gone from the chat is gone here.
    chatra.answer(200, {"agents": [PAVELS]})
    chat_users.refresh_all()
    assert [user.email for user in ChatUser.objects.all()] == ["pavel@example.com"]


def test_s12_the_chat_gets_the_employees_picture_unless_it_has_one_of_its_own(
    shop: Connection, pavel: Employee, alice: Employee, chatra: Chatra, on_behalf: None
) -> None:
    shop.settings["has_idempotency"] = True
    shop.save()
    for who in (pavel, alice):
        pictures.keep(who.user, b"a picture")
    mine = {"id": "a1", "name": "Pavel", "email": "pavel@example.com", "avatar": ""}
    own = {"id": "a2", "name": "Alice", "email": "alice@example.com", "avatar": "https://chat.example/alice.png"}
    shown = {**mine, "avatar": pictures.address_of(pavel.user)}

    chatra.answer(200, {"agents": [mine, own]})
    chatra.answer(200, shown)
    chat_users.refresh(shop)

    [_list, told] = chatra.requests
    assert json.loads(told.content) == {"email": "pavel@example.com", "name": "Pavel", "avatar": shown["avatar"]}
    assert ChatUser.objects.get(email="pavel@example.com").picture == shown["avatar"]

    # Nothing to tell the second time; a picture that is taken away is taken away there, too.
    chatra.answer(200, {"agents": [shown, own]})
    chat_users.refresh(shop)
    assert len(chatra.requests) == 3
    pictures.remove(pavel.user)
    chatra.answer(200, {"agents": [shown, own]})
    chatra.answer(200, mine)
    chat_users.refresh(shop)
    assert json.loads(chatra.requests[-1].content)["avatar"] == ""
    assert ChatUser.objects.get(email="pavel@example.com").picture == ""


def test_s12_no_picture_leaves_the_house_while_the_option_is_off(
    shop: Connection, pavel: Employee, chatra: Chatra
) -> None:
    shop.settings["has_idempotency"] = True
    shop.save()
    pictures.keep(pavel.user, b"a picture")
    chatra.answer(200, {"agents": [{"name": "Pavel", "email": "pavel@example.com", "avatar": ""}]})

    chat_users.refresh(shop)

    assert len(chatra.requests) == 1


def test_s12_a_chat_that_does_not_answer_leaves_what_was_known(
    shop: Connection, task: Task, olga: Employee, chatra: Chatra
) -> None:
    names_pavel(shop)
    shop.settings["has_idempotency"] = True
    shop.save()
    chatra.answer(401)

    said = words(users_page(signed_in(olga), shop))

    assert "Chatra refused the keys." in said
    assert "Pavel pavel@example.com known" in said


def test_s12_foreign_employees_get_no_chat_user(shop: Connection, olga: Employee, boris: Employee) -> None:
    browser = signed_in(olga)

    for given in ({"employee": str(boris.pk)}, {"employee": "x"}, {"forget": "999999"}):
        assert users_page(browser, shop, **given).status_code == 404
    assert not ChatUser.objects.exists()


def test_s11_s12_options_belong_to_the_kind_and_tell_who_changed_them(shop: Connection, olga: Employee) -> None:
    browser = signed_in(olga)
    given = {"new_task_if_none_active": "on", "on_behalf_of_employee": "on", "earlier_lines": "10"}

    answer = browser.post("/integrations/chatra/options/", given | {"next": "/integrations/"})

    assert answer.headers["Location"] == "/integrations/"
    options = KindOptions.objects.get()
    assert (options.new_task_if_none_active, options.on_behalf_of_employee, options.earlier_lines) == (True, True, 10)
    said = words(browser.get("/integrations/chatra/"))
    assert "Olga Send messages on behalf of the employee: off → on; Repeat the last lines" in said
    assert "0 lines → 10 lines" in said


def test_two_who_change_options_at_once_both_get_what_they_wanted(
    shop: Connection, olga: Employee, boris: Employee
) -> None:
    boris.role = Employee.AccountRole.ADMINISTRATOR
    boris.save()
    olgas, boriss = signed_in(olga), signed_in(boris)
    seen = {"seen": '{"new_task_if_none_active": true, "on_behalf_of_employee": false, "earlier_lines": 0}'}

    olgas.post("/integrations/chatra/options/", {**seen, "new_task_if_none_active": "", "earlier_lines": "0"})
    boriss.post("/integrations/chatra/options/", {**seen, "new_task_if_none_active": "on", "earlier_lines": "20"})

    options = KindOptions.objects.get()
    assert (options.new_task_if_none_active, options.earlier_lines) == (False, 20)
    said = words(boriss.get("/integrations/chatra/"))
    assert "Somebody else has changed meanwhile: Create a new task if there is no active task" in said
    assert "on → off" in said
    assert "Somebody else" not in words(olgas.get("/integrations/chatra/"))


@pytest.mark.parametrize(("given", "location"), [
    ({"earlier_lines": "7"}, "/integrations/chatra/"), ({"earlier_lines": "x", "next": "/tasks/"}, "/tasks/"),
    ({"next": "https://evil.example/"}, "/integrations/chatra/"),
    ({"next": "//evil.example/"}, "/integrations/chatra/"),
])  # fmt: skip
def test_options_that_are_not_offered_change_nothing(
    shop: Connection, olga: Employee, given: dict[str, str], location: str
) -> None:
    browser = signed_in(olga)

    answer = browser.post("/integrations/chatra/options/", given)

    assert answer.headers["Location"] == location
    assert KindOptions.objects.get().new_task_if_none_active
    assert "Not saved" in words(browser.get("/integrations/chatra/"))


def test_options_of_an_unknown_kind_do_not_exist(olga: Employee) -> None:
    assert signed_in(olga).post("/integrations/telegram/options/", {"earlier_lines": "0"}).status_code == 404
    assert not KindOptions.objects.exists()


class TestSimulator:
    def ask(self, olga: Employee, shop: Connection, conversation: object) -> Any:
        path = f"/integrations/chatra/accounts/{shop.pk}/which-task/"
        return signed_in(olga).get(path, {"conversation": str(conversation)}, headers=by_htmx())

    def test_s11_it_says_what_would_become_of_a_message(self, shop: Connection, task: Task, olga: Employee) -> None:
        link = shop.links.get()

        said = words(self.ask(olga, shop, link.pk))
        assert "A message from Медная река now becomes a comment in it: the task is active." in said
        assert f"№ {task.number} Медная река (Chatra) (New)" in said

        Task.objects.update(status=task.status.set.statuses.get(key="completed"))
        said = words(self.ask(olga, shop, link.pk))
        assert "now becomes a new task, with a link to the previous one: the task is completed." in said

    def test_s11_it_knows_new_clients_and_none_that_are_gone(self, shop: Connection, olga: Employee) -> None:
        assert "A message from a new client now becomes a new task" in words(self.ask(olga, shop, "new"))
        for foreign in ("999999", "-1", "x", "9" * 30):
            assert "This conversation is not there any more." in words(self.ask(olga, shop, foreign))

    def test_s11_without_scripts_the_page_itself_answers(self, shop: Connection, task: Task, olga: Employee) -> None:
        path = f"/integrations/chatra/accounts/{shop.pk}/"
        chosen = f"?conversation={shop.links.get().pk}"

        asked = signed_in(olga).get(f"{path}which-task/{chosen}")

        assert asked.headers["Location"] == f"{path}{chosen}#which-task"
        assert "A message from Медная река now becomes" in words(signed_in(olga).get(path + chosen))

    def test_s11_the_table_is_printed_in_words(self, shop: Connection, olga: Employee) -> None:
        said = words(signed_in(olga).get(f"/integrations/chatra/accounts/{shop.pk}/"))

        assert "the option is on now the option is off" in said
        assert "the task is completed a new task, with a link to the previous one a comment in it; its status" in said
        assert "the task has been deleted for good a new task a new task" in said
