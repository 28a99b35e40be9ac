"""Tasks made and changed by hand (contracts/planfix-behaviour.md §6, §7, §12)."""

from __future__ import annotations

from datetime import date
from html import unescape
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from otklik.desk.actions import editing
from otklik.desk.errors import DeskError, NotAllowed, Outdated
from otklik.desk.models import Contact, Employee, Event, Group, Notice, Task
from otklik.desk.tests.screens.stage import Writer, feed_of, signed_in, words

pytestmark = pytest.mark.django_db


def make(browser: Client, **given: Any) -> Task:
    answer = browser.post("/tasks/new/", {"name": "Order boxes", "description": "", "client": "", **given})
    assert answer.status_code == 302, words(answer)
    return Task.objects.latest("number")


def people(task: Task) -> set[tuple[str, Any]]:
    rows = task.members.select_related("role", "employee__user", "group", "contact")
    return {(row.role.key, row.employee or row.group or row.contact) for row in rows}


def test_7_whoever_makes_a_task_is_its_assigner(pavel: Employee, boris: Employee, support: Group, liza: Writer) -> None:
    client = liza.says("Hello").contact
    assert client

    task = make(
        signed_in(pavel), description="Two hundred.", client="Liza", assignee=[f"employee-{boris.pk}"],
        participant=[f"group-{support.pk}"],
    )  # fmt: skip

    assert (task.name, task.description, task.contact, task.status.key) == (
        "Order boxes", "Two hundred.", client, "new",
    )  # fmt: skip
    assert people(task) == {
        ("assigner", pavel), ("counterparty", client), ("assignee", boris), ("participant", support),
    }  # fmt: skip
    [notice] = Notice.objects.filter(task=task, employee=boris)
    assert (notice.event.kind, notice.reason) == ("task_created", "assigned")
    assert not Notice.objects.filter(task=task, employee=pavel).exists()
    chronicle = words(signed_in(boris).get("/"))
    assert "Pavel" in chronicle and "Order boxes" in chronicle and "Task created" in chronicle
    page = words(signed_in(boris).get(f"/tasks/{task.number}/"))
    assert "Two hundred." in page and "Made by hand." in page and "Accept" in page


def test_7_a_task_is_made_with_its_due_date(pavel: Employee, boris: Employee) -> None:
    browser = signed_in(pavel)

    task = make(browser, assignee=[f"employee-{pavel.pk}"], day="2030-05-04", at="17:00")

    assert task.due.day == date(2030, 5, 4) and task.due.at
    assert "4 May 2030, 17:00" in words(browser.get(f"/tasks/{task.number}/"))
    make(browser, assignee=[f"employee-{boris.pk}"], day="2030-05-04")
    assert [one.event.kind for one in Notice.objects.filter(employee=boris)] == ["task_created"], "it is told of once"
    draft = make(browser, day="2030-05-05", draft="1")
    assert (draft.status.key, draft.due.facts["day"]) == ("draft", "2030-05-05")

    answer = browser.post("/tasks/new/", {"name": "Order bags", "at": "17:00"})
    assert answer.status_code == 422 and "Choose the day, too." in words(answer)
    assert not Task.objects.filter(name="Order bags").exists()


def test_6_a_task_that_one_gives_to_himself_is_accepted(pavel: Employee, boris: Employee) -> None:
    assert make(signed_in(pavel), assignee=[f"employee-{pavel.pk}"]).status.key == "in_progress"
    both = [f"employee-{pavel.pk}", f"employee-{boris.pk}"]
    assert make(signed_in(pavel), assignee=both).status.key == "new"


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(pavel: Employee, liza: Writer, oleg: Writer) -> None:
    liza.says("Hello")
    browser = signed_in(pavel)

    answer = browser.post("/tasks/new/", {"name": " ", "description": "Two hundred.", "client": "nobody"})

    assert answer.status_code == 422
    said = words(answer)
    assert "No contact is found by these words." in said and "Two hundred." in said
    assert "Give the task a name." in words(browser.post("/tasks/new/", {"name": " ", "client": ""}))
    assert browser.post("/tasks/new/", {"name": "a" * 301, "client": ""}).status_code == 422
    wrong = browser.post("/tasks/new/", {"name": "a", "client": "", "template": "777", "assignee": ["employee-x"]})
    assert wrong.status_code == 422
    assert Task.objects.filter(reason="by_hand").count() == 0


def test_of_several_clients_found_one_is_chosen(pavel: Employee, liza: Writer, oleg: Writer) -> None:
    liza.says("Hello", named="Liza Ivanova")
    oleg.says("Hello", named="Oleg Ivanov")
    browser = signed_in(pavel)

    asked = browser.post("/tasks/new/", {"name": "Order boxes", "client": "ivanov"})

    assert asked.status_code == 422
    assert "Several contacts are found" in words(asked) and "Which client?" in words(asked)
    chosen = Contact.objects.get(name="Oleg Ivanov")
    assert make(browser, client="ivanov", chosen=str(chosen.number)).contact == chosen


def test_a_task_is_begun_from_a_clients_card(pavel: Employee, liza: Writer) -> None:
    contact = liza.says("Hello").contact
    assert contact
    page = signed_in(pavel).get(f"/tasks/new/?contact={contact.number}").content.decode()

    assert 'value="Liza"' in page
    assert make(signed_in(pavel), contact=str(contact.number), client="Liza").contact == contact
    assert make(signed_in(pavel), contact=str(contact.number), client="").contact is None


def test_7_who_may_edit_changes_all_and_the_feed_says_what(olga: Employee, pavel: Employee, boris: Employee) -> None:
    task = make(signed_in(pavel), assignee=[f"employee-{pavel.pk}"])
    browser = signed_in(pavel)
    page = browser.get(f"/tasks/{task.number}/edit/").content.decode()
    assert "Order boxes" in page

    given = {
        "name": "Order crates", "description": "", "project": "", "assignee": [f"employee-{boris.pk}"],
        "seen": _seen(page),
    }  # fmt: skip
    answer = browser.post(f"/tasks/{task.number}/edit/", given)

    assert answer.status_code == 302, words(answer)
    assert ("assignee", boris) in people(task) and ("assignee", pavel) not in people(task)
    said = words(browser.get(f"/tasks/{task.number}/"))
    assert "Pavel · Name: “Order boxes” → “Order crates”; Assignee: + Boris, − Pavel" in said
    [notice] = Notice.objects.filter(employee=boris, task=task)
    assert notice.reason == "added"
    task.refresh_from_db()
    assert boris.pk in task.notified


def test_7_a_participant_changes_participants_only(pavel: Employee, boris: Employee, alice: Employee) -> None:
    task = make(signed_in(pavel), participant=[f"employee-{boris.pk}"])
    seen = editing.values_of(task)

    editing.change(task, {"participant": [f"employee-{alice.pk}", f"employee-{boris.pk}"]}, seen=seen, by=boris)

    assert ("participant", alice) in people(task)
    with pytest.raises(NotAllowed):
        editing.change(task, {"name": "Mine"}, seen=seen, by=boris)
    with pytest.raises(NotAllowed):
        editing.change(task, {"assignee": [f"employee-{boris.pk}"]}, seen=seen, by=boris)
    page = words(signed_in(boris).get(f"/tasks/{task.number}/edit/"))
    assert "Participant" in page and "Description" not in page


def test_nobody_edits_what_he_may_not_see(pavel: Employee, boris: Employee) -> None:
    task = make(signed_in(pavel))

    assert signed_in(boris).get(f"/tasks/{task.number}/edit/").status_code == 404
    with pytest.raises(NotAllowed):
        editing.change(task, {"name": "Mine"}, seen=editing.values_of(task), by=boris)


def test_the_later_of_two_sees_what_the_first_changed(pavel: Employee, boris: Employee, olga: Employee) -> None:
    task = make(signed_in(pavel))
    browser = signed_in(olga)
    seen = _seen(browser.get(f"/tasks/{task.number}/edit/").content.decode())
    editing.change(task, {"name": "Order crates"}, seen=editing.values_of(task), by=pavel)

    answer = browser.post(f"/tasks/{task.number}/edit/", {"name": "Order bags", "description": "Blue", "seen": seen})

    assert answer.status_code == 422
    said = words(answer)
    assert "Somebody else changed this task meanwhile." in said and "Order crates" in said and "Blue" in said
    assert 'value="Order bags"' in answer.content.decode()
    assert Task.objects.get(pk=task.pk).name == "Order crates"
    # What another one changed elsewhere is no conflict, and stays.
    answer = browser.post(f"/tasks/{task.number}/edit/", {"name": "Order boxes", "description": "Blue", "seen": seen})
    assert answer.status_code == 302
    task.refresh_from_db()
    assert (task.name, task.description) == ("Order crates", "Blue")


@pytest.mark.django_db(transaction=True)
def test_two_who_assign_at_once_lose_nothing(olga: Employee, pavel: Employee, alice: Employee, boris: Employee) -> None:
    task = make(signed_in(olga))
    seen, start, outcomes = editing.values_of(task), Barrier(2), []

    def assign(who: Employee) -> None:
        start.wait(20)
        try:
            editing.change(task, {"assignee": [f"employee-{who.pk}"]}, seen=seen, by=olga)
            outcomes.append("done")
        except DeskError as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [Thread(target=assign, args=(who,)) for who in (alice, boris)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcomes) == [Outdated.__name__, "done"]
    assert Event.objects.filter(task=task, kind="task_edited").count() == 1
    assert len([kind for kind, _text in feed_of(task) if kind == "system"]) == 1
    assert len([one for role, one in people(task) if role == "assignee"]) == 1


def _seen(page: str) -> str:
    return unescape(page.partition('name="seen" value="')[2].partition('"')[0])
