"""«Уведомить об этом» (contracts/planfix-behaviour.md §8.1)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk.actions import comments, delaying, employees, groups, keeping, members
from otklik.desk.errors import Refused
from otklik.desk.models import Comment, Draft, Employee, Group, Notice, NotificationSettings, Task
from otklik.desk.tests.screens.stage import Writer, by_htmx, feed_of, part, queries_of, signed_in, words

Kind = Comment.Kind


def e(employee: Employee) -> str:
    return f"employee-{employee.pk}"


def write(browser: Client, task: Task, text: str, *who: str, kind: str = "note", **more: Any) -> Any:
    given = {"kind": kind, "text": text, "circle": "1", "who": who, **more}
    return browser.post(f"/tasks/{task.number}/comments/", given, headers=by_htmx())


def first_of(browser: Client, task: Task, mode: str) -> set[str]:
    """Whom the composer begins with."""
    row = part(browser.get(f"/tasks/{task.number}/"), "composer-recipients")
    found = re.search(rf'data-{mode}="([^"]*)"', row)
    assert found is not None
    return set(found.group(1).split())


def hear_of(text: str) -> set[str]:
    return {one.employee.name for one in Notice.objects.filter(event__comment__text=text).select_related("employee")}


def test_8_1_only_the_chosen_hear_of_a_note_and_their_names_stand_under_it(
    liza: Writer, pavel: Employee, alice: Employee, olga: Employee
) -> None:
    task = liza.says("Hello")

    assert write(signed_in(pavel), task, "Do we have it?", e(olga)).status_code == 204

    assert hear_of("Do we have it?") == {"Olga"}
    assert "Notified: Olga" in words(signed_in(alice).get(f"/tasks/{task.number}/"))


def test_8_1_everybody_and_groups_are_chosen_at_once(
    liza: Writer, pavel: Employee, alice: Employee, boris: Employee, support: Group
) -> None:
    task = liza.says("Hello")
    members.change(task, "participant", [e(boris)], seen=[], by=pavel)

    write(signed_in(pavel), task, "To all", "everybody")
    write(signed_in(pavel), task, "To the group", f"group-{support.pk}")

    assert (hear_of("To all"), hear_of("To the group")) == ({"Alice", "Boris"}, {"Alice"})


def test_only_those_who_see_the_task_are_offered_and_taken(
    liza: Writer, pavel: Employee, boris: Employee, olga: Employee, support: Group
) -> None:
    task = liza.says("Hello")
    sales = Group.objects.create(name="Sales")
    sales.members.set([boris])

    row = part(signed_in(pavel).get(f"/tasks/{task.number}/"), "composer-recipients")
    assert all(name in row for name in ("Everybody in the task", "Support", "Alice", "Olga"))
    assert not any(name in row for name in ("Boris", "Sales", ">Pavel<"))
    for code in (e(boris), f"group-{sales.pk}"):
        answer = write(signed_in(pavel), task, "For Boris", code)
        assert answer.status_code == 422 and "Choose people who see this task" in words(answer)
    with pytest.raises(Refused):
        comments.add(task, by=pavel, text="For Boris", kind="note", notified={boris.pk})
    assert ("note", "For Boris") not in feed_of(task)


def test_8_1_a_comment_begins_with_the_last_author_and_those_he_notified(
    liza: Writer, pavel: Employee, alice: Employee, olga: Employee
) -> None:
    task = liza.says("Hello")

    comments.add(task, by=olga, text="Who takes it?", kind="note", notified={pavel.pk, alice.pk})

    assert first_of(signed_in(pavel), task, "note") == {e(olga), e(alice)}


def test_8_1_the_answer_to_a_client_begins_with_those_of_the_last_reply(
    liza: Writer, pavel: Employee, alice: Employee
) -> None:
    task = liza.says("Hello")
    assert first_of(signed_in(pavel), task, "reply") == set()

    comments.add(task, by=pavel, text="Good day", kind="reply", notified={alice.pk})
    liza.says("And?")

    assert first_of(signed_in(pavel), task, "reply") == {e(alice)}
    assert first_of(signed_in(alice), task, "reply") == set(), "she joins where Pavel has been talking"


def test_8_1_who_joins_a_talk_with_the_client_begins_with_nobody_among_colleagues_with_somebody(
    liza: Writer, pavel: Employee, alice: Employee
) -> None:
    task = liza.says("Hello")
    comments.add(task, by=pavel, text="Good day", kind="reply", notified=set())
    assert first_of(signed_in(alice), task, "note") == set()

    comments.add(task, by=pavel, text="A regular", kind="note", notified=set())

    assert first_of(signed_in(alice), task, "note") == {e(pavel)}


def test_8_1_the_clients_next_message_is_heard_by_who_answered_and_whom_he_chose(
    liza: Writer, pavel: Employee, alice: Employee, olga: Employee
) -> None:
    task = liza.says("Hello")
    assert hear_of("Hello") == {"Pavel", "Alice"}

    write(signed_in(pavel), task, "Good day", kind="reply")
    liza.says("Thank you")
    write(signed_in(pavel), task, "At your service", e(olga), kind="reply")
    liza.says("Goodbye")

    assert (hear_of("Thank you"), hear_of("Goodbye")) == ({"Pavel"}, {"Pavel", "Olga"})
    page = words(signed_in(alice).get(f"/tasks/{task.number}/"))
    assert "Hears the client's next message Olga, Pavel" in page


def test_8_1_a_reply_of_which_nobody_chose_goes_by_the_same_rule(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")

    comments.add(task, by=pavel, text="Good day", kind="reply")
    liza.says("Thank you")

    assert hear_of("Thank you") == {"Pavel"}


def test_who_follows_a_task_goes_on_hearing_whoever_is_chosen(
    liza: Writer, pavel: Employee, alice: Employee, olga: Employee
) -> None:
    task = liza.says("Hello")
    keeping.follow(task, is_wanted=True, by=alice)
    keeping.hear(task, "all", by=olga)

    write(signed_in(pavel), task, "Good day", kind="reply")
    liza.says("Thank you")
    write(signed_in(pavel), task, "To nobody", alone="1")

    assert hear_of("Thank you") == {"Pavel", "Alice", "Olga"} and hear_of("To nobody") == {"Alice", "Olga"}
    keeping.follow(task, is_wanted=False, by=alice)
    write(signed_in(pavel), task, "More", kind="reply")
    liza.says("Bye")
    assert hear_of("Bye") == {"Pavel", "Olga"}


def test_9_following_a_task_leaves_it_where_it_stands_in_the_lists_of_others(liza: Writer, alice: Employee) -> None:
    task = liza.says("Hello")
    place, moved_at = Task.objects.values_list("last_event", "updated_at").get(pk=task.pk)

    keeping.follow(task, is_wanted=False, by=alice)
    keeping.follow(task, is_wanted=True, by=alice)

    assert Task.objects.values_list("last_event", "updated_at").get(pk=task.pk) == (place, moved_at)
    assert "Follows the task" in words(signed_in(alice).get(f"/tasks/{task.number}/history/"))


def test_a_client_is_heard_though_who_talked_with_him_is_gone(
    liza: Writer, oleg: Writer, pavel: Employee, alice: Employee, olga: Employee, support: Group
) -> None:
    first, second = liza.says("Hello"), oleg.says("Hi")
    for task in (first, second):
        comments.add(task, by=pavel, text="Good day", kind="reply", notified=set())
    groups.save(support, by=olga, name="Support", members=[alice])
    liza.says("Anybody?")
    assert hear_of("Anybody?") == {"Alice"}

    members.change(second, "participant", [e(pavel)], seen=[], by=olga)
    comments.add(Task.objects.get(pk=second.pk), by=olga, text="Hello", kind="reply", notified={pavel.pk})
    Task.objects.filter(pk=second.pk).update(notified=[pavel.pk])
    employees.block(pavel, by=olga, is_wanted=False)
    employees.block(pavel, by=olga, is_wanted=True)
    oleg.says("Where are you?")
    assert hear_of("Where are you?") == {"Alice"}


def test_8_1_a_note_for_nobody_is_asked_about_once(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    browser = signed_in(pavel)

    answer = write(browser, task, "To myself")
    assert answer.status_code == 422 and "Nobody is notified of this note." in words(answer)
    assert ("note", "To myself") not in feed_of(task)

    assert 'name="alone" value="1"' in answer.content.decode()
    assert write(browser, task, "To myself", alone="1").status_code == 204
    assert write(browser, task, "Good day", kind="reply").status_code == 204, "a reply has the client"
    assert write(browser, task, "@Alice, look").status_code == 204, "a name notifies"
    assert write(browser, task, "").status_code == 422 and "Write something" in words(write(browser, task, ""))


def test_8_1_each_person_switches_the_question_off(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    browser = signed_in(pavel)
    given = {"waits_minutes": "10", "mail_minutes": "10"}

    browser.post("/notifications/", given)
    assert NotificationSettings.objects.get(employee=pavel).warns_alone is False
    assert write(browser, task, "To myself").status_code == 204

    browser.post("/notifications/", {**given, "warns_alone": "on"})
    assert write(browser, task, "To myself again").status_code == 422


def test_8_1_a_reply_to_a_comment_takes_its_author_and_those_he_notified(
    liza: Writer, pavel: Employee, alice: Employee, olga: Employee
) -> None:
    task = liza.says("Hello")
    comments.add(task, by=olga, text="Look", kind="note", notified={alice.pk})

    page = signed_in(pavel).get(f"/tasks/{task.number}/").content.decode()

    assert f'data-quote="note" data-involved="{e(olga)} {e(alice)}"' in page
    assert 'data-quote="client" data-involved=""' in page


def test_a_draft_keeps_the_choice(liza: Writer, pavel: Employee, alice: Employee) -> None:
    task = liza.says("Hello")
    given = {"kind": "note", "text": "Look", "key": "k", "circle": "", "who": [e(alice)]}

    signed_in(pavel).post(f"/tasks/{task.number}/draft/", given, headers=by_htmx())

    assert Draft.objects.get().who == [e(alice)]
    assert f'data-who="={e(alice)}"' in signed_in(pavel).get(f"/tasks/{task.number}/").content.decode()


def test_what_is_sent_later_notifies_those_chosen_now(liza: Writer, pavel: Employee, olga: Employee) -> None:
    task = liza.says("Hello")
    at = timezone.now() + timedelta(hours=1)

    delayed = delaying.delay(task, by=pavel, kind="note", text="Tomorrow", at=at, key="k", who=[e(olga)])
    delaying.write_now(delayed, by=pavel)

    assert hear_of("Tomorrow") == {"Olga"}


def test_the_dialog_for_later_takes_the_choice_along(liza: Writer, pavel: Employee, olga: Employee) -> None:
    task = liza.says("Hello")
    given = {"kind": "note", "text": "Tomorrow", "key": "k", "circle": "1", "who": [e(olga)]}

    dialog = signed_in(pavel).post(f"/tasks/{task.number}/delayed/asking/", given, headers=by_htmx())

    assert f'name="who" value="{e(olga)}"' in dialog.content.decode()
    assert 'name="circle"' in dialog.content.decode()


def test_the_row_comes_anew_when_it_has_changed(liza: Writer, pavel: Employee, alice: Employee) -> None:
    task = liza.says("Hello")
    browser = signed_in(pavel)
    state = re.search(r'name="circle" value="(\w+)"', browser.get(f"/tasks/{task.number}/").content.decode())
    assert state is not None
    address = f"/tasks/{task.number}/feed/?circle={state.group(1)}"
    assert "composer-recipients" not in browser.get(address).content.decode()

    comments.add(task, by=alice, text="Look", kind="note", notified={pavel.pk})

    assert f'data-note="{e(alice)}"' in part(browser.get(address), "composer-recipients")


def test_more_comments_ask_the_database_no_more(liza: Writer, pavel: Employee, alice: Employee) -> None:
    task = liza.says("Hello")
    browser = signed_in(pavel)
    comments.add(task, by=alice, text="1", kind="note", notified={pavel.pk})
    few = queries_of(browser, f"/tasks/{task.number}/")

    for number in range(2, 8):
        comments.add(task, by=alice, text=str(number), kind="note", notified={pavel.pk})

    assert queries_of(browser, f"/tasks/{task.number}/") == few
