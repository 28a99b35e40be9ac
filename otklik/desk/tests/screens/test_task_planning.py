"""Due dates, reminders, checklists, subtasks, favourites, following (contracts/planfix-behaviour.md §7, §8.1)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from otklik.desk.actions import checklists, due_dates, keeping, making, reminders, subtasks, task_people, tasks, trash
from otklik.desk.errors import DeskError, NotAllowed, Outdated, Refused
from otklik.desk.models import Employee, Event, Notice, Reminder, Role, Status, Subtask, Task, TaskMember
from otklik.desk.tests.screens.stage import Writer, by_htmx, part, signed_in, words

pytestmark = pytest.mark.django_db


def make(by: Employee, name: str = "Order boxes", **people: list[Employee]) -> Task:
    values: dict[str, Any] = {"name": name, "description": ""}
    values |= {role: [f"employee-{one.pk}" for one in people.get(role, [])] for role in task_people.ROLES}
    return making.make(values, by=by)


def seen_in(page: Any) -> str:
    return unescape(page.content.decode().partition('name="seen" value="')[2].partition('"')[0])


def test_a_due_date_stands_wherever_the_task_stands(pavel: Employee, boris: Employee) -> None:
    task = make(pavel, assignee=[boris])
    pavel.user.timezone = "Asia/Tokyo"
    pavel.user.save()
    browser = signed_in(pavel)
    page = browser.get(f"/tasks/{task.number}/times/")

    given = {"day": "2020-05-04", "at": "09:30", "seen": seen_in(page)}
    assert browser.post(f"/tasks/{task.number}/times/", given).status_code == 302

    task.refresh_from_db()
    assert task.due.at and task.due.at.isoformat() == "2020-05-04T00:30:00+00:00"
    for address in (f"/tasks/{task.number}/", "/tasks/"):
        assert "Overdue: 4 May 2020, 09:30" in words(browser.get(address))
    assert "Overdue: 4 May 2020, 00:30" in words(signed_in(boris).get("/"))
    assert "Pavel · Due: empty → 4 May 2020, 09:30" in words(browser.get(f"/tasks/{task.number}/"))
    [notice] = Notice.objects.filter(employee=boris, event__kind="due_changed")
    assert notice.reason == "due"

    tasks.set_status(task, Status.objects.get(set=task.status.set_id, key="completed"), by=pavel)
    done = words(browser.get(f"/tasks/{task.number}/"))
    assert "Overdue" not in done and "4 May 2020, 09:30" in done


def test_a_whole_day_is_over_when_it_is_over_for_the_reader(pavel: Employee) -> None:
    task = make(pavel, assignee=[pavel])
    today = timezone.now().date()
    due_dates.change(task, today, seen=None, by=pavel)

    task.refresh_from_db()
    noon = datetime.combine(today, time(12), tzinfo=UTC)
    with timezone.override("Pacific/Kiritimati"):
        assert not task.due.is_over(noon - timedelta(days=1))
        assert task.due.is_over(noon)
    with timezone.override("Pacific/Midway"):
        assert not task.due.is_over(noon)


@pytest.mark.parametrize("given", [{"day": "soon"}, {"day": "", "at": "10:00"}, {"day": "1020-01-01"}, {"at": "26:00"}])
def test_what_is_no_date_is_said_beside_it_and_nothing_changes(pavel: Employee, given: dict[str, str]) -> None:
    task = make(pavel)

    answer = signed_in(pavel).post(f"/tasks/{task.number}/times/", {"seen": '{"due": null}', **given})

    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert due_dates.facts_of(task) is None


def test_7_a_participant_moves_no_due_date(pavel: Employee, boris: Employee) -> None:
    task = make(pavel, participant=[boris])

    with pytest.raises(NotAllowed):
        due_dates.change(task, date(2026, 12, 1), seen=None, by=boris)
    with pytest.raises(NotAllowed):
        checklists.add(task, ["Mine"], by=boris)
    page = words(signed_in(boris).get(f"/tasks/{task.number}/times/"))
    assert "There is no due date." in page and "Remind me" in page


def test_the_later_of_two_sees_the_due_date_of_the_first(pavel: Employee, olga: Employee) -> None:
    task = make(pavel)
    browser = signed_in(olga)
    seen = seen_in(browser.get(f"/tasks/{task.number}/times/"))
    due_dates.change(task, date(2030, 1, 2), time(10), seen=None, by=pavel)

    answer = browser.post(f"/tasks/{task.number}/times/", {"day": "2030-01-03", "seen": seen})

    said = words(answer)
    assert answer.status_code == 422
    assert "Somebody else changed the due date meanwhile." in said and "2 January 2030, 10:00" in said
    assert 'value="2030-01-03"' in answer.content.decode()
    with pytest.raises(Outdated):
        due_dates.change(task, None, seen=None, by=olga)


def test_a_reminder_comes_into_the_chronicle_of_who_wanted_it(pavel: Employee, boris: Employee) -> None:
    task = make(pavel, assignee=[boris])
    Notice.objects.all().delete()
    reminder = reminders.add(task, timezone.now() + timedelta(hours=1), note="Ask for the price", by=boris)
    assert "Ask for the price" in part(signed_in(boris).get(f"/tasks/{task.number}/"), "task-side")
    assert "Ask for the price" not in part(signed_in(pavel).get(f"/tasks/{task.number}/"), "task-side")
    assert "Reminder set" in words(signed_in(boris).get(f"/tasks/{task.number}/history/"))
    assert "Reminder" not in words(signed_in(pavel).get(f"/tasks/{task.number}/history/"))
    assert reminders.fire_due() == 0

    # It was due while nothing ran.
    Reminder.objects.filter(pk=reminder.pk).update(at=timezone.now() - timedelta(days=1))
    assert reminders.fire_due() == 1
    assert reminders.fire_due() == 0

    [notice] = Notice.objects.all()
    assert (notice.employee, notice.task, notice.reason) == (boris, task, "reminder")
    assert "Reminder: Ask for the price" in words(signed_in(boris).get("/"))


def test_a_reminder_is_cancelled_by_its_owner_only(pavel: Employee, boris: Employee) -> None:
    task = make(pavel, assignee=[boris])
    browser = signed_in(boris)
    assert browser.post(f"/tasks/{task.number}/reminders/", {"when": "morning"}).status_code == 302
    reminder = Reminder.objects.get()
    address = f"/tasks/{task.number}/reminders/{reminder.pk}/cancellation/"

    signed_in(pavel).post(address)
    assert Reminder.objects.exists()
    with pytest.raises(NotAllowed):
        reminders.cancel(reminder, by=pavel)
    assert "The reminder is cancelled." in words(browser.post(address, follow=True))
    assert not Reminder.objects.exists()


@pytest.mark.parametrize("given", [
    {"when": "own"}, {"when": "own", "at": "2001-01-01T10:00"}, {"when": "own", "at": "9999-01-01T10:00"},
    {"when": "never"}, {"when": "hour", "note": "a" * 201},
])  # fmt: skip
def test_a_reminder_that_cannot_be_is_refused(pavel: Employee, given: dict[str, str]) -> None:
    task = make(pavel)

    answer = signed_in(pavel).post(f"/tasks/{task.number}/reminders/", given)

    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert not Reminder.objects.exists()


def test_nobody_is_reminded_of_a_task_that_he_may_not_see_any_more(pavel: Employee, boris: Employee) -> None:
    task, trashed = make(pavel, assignee=[boris]), make(pavel, assignee=[boris])
    for one in (task, trashed):
        reminder = reminders.add(one, timezone.now() + timedelta(hours=1), by=boris)
        Reminder.objects.filter(pk=reminder.pk).update(at=timezone.now())
    TaskMember.objects.filter(task=task, employee=boris).delete()
    trash.trash(trashed, by=pavel)
    Notice.objects.all().delete()

    assert reminders.fire_due() == 2
    assert not Notice.objects.exists()


def test_a_checklist_is_added_ticked_ordered_and_cleared(pavel: Employee, boris: Employee) -> None:
    task = make(pavel, assignee=[boris])
    browser, address = signed_in(boris), f"/tasks/{task.number}/checklist/"

    assert browser.post(address, {"texts": "Measure\r\n\r\n  Ask for  a price \r\nOrder"}).status_code == 302
    first, second, third = task.checklist.all()
    assert [first.text, second.text, third.text] == ["Measure", "Ask for a price", "Order"]

    ticked = browser.post(f"{address}{second.pk}/", {"do": "tick"}, headers=by_htmx())
    assert (ticked.status_code, ticked.headers["HX-Trigger"]) == (204, '{"feed-changed": {}}')
    side = part(browser.get(f"/tasks/{task.number}/"), "task-side")
    assert "1/3" in side and 'title="Boris,' in side
    checklists.tick(second, is_done=True, by=pavel)
    second.refresh_from_db()
    assert second.done_by == boris

    browser.post(f"{address}{third.pk}/", {"do": "up"})
    browser.post(f"{address}{third.pk}/", {"do": "up"})
    browser.post(f"{address}{third.pk}/", {"do": "up"})
    browser.post(f"{address}{first.pk}/", {"do": "reword", "text": "Measure twice"})
    browser.post(f"{address}{second.pk}/", {"do": "remove"})
    assert [item.text for item in task.checklist.all()] == ["Order", "Measure twice"]
    kinds = Event.objects.filter(task=task, kind="checklist_changed").order_by("number")
    assert [event.data["what"] for event in kinds] == ["added", "ticked", "moved", "moved", "reworded", "removed"]


def test_a_checklist_has_limits(pavel: Employee) -> None:
    task = make(pavel)
    browser, address = signed_in(pavel), f"/tasks/{task.number}/checklist/"

    for texts in ("", " \n ", "a" * 501, "\n".join(["a"] * 101)):
        answer = browser.post(address, {"texts": texts})
        assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert not task.checklist.exists()
    [item] = checklists.add(task, ["Measure"], by=pavel)
    checklists.remove(item, by=pavel)
    with pytest.raises(Refused):
        checklists.tick(item, is_done=True, by=pavel)
    gone = browser.post(f"{address}{item.pk}/", {"do": "tick"}, headers=by_htmx())
    assert (gone.status_code, "has removed this item" in words(gone)) == (422, True)


def test_an_item_of_another_task_is_not_reached(pavel: Employee, boris: Employee) -> None:
    mine, other = make(boris), make(pavel)
    [item] = checklists.add(other, ["Measure"], by=pavel)

    signed_in(boris).post(f"/tasks/{mine.number}/checklist/{item.pk}/", {"do": "remove"})
    assert signed_in(boris).post(f"/tasks/{other.number}/checklist/{item.pk}/", {"do": "remove"}).status_code == 404

    assert other.checklist.count() == 1


def test_a_subtask_is_made_found_and_taken_out(pavel: Employee, boris: Employee) -> None:
    parent, hidden = make(pavel, "Move house", assignee=[boris]), make(pavel, "Ask the bank")
    subtasks.attach(hidden, parent=parent, by=pavel)
    browser = signed_in(pavel)
    given = {"name": "Order boxes", "client": "", "parent": str(parent.number), "participant": [f"employee-{boris.pk}"]}
    assert "It becomes a part of" in words(browser.get(f"/tasks/new/?parent={parent.number}"))
    assert browser.post("/tasks/new/", given).status_code == 302
    child = Task.objects.get(name="Order boxes")

    assert f"part of № {parent.number} Move house" in words(signed_in(boris).get(f"/tasks/{child.number}/"))
    side = words(signed_in(boris).get(f"/tasks/{parent.number}/"))
    assert "Subtasks 0/2" in side and "Order boxes" in side and "1 more that you may not see" in side
    assert "Ask the bank" not in part(signed_in(boris).get(f"/tasks/{parent.number}/"), "task-side")
    assert f"Pavel · Subtask added: № {child.number} Order boxes" in side
    tasks.set_status(child, Status.objects.get(set=child.status.set_id, key="completed"), by=pavel)
    assert "Subtasks 1/2" in words(browser.get(f"/tasks/{parent.number}/"))

    assert browser.post(f"/tasks/{parent.number}/subtasks/", {"out": child.number}).status_code == 302
    assert "Subtasks 0/1" in words(browser.get(f"/tasks/{parent.number}/"))
    assert "Not a part of another task any more" in words(browser.get(f"/tasks/{child.number}/"))
    again = browser.post(f"/tasks/{parent.number}/subtasks/", {"typed": f"№ {child.number}"})
    assert again.status_code == 302 and Subtask.objects.filter(task=child, parent=parent).exists()


def test_subtasks_make_no_circle_and_no_tower(pavel: Employee) -> None:
    line = [make(pavel, f"Level {level}") for level in range(6)]
    for below, above in zip(line[1:5], line[:4], strict=True):
        subtasks.attach(below, parent=above, by=pavel)

    for child, parent in ((line[0], line[0]), (line[0], line[4]), (line[5], line[4])):
        answer = signed_in(pavel).post(f"/tasks/{parent.number}/subtasks/", {"number": child.number})
        assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    subtasks.attach(line[5], parent=line[3], by=pavel)
    assert Subtask.objects.count() == 5


def test_a_subtask_needs_the_right_in_both(pavel: Employee, boris: Employee) -> None:
    mine, others = make(boris), make(pavel, participant=[boris])

    with pytest.raises(NotAllowed):
        subtasks.attach(mine, parent=others, by=boris)
    with pytest.raises(NotAllowed):
        subtasks.attach(others, parent=mine, by=boris)
    hidden = make(pavel, "Secret")
    answer = signed_in(boris).post(f"/tasks/{mine.number}/subtasks/", {"number": hidden.number})
    assert "There is no task with this number." in words(answer)


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_close_no_circle(pavel: Employee) -> None:
    one, other = make(pavel, "One"), make(pavel, "Other")
    start, outcomes = Barrier(2), []

    def attach(task: Task, parent: Task) -> None:
        start.wait(20)
        try:
            subtasks.attach(task, parent=parent, by=pavel)
            outcomes.append("done")
        except DeskError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=attach, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcomes) == ["done", "refused"]
    assert Subtask.objects.count() == 1


def test_a_favourite_is_ones_own(pavel: Employee, boris: Employee) -> None:
    task = make(pavel, assignee=[boris])
    browser = signed_in(boris)

    answer = browser.post(f"/tasks/{task.number}/favourite/", headers=by_htmx())

    assert 'aria-pressed="true"' in answer.content.decode()
    assert "Order boxes" in words(browser.get("/tasks/favourites/"))
    assert "No favourites yet" in words(signed_in(pavel).get("/tasks/favourites/"))
    TaskMember.objects.filter(task=task, employee=boris).delete()
    assert "No favourites yet" in words(browser.get("/tasks/favourites/"))
    with pytest.raises(NotAllowed):
        keeping.set_favourite(task, is_one=True, by=boris)


def test_8_1_who_follows_hears_and_who_does_not_hears_nothing(liza: Writer, pavel: Employee, boris: Employee) -> None:
    task = liza.says("Hello")
    TaskMember.objects.create(task=task, role=Role.objects.get(key="participant"), employee=boris)
    browser = signed_in(boris)
    assert "Follow" in words(browser.get(f"/tasks/{task.number}/"))

    browser.post(f"/tasks/{task.number}/following/", headers=by_htmx())
    signed_in(pavel).post(f"/tasks/{task.number}/following/", {"off": "1"})
    Notice.objects.all().delete()
    liza.says("Are you there?")

    heard = set(Notice.objects.values_list("employee", flat=True))
    assert boris.pk in heard and pavel.pk not in heard
    assert "Do not follow any more" in words(browser.get(f"/tasks/{task.number}/"))
