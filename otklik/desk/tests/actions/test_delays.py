"""Delayed tasks become active again by themselves (contracts/planfix-behaviour.md §6)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from otklik.desk.actions import delays, statuses, tasks, trash
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.jobs import wake_delayed
from otklik.desk.models import Comment, Delay, Employee, Notice, Status, StatusSet, Task
from otklik.desk.tests.actions.test_individual_statuses import given_to, key_of, status
from otklik.desk.tests.screens.stage import by_htmx, part, signed_in, words

pytestmark = pytest.mark.django_db


def soon() -> datetime:
    return timezone.now() + timedelta(days=1)


def pass_time() -> None:
    """As if the time had come."""
    Delay.objects.update(until=timezone.now() - timedelta(seconds=1))


def in_work(olga: Employee, pavel: Employee) -> Task:
    return tasks.accept(given_to(pavel, by=olga), by=pavel)


def test_6_at_the_time_the_task_has_its_status_of_before(olga: Employee, pavel: Employee) -> None:
    task = delays.delay(in_work(olga, pavel), status("delayed"), soon(), by=pavel)
    wake_delayed()
    assert key_of(task) == "delayed"

    pass_time()
    wake_delayed()
    wake_delayed()

    assert key_of(task) == "in_progress" and not Delay.objects.exists()
    line = Comment.objects.filter(task=task).latest("number")
    assert line.employee is None and line.data["to_key"] == "in_progress"
    assert Notice.objects.filter(task=task, employee=pavel, reason="status", event__actor=None).exists()
    numbers = list(Comment.objects.filter(task=task).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, Task.objects.get(pk=task.pk).comment_count + 1))


def test_6_without_a_time_it_stays(olga: Employee, pavel: Employee) -> None:
    task = delays.delay(in_work(olga, pavel), status("delayed"), None, by=pavel)

    assert key_of(task) == "delayed" and not Delay.objects.exists()


def test_another_time_keeps_where_it_returns_to(olga: Employee, pavel: Employee) -> None:
    task = delays.delay(in_work(olga, pavel), status("delayed"), soon(), by=pavel)
    later = timezone.now() + timedelta(days=9)

    delays.delay(task, status("delayed"), later, by=olga)

    delay = Delay.objects.get()
    assert delay.until == later and delay.back == status("in_progress")


def test_it_can_be_called_off(olga: Employee, pavel: Employee) -> None:
    task = delays.delay(in_work(olga, pavel), status("delayed"), soon(), by=pavel)

    delays.stay(task, by=pavel)

    assert key_of(task) == "delayed" and not Delay.objects.exists()


def test_6_whoever_changes_the_status_has_called_it_off(olga: Employee, pavel: Employee) -> None:
    task = delays.delay(in_work(olga, pavel), status("delayed"), soon(), by=pavel)

    tasks.set_status(task, status("cancelled"), by=olga)

    assert not Delay.objects.exists()


def test_a_time_that_has_passed_is_refused_and_nothing_changes(olga: Employee, pavel: Employee) -> None:
    task = in_work(olga, pavel)

    with pytest.raises(Refused) as refused:
        delays.delay(task, status("delayed"), timezone.now() - timedelta(hours=1), by=pavel)

    assert refused.value.field == "until" and key_of(task) == "in_progress"


def test_only_who_may_change_the_status_delays(olga: Employee, pavel: Employee, boris: Employee) -> None:
    task = in_work(olga, pavel)

    with pytest.raises(NotAllowed):
        delays.delay(task, status("delayed"), soon(), by=boris)
    assert not Delay.objects.exists()


def test_in_the_trash_it_waits_until_it_is_taken_out(olga: Employee, pavel: Employee) -> None:
    task = delays.delay(in_work(olga, pavel), status("delayed"), soon(), by=pavel)
    trash.trash(task, by=olga)
    pass_time()

    wake_delayed()
    assert key_of(task) == "delayed"

    trash.restore(task, by=olga)
    wake_delayed()
    assert key_of(task) == "in_progress"


def test_where_the_status_of_before_is_gone_it_is_in_progress(olga: Employee, pavel: Employee) -> None:
    standard = StatusSet.objects.get(key="standard")
    own = statuses.add(standard, by=olga, name="Waiting", colour="orange", is_active=True)
    task = tasks.set_status(in_work(olga, pavel), own, by=olga)
    delays.delay(task, status("delayed"), soon(), by=pavel)
    statuses.remove(own, by=olga)
    pass_time()

    wake_delayed()

    assert key_of(task) == "in_progress"


def test_the_header_offers_a_time_shows_it_and_takes_it_away(olga: Employee, pavel: Employee) -> None:
    task, browser = in_work(olga, pavel), signed_in(pavel)
    path = f"/tasks/{task.number}/"
    assert 'type="datetime-local"' in part(browser.get(path), "task-header")
    when = timezone.localtime() + timedelta(days=3)
    given = {"delay_until": status("delayed").pk, "until": when.strftime("%Y-%m-%dT%H:%M")}

    shown = browser.post(f"{path}status/", given, headers=by_htmx())

    assert shown.status_code == 200 and "then In progress" in words(shown)
    assert Delay.objects.get().until == when.replace(second=0, microsecond=0)
    shown = browser.post(f"{path}waking/", headers=by_htmx())
    assert "then In progress" not in words(shown) and not Delay.objects.exists()


@pytest.mark.parametrize(
    ("until", "sentence"), [("", "Choose the time."), ("2020-01-01T10:00", "This time has passed.")]
)
def test_a_wrong_time_is_told_beside_its_field(olga: Employee, pavel: Employee, until: str, sentence: str) -> None:
    task = in_work(olga, pavel)
    given = {"delay_until": status("delayed").pk, "until": until}

    shown = signed_in(pavel).post(f"/tasks/{task.number}/status/", given, headers=by_htmx())

    assert shown.status_code == 422 and sentence in words(shown)
    assert 'id="until-error"' in shown.content.decode() and f'value="{until}"' in shown.content.decode()
    assert key_of(task) == "in_progress"


def test_choosing_just_the_status_needs_no_time(olga: Employee, pavel: Employee) -> None:
    task = in_work(olga, pavel)
    given = {"status": str(status("delayed").pk), "until": "2020-01-01T10:00"}

    assert signed_in(pavel).post(f"/tasks/{task.number}/status/", given, headers=by_htmx()).status_code == 200
    assert Task.objects.get(pk=task.pk).status == Status.objects.get(pk=given["status"]) and not Delay.objects.exists()


def test_one_that_cannot_be_woken_stops_no_other(olga: Employee, pavel: Employee) -> None:
    first, second = in_work(olga, pavel), in_work(olga, pavel)
    for task in (first, second):
        delays.delay(task, status("delayed"), soon(), by=pavel)
    # A set in which nothing is active any more.
    lone = Status.objects.create(set=StatusSet.objects.create(name="Lone"), key="delayed", is_active=False, place=1)
    Task.objects.filter(pk=first.pk).update(status=lone)
    pass_time()

    wake_delayed()

    assert (key_of(first), key_of(second)) == ("delayed", "in_progress")
    assert Delay.objects.filter(task=first).exists()
