from __future__ import annotations

import json
import re
from typing import Any

from django.test import Client

from otklik.desk.actions import comments, tasks
from otklik.desk.models import Comment, Employee, Event, Notice, Role, Task, TaskMember
from otklik.desk.tests.screens.stage import Writer, by_htmx, feed_of, part, signed_in, words


def write(browser: Client, task: Task, text: str, kind: str = "reply", **more: Any) -> Any:
    given = {"kind": kind, "text": text, **more}
    return browser.post(f"/tasks/{task.number}/comments/", given, headers=by_htmx())


def modes(employee: Employee, task: Task) -> str:
    return part(signed_in(employee).get(f"/tasks/{task.number}/"), "composer-modes")


def chosen(employee: Employee, task: Task) -> str:
    page = signed_in(employee).get(f"/tasks/{task.number}/").content.decode()
    return "reply" if 'id="mode-reply" checked' in page else "note"


def state(employee: Employee, task: Task) -> str:
    """What the open page of a task tells that it shows of the ways to the client."""
    found = re.search('name="state" value="([^"]+)"', modes(employee, task))
    assert found
    return found.group(1)


def test_a_reply_goes_to_the_client_and_counts_as_reading(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")

    answer = write(signed_in(pavel), task, "  Good day!\r\nHow can I help?  ")

    assert answer.status_code == 204
    told = json.loads(answer.headers["HX-Trigger"])["comment-added"]
    assert told == {"kind": "reply", "text": "Good day!\nHow can I help?", "files": []}
    assert feed_of(task)[1] == ("reply", "Good day!\nHow can I help?")
    assert not Notice.objects.filter(employee=pavel, read_at=None).exists()


def test_i6_anything_that_is_not_plainly_a_reply_is_a_note(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    browser = signed_in(pavel)

    write(browser, task, "For colleagues", kind="note")
    write(browser, task, "Nonsense", kind="client")
    browser.post(f"/tasks/{task.number}/comments/", {"text": "No kind"})

    assert [kind for kind, _text in feed_of(task)] == ["client", "note", "note", "note"]


def test_i6_who_joins_a_colleagues_conversation_starts_with_a_note(
    liza: Writer, pavel: Employee, alice: Employee
) -> None:
    task = liza.says("Hello")
    assert chosen(alice, task) == "reply"

    comments.add(task, by=pavel, text="Good day!", kind="reply")
    assert chosen(alice, task) == "note"
    assert chosen(pavel, task) == "reply"


def test_an_empty_and_an_overlong_text_are_refused_beside_the_field(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    browser = signed_in(pavel)

    empty, long = write(browser, task, " \n "), write(browser, task, "x" * 5001)

    assert (empty.status_code, words(empty)) == (422, "Write something first.")
    assert (long.status_code, words(long)) == (422, "At most 5000 characters fit; this has 5001.")
    assert len(feed_of(task)) == 1


def test_it_is_said_to_whom_a_reply_goes(liza: Writer, pavel: Employee) -> None:
    shown = modes(pavel, liza.says("Hello"))

    assert "<strong>Liza</strong> — Chrome 130, Windows 10, Moscow" in shown
    assert "<select" not in shown


def test_with_two_devices_one_chooses_and_the_latest_is_the_default(liza: Writer, pavel: Employee) -> None:
    task = liza.says("From my desk", email="liza@example.com")
    assert liza.says("From the road", on="phone", device="Safari 17, iPhone", email="liza@example.com") == task
    desk, phone = task.targets.order_by("pk")

    shown = modes(pavel, task)
    assert f'<option value="{phone.pk}" selected>Liza — Safari 17, iPhone' in shown
    assert f'<option value="{desk.pk}">Liza — Chrome 130, Windows 10, Moscow' in shown

    write(signed_in(pavel), task, "To your desk", target=str(desk.pk))
    assert task.comments.get(kind="reply").target == desk


def test_a_way_of_another_task_is_refused(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    task, other = liza.says("Hello"), oleg.says("Hello")

    answer = write(signed_in(pavel), task, "Secret", target=str(other.targets.get().pk))

    assert answer.status_code == 404
    assert len(feed_of(task)) == len(feed_of(other)) == 1


def test_a_participant_reads_and_notes_but_does_not_reply(liza: Writer, boris: Employee) -> None:
    task = liza.says("Hello")
    TaskMember.objects.create(task=task, role=Role.objects.get(key="participant"), employee=boris)

    shown = modes(boris, task)
    assert 'value="reply" id="mode-reply" disabled' in shown
    assert "Only assignees of this task and administrators answer the client." in shown

    browser = signed_in(boris)
    assert write(browser, task, "Me too!").status_code == 422
    assert write(browser, task, "I know her.", kind="note").status_code == 204
    assert feed_of(task) == [("client", "Hello"), ("note", "I know her.")]


def test_where_the_conversation_went_on_elsewhere_only_notes_are_left(
    liza: Writer, oleg: Writer, pavel: Employee
) -> None:
    task, elsewhere = liza.says("Hello"), oleg.says("Hi")
    way = task.targets.get()
    task.targets.update(is_open=False)
    elsewhere.targets.create(identity=way.identity, source=way.source, remote_id=way.remote_id)

    shown = modes(pavel, task)
    assert "This conversation goes on in another task" in shown
    assert 'value="reply" id="mode-reply" disabled' in shown
    assert write(signed_in(pavel), task, "Hello?").status_code == 422


def test_s11_a_superseded_task_links_the_one_in_which_the_conversation_goes_on(
    liza: Writer, pavel: Employee, boris: Employee
) -> None:
    first = liza.says("Hello")
    TaskMember.objects.create(task=first, role=Role.objects.get(key="participant"), employee=boris)
    tasks.reject(first, by=pavel, reason="Spam")
    browser = signed_in(pavel)
    shows = {"after": "2", "since": str(Task.objects.get(pk=first.pk).last_event), "state": "1-1"}

    second = liza.says("I am real!")

    link = f'<a href="/tasks/{second.number}/">№ {second.number} Liza (Chatra)</a>'
    assert link in modes(pavel, first)
    assert link in browser.get(f"/tasks/{first.number}/feed/", shows, headers=by_htmx()).content.decode()
    assert Event.objects.filter(task=first, kind="conversation_moved").count() == 1
    # Nobody learns of a task that he may not see.
    assert "This conversation goes on in another task" in modes(boris, first)
    assert f"/tasks/{second.number}/" not in modes(boris, first)


def test_an_open_page_learns_of_a_new_way_and_keeps_its_choice(liza: Writer, pavel: Employee) -> None:
    task = liza.says("From my desk", email="liza@example.com")
    [desk] = task.targets.all()
    browser = signed_in(pavel)
    shows = {"after": "1", "kind": "note", "target": str(desk.pk), "state": state(pavel, task)}
    path = f"/tasks/{task.number}/feed/"
    assert 'id="composer-modes"' not in browser.get(path, shows, headers=by_htmx()).content.decode()

    liza.says("From the road", on="phone", email="liza@example.com")

    answer = browser.get(path, shows, headers=by_htmx()).content.decode()
    assert 'id="composer-modes" data-modes hx-swap-oob="true"' in answer
    assert 'value="note" id="mode-note" checked' in answer
    assert f'<option value="{desk.pk}" selected>' in answer


def test_s19_an_open_page_learns_the_new_name_of_the_client(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello", "Is anybody there?")
    shows = {"after": "2", "first": "2", "kind": "reply", "state": state(pavel, task)}
    shows["since"] = str(Task.objects.get(pk=task.pk).last_event)
    browser, path = signed_in(pavel), f"/tasks/{task.number}/feed/"
    assert "Liza" not in browser.get(path, shows, headers=by_htmx()).content.decode()

    liza.says("It is me.", named="Elizaveta")

    answer = browser.get(path, shows, headers=by_htmx())
    assert "<strong>Elizaveta</strong>" in part(answer, "composer-modes")
    for text in ("Hello", "Is anybody there?", "It is me."):
        assert "Elizaveta" in part(answer, f"comment-{Comment.objects.get(text=text).number}")
