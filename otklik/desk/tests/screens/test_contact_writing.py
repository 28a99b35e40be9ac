"""The button "Write" on a card (§4.4)."""

from __future__ import annotations

import pytest

from otklik.desk.actions import tasks
from otklik.desk.models import Contact, Employee, ReplyTarget, Status, Task
from otklik.desk.tests.screens.stage import Writer, signed_in, words


@pytest.fixture
def asked(liza: Writer) -> Task:
    return liza.says("Hello")


def finish(task: Task, by: Employee) -> None:
    tasks.set_status(task, Status.objects.get(set=task.status.set_id, key="completed"), by=by)


def test_4_4_writing_leads_to_the_conversation_that_is_going_on(asked: Task, pavel: Employee) -> None:
    assert asked.contact
    answer = signed_in(pavel).post(f"/contacts/{asked.contact.number}/writing/")

    assert answer["Location"] == f"/tasks/{asked.number}/" and Task.objects.count() == 1


def test_4_4_else_a_new_task_of_the_client_takes_the_conversation_over(
    asked: Task, liza: Writer, pavel: Employee
) -> None:
    finish(asked, pavel)
    assert asked.contact
    browser = signed_in(pavel)

    answer = browser.post(f"/contacts/{asked.contact.number}/writing/")

    task = Task.objects.latest("pk")
    assert answer["Location"] == f"/tasks/{task.number}/" and task != asked
    assert (task.name, task.contact, task.source, task.previous) == (
        "Liza (Chatra)",
        asked.contact,
        asked.source,
        asked,
    )
    assigner = task.members.get(role__key="assigner")
    assert (assigner.contact, assigner.employee) == (asked.contact, None)
    assert ReplyTarget.objects.get(is_open=True).task == task
    said = browser.post(f"/tasks/{task.number}/comments/", {"mode": "reply", "kind": "reply", "text": "How are you?"})
    assert said.status_code < 400
    assert liza.says("Fine") == task, "her answer comes into the same task"


def test_7_a_conversation_of_colleagues_stays_theirs(asked: Task, boris: Employee) -> None:
    assert asked.contact
    answer = signed_in(boris).post(f"/contacts/{asked.contact.number}/writing/", follow=True)

    assert "Colleagues are talking with this contact" in words(answer) and Task.objects.count() == 1


def test_4_4_nobody_can_write_where_no_channel_leads(asked: Task, pavel: Employee) -> None:
    ReplyTarget.objects.update(is_open=False)
    contact = Contact.objects.get()
    browser = signed_in(pavel)

    assert "/writing/" not in browser.get(f"/contacts/{contact.number}/").content.decode()
    answer = browser.post(f"/contacts/{contact.number}/writing/", follow=True)
    assert "No channel leads to this contact" in words(answer)
