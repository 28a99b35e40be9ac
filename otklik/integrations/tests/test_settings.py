"""S07–S10 behind the gear of an account."""

from __future__ import annotations

import json
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from otklik.desk import rights
from otklik.desk.models import ContactTemplate, Employee, Group, Role, Task, TaskTemplate, TemplateMember
from otklik.desk.tests.screens.stage import part, signed_in, words
from otklik.integrations import account_settings
from otklik.integrations.models import Connection
from otklik.integrations.tests.arriving import arrive, client, hook, message
from otklik.integrations.tests.remote import Chatra

pytestmark = pytest.mark.django_db


@pytest.fixture
def sales(db: None) -> TaskTemplate:
    statuses = TaskTemplate.objects.get(key="standard").status_set
    return TaskTemplate.objects.create(number=50, own_name="Sales", task_name="New request", status_set=statuses)


def address(shop: Connection) -> str:
    return f"/integrations/chatra/accounts/{shop.pk}/"


def shown(browser: Client, shop: Connection) -> dict[str, Any]:
    """The form as an administrator opens it."""
    page = browser.get(address(shop)).content.decode()
    seen = json.loads(unescape(page.split('name="seen" value="')[1].split('"')[0]))
    return {**seen, "seen": json.dumps(seen)}


def save(browser: Client, shop: Connection, given: dict[str, Any]) -> Any:
    answer = browser.post(address(shop), given)
    shop.refresh_from_db()
    return answer


def test_s07_s08_new_conversations_take_the_chosen_templates(
    shop: Connection, olga: Employee, sales: TaskTemplate
) -> None:
    buyers = ContactTemplate.objects.create(own_name="Buyers")
    browser = signed_in(olga)

    answer = save(
        browser, shop, shown(browser, shop) | {"task_template": str(sales.pk), "contact_template": str(buyers.pk)}
    )

    assert answer.status_code == 302
    arrive(shop, hook("chatStarted", client(), message("m1")))
    task = Task.objects.get()
    assert (task.name, task.template) == ("New request", sales)
    assert task.contact is not None
    assert task.contact.template == buyers


def test_s10_chosen_people_become_assignees_and_only_they_may_reply(
    shop: Connection, olga: Employee, pavel: Employee, boris: Employee, alice: Employee, support: Group
) -> None:
    browser = signed_in(olga)
    people = [f"employee-{boris.pk}", f"employee-{alice.pk}"]

    save(browser, shop, shown(browser, shop) | {"people": people})

    arrive(shop, hook("chatStarted", client(), message("m1")))
    task = Task.objects.get()
    assert {who for who in (olga, pavel, alice, boris) if rights.may_reply(task, who)} == {olga, alice, boris}
    assert set(task.notified) == {alice.pk, boris.pk}


def test_s10_a_group_brings_its_members_and_the_template_its_own(
    shop: Connection, pavel: Employee, alice: Employee, boris: Employee, support: Group, sales: TaskTemplate
) -> None:
    TemplateMember.objects.create(template=sales, role=Role.objects.get(key="assignee"), employee=boris)
    shop.task_template = sales
    shop.save()

    arrive(shop, hook("chatStarted", client(), message("m1")))

    task = Task.objects.get()
    assert all(rights.may_reply(task, who) for who in (pavel, alice, boris))


def test_the_account_is_renamed_everywhere(shop: Connection, olga: Employee) -> None:
    browser = signed_in(olga)

    save(browser, shop, shown(browser, shop) | {"name": "  new.example.com "})

    shop.source.refresh_from_db()
    assert (shop.name, shop.source.name) == ("new.example.com", "new.example.com")
    assert "Account name: shop.example.com → new.example.com" in words(browser.get(address(shop)))
    assert "Olga" in part(browser.get(address(shop)), "content")


def test_nobody_but_administrators_finds_the_page(shop: Connection, pavel: Employee) -> None:
    browser = signed_in(pavel)

    assert browser.get(address(shop)).status_code == 404
    assert browser.post(address(shop), {"name": "mine"}).status_code == 404
    assert browser.post("/integrations/chatra/options/", {}).status_code == 404


@pytest.mark.parametrize("path", [
    "/integrations/telegram/accounts/{pk}/", "/integrations/chatra/accounts/999999/",
    "/integrations/chatra/accounts/999999/users/", "/integrations/chatra/accounts/999999/which-task/",
])  # fmt: skip
def test_there_is_no_page_for_what_there_is_not(shop: Connection, olga: Employee, path: str) -> None:
    assert signed_in(olga).get(path.format(pk=shop.pk)).status_code == 404


def test_bad_input_is_said_beside_its_field_and_nothing_typed_is_lost(
    shop: Connection, olga: Employee, sales: TaskTemplate
) -> None:
    browser = signed_in(olga)
    given = shown(browser, shop) | {"name": "other.example.com", "email": "nonsense", "task_template": str(sales.pk)}
    sales.delete()

    answer = save(browser, shop, given)

    assert answer.status_code == 422
    assert "This is no e-mail address." in words(answer)
    assert "This template is not there any more. Choose another one." in words(answer)
    assert 'value="other.example.com"' in answer.content.decode()
    assert shop.name == "shop.example.com"


def test_somebody_who_vanished_meanwhile_is_named_and_the_others_stay(
    shop: Connection, olga: Employee, support: Group
) -> None:
    browser = signed_in(olga)
    passing = Group.objects.create(name="Passing")
    given = shown(browser, shop) | {"people": [f"group-{passing.pk}", f"group-{support.pk}"]}
    passing.delete()

    answer = save(browser, shop, given)

    assert answer.status_code == 422
    assert "Somebody chosen here is not there any more." in words(answer)
    assert f'value="group-{support.pk}" id="id_people_0" checked' in answer.content.decode()


def test_the_later_of_two_administrators_sees_what_changed_and_loses_nothing(
    shop: Connection, olga: Employee, boris: Employee, sales: TaskTemplate
) -> None:
    boris.role = Employee.AccountRole.ADMINISTRATOR
    boris.save()
    olgas, boriss = signed_in(olga), signed_in(boris)
    first, later = shown(olgas, shop), shown(boriss, shop)
    save(olgas, shop, first | {"name": "olga.example.com", "task_template": str(sales.pk)})

    answer = save(boriss, shop, later | {"name": "boris.example.com", "people": [f"employee-{boris.pk}"]})

    assert answer.status_code == 409
    said = words(answer)
    assert "Olga has changed these settings while you were editing them." in said
    assert "Account name: shop.example.com → olga.example.com" in said
    assert "Template for new tasks: Standard template → Sales" in said
    page = answer.content.decode()
    # His own stays, hers is there where he had typed nothing.
    assert 'value="boris.example.com"' in page
    assert f'<option value="{sales.pk}" selected>' in page
    assert f'value="employee-{boris.pk}"' in page.split(" checked")[0]
    assert shop.name == "olga.example.com"

    seen = json.loads(unescape(page.split('name="seen" value="')[1].split('"')[0]))
    again = {**seen, "seen": json.dumps(seen), "name": "boris.example.com", "people": [f"employee-{boris.pk}"]}
    assert save(boriss, shop, again).status_code == 302
    assert (shop.name, shop.task_template) == ("boris.example.com", sales)
    assert list(shop.employees.all()) == [boris]


@pytest.mark.parametrize("seen", ["", "null", "[]", "{", '{"name": 1}', "9" * 9000])
def test_a_form_that_was_tampered_with_is_an_ordinary_form(shop: Connection, olga: Employee, seen: str) -> None:
    browser = signed_in(olga)

    answer = save(browser, shop, shown(browser, shop) | {"name": "new.example.com", "seen": seen})

    assert answer.status_code == 302
    assert shop.name == "new.example.com"


def test_a_save_that_changes_nothing_leaves_no_line(shop: Connection, olga: Employee) -> None:
    browser = signed_in(olga)

    save(browser, shop, shown(browser, shop))

    assert not shop.changes.exists()


class TestChatUser:
    """S09, with the cloud: its users are known from webhooks alone."""

    def test_s09_by_default_the_account_answers_in_its_own_name(self, shop: Connection, olga: Employee) -> None:
        page = signed_in(olga).get(address(shop))

        assert "The visitor will see: S shop.example.com" in part_words(page, "voices")

    def test_s09_an_unknown_user_is_asked_for_once_more(self, shop: Connection, olga: Employee) -> None:
        browser = signed_in(olga)
        given = shown(browser, shop) | {"email": "Kate@Example.com"}

        answer = save(browser, shop, given)

        assert answer.status_code == 422
        assert "Unknown: no message has named a user with this e-mail yet." in words(answer)
        assert 'name="confirmed" value="kate@example.com"' in answer.content.decode()
        assert "agent_email" not in shop.settings

        # Another address is not what was confirmed.
        assert save(browser, shop, given | {"email": "x@y.com", "confirmed": "kate@example.com"}).status_code == 422
        assert save(browser, shop, given | {"confirmed": "kate@example.com"}).status_code == 302
        assert shop.settings["agent_email"] == "kate@example.com"
        assert shop.settings["public_key"] == "PUBLIC"

    def test_s09_what_was_confirmed_stays_so_when_somebody_else_was_faster(
        self, shop: Connection, olga: Employee
    ) -> None:
        browser = signed_in(olga)
        given = shown(browser, shop) | {"email": "kate@example.com", "confirmed": "kate@example.com"}
        save(browser, shop, shown(browser, shop) | {"name": "faster.example.com"})

        answer = save(browser, shop, given)

        assert answer.status_code == 409
        assert 'name="confirmed" value="kate@example.com"' in answer.content.decode()

    def test_s09_a_user_whom_a_webhook_has_named_is_known(self, shop: Connection, olga: Employee) -> None:
        agents = [{"id": "a1", "name": "Kate", "email": "Kate@Example.com"}]
        arrive(shop, hook("chatFragment", client(), message("m1"), agents=agents))
        browser = signed_in(olga)

        assert save(browser, shop, shown(browser, shop) | {"email": "kate@example.com"}).status_code == 302

        assert "The visitor will see: K Kate kate@example.com" in part_words(browser.get(address(shop)), "voices")

    def test_s09_our_own_chat_is_asked_and_makes_the_user(
        self, shop: Connection, olga: Employee, chatra: Chatra
    ) -> None:
        shop.settings["has_idempotency"] = True
        shop.save()
        browser = signed_in(olga)
        given = shown(browser, shop) | {"email": "kate@example.com"}

        chatra.answer(200, {"agents": [{"email": "olga@example.com", "name": "Olga"}]})
        refused = save(browser, shop, given)
        assert "The chat has no user with this e-mail." in words(refused)

        chatra.answer(200, {"agents": []})
        chatra.answer(200, {"id": "a2", "email": "kate@example.com", "name": "shop.example.com"})
        assert save(browser, shop, given | {"confirmed": "kate@example.com"}).status_code == 302

        made = chatra.requests[-1]
        assert (made.method, made.url.path) == ("POST", "/api/agents/")
        assert json.loads(made.content) == {"email": "kate@example.com", "name": "shop.example.com"}

    def test_s09_a_chat_that_does_not_answer_stops_nobody_who_is_sure(
        self, shop: Connection, olga: Employee, chatra: Chatra
    ) -> None:
        shop.settings["has_idempotency"] = True
        shop.save()
        browser = signed_in(olga)
        given = shown(browser, shop) | {"email": "kate@example.com"}
        for _call in range(5):
            chatra.answer(503)

        assert "The chat did not answer" in words(save(browser, shop, given))
        assert save(browser, shop, given | {"confirmed": "kate@example.com"}).status_code == 302

        assert shop.settings["agent_email"] == "kate@example.com"
        assert "the first reply makes it" in words(browser.get(address(shop)))


def part_words(page: Any, id: str) -> str:
    """What a person reads of one part of a page."""
    return words(HttpResponse(part(page, id)))


def test_a_name_that_was_deleted_is_still_told_in_old_lines(
    shop: Connection, olga: Employee, sales: TaskTemplate
) -> None:
    browser = signed_in(olga)
    save(browser, shop, shown(browser, shop) | {"task_template": str(sales.pk)})
    save(browser, shop, shown(browser, shop) | {"task_template": str(TaskTemplate.objects.get(key="standard").pk)})
    sales.delete()

    said = words(browser.get(address(shop)))

    assert "Template for new tasks: Sales → Standard template" in said
    assert account_settings.values_of(shop)["task_template"] == str(TaskTemplate.objects.get(key="standard").pk)
