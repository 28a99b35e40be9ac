from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from otklik.desk.actions import status_sets, statuses, tasks, trash
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Employee, Event, Status, StatusSet, Task, TaskTemplate
from otklik.desk.tests.screens.stage import Writer, by_htmx, part, signed_in, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def standard() -> StatusSet:
    return StatusSet.objects.get(key="standard")


def status(key: str) -> Status:
    return Status.objects.get(set__key="standard", key=key)


def names(statuses: StatusSet) -> list[str]:
    return [row.own_name or row.key for row in statuses.statuses.order_by("place")]


def add(olga: Employee, standard: StatusSet, name: str = "Waiting", **more: Any) -> Status:
    return statuses.add(standard, by=olga, **{"name": name, "colour": "orange", "is_active": True, **more})


def post(browser: Client, standard: StatusSet, path: str = "", **given: Any) -> Any:
    return browser.post(f"/management/statuses/{standard.pk}/{path}", {"sharing": "shared", **given})


def test_6_an_own_status_is_added_and_offered_in_the_task(liza: Writer, olga: Employee, standard: StatusSet) -> None:
    task = liza.says("Hello")

    answer = post(signed_in(olga), standard, name=" Waiting  for the parcel ", colour="orange", type="active")

    assert answer.status_code == 302
    assert names(standard)[-1] == "Waiting for the parcel"
    page = part(signed_in(olga).get(f"/tasks/{task.number}/"), "task-header")
    assert "Waiting for the parcel" in page and "dot--orange" in page


def test_6_new_in_progress_and_done_are_active_and_the_others_are_not(standard: StatusSet) -> None:
    active = standard.statuses.filter(is_active=True).order_by("place")

    assert list(active.values_list("key", flat=True)) == ["new", "in_progress", "waiting", "done"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": " "}, "Give the status a name."),
        ({"name": "in PROGRESS"}, "This set has a status with this name already."),
        ({"name": "x" * 61}, "60"),
        ({"colour": "pink"}, "Select a valid choice."),
        ({"type": "sleeping"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_with_a_new_status_stands_beside_its_field(
    olga: Employee, standard: StatusSet, given: dict[str, str], sentence: str
) -> None:
    answer = post(signed_in(olga), standard, **{"name": "Waiting", "colour": "orange", "type": "active", **given})

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert 'aria-invalid="true"' in answer.content.decode()
    assert standard.statuses.count() == 9


def test_s11_the_type_decides_whether_the_next_message_makes_a_new_task(
    liza: Writer, olga: Employee, standard: StatusSet
) -> None:
    task = liza.says("Hello")
    waiting = add(olga, standard)
    tasks.set_status(task, waiting, by=olga)
    assert liza.says("Still there?") == task

    browser = signed_in(olga)
    shown = browser.get(f"/management/statuses/{standard.pk}/{waiting.pk}/").context["seen"]
    given = {"name": "Waiting", "colour": "orange", "type": "inactive", "seen": shown}
    assert post(browser, standard, f"{waiting.pk}/", **given).status_code == 302

    second = liza.says("Hello again")
    assert (second != task, second.reason) == (True, "inactive")
    assert Event.objects.get(kind="status_edited").data["changes"] == {"is_active": [True, False]}


def test_6_a_system_status_keeps_its_name_but_not_its_colour(olga: Employee, standard: StatusSet) -> None:
    done = status("done")
    browser = signed_in(olga)
    page = browser.get(f"/management/statuses/{standard.pk}/{done.pk}/")
    assert 'name="name"' not in page.content.decode()

    given = {"name": "Ready", "colour": "red", "type": "active", "seen": page.context["seen"]}
    post(browser, standard, f"{done.pk}/", **given)

    assert (status("done").own_name, status("done").colour) == ("", "red")


def test_of_two_administrators_the_later_sees_what_changed_and_keeps_what_he_typed(
    olga: Employee, standard: StatusSet
) -> None:
    waiting = add(olga, standard)
    browser, path = signed_in(olga), f"{waiting.pk}/"
    shown = browser.get(f"/management/statuses/{standard.pk}/{path}").context["seen"]
    statuses.change(
        waiting, {"name": "Waiting", "colour": "red", "is_active": True}, seen=statuses.values_of(waiting), by=olga
    )

    answer = post(browser, standard, path, name="On hold", colour="orange", type="active", seen=shown)

    assert answer.status_code == 422
    assert "Somebody else changed this status meanwhile." in words(answer)
    page = answer.content.decode()
    assert 'value="On hold"' in page
    assert '<option value="red" selected>' in page
    again = {"name": "On hold", "colour": "red", "type": "active", "seen": answer.context["seen"]}
    assert post(browser, standard, path, **again).status_code == 302
    waiting.refresh_from_db()
    assert (waiting.name, waiting.colour) == ("On hold", "red")


def test_statuses_change_places(olga: Employee, standard: StatusSet) -> None:
    browser, waiting = signed_in(olga), status("waiting")

    post(browser, standard, f"{waiting.pk}/place/", to="up")
    assert names(standard)[:4] == ["draft", "new", "waiting", "in_progress"]
    post(browser, standard, f"{waiting.pk}/place/", to="down")
    assert names(standard)[:4] == ["draft", "new", "in_progress", "waiting"]

    draft = status("draft")
    post(browser, standard, f"{draft.pk}/place/", to="up")
    assert names(standard)[0] == "draft"


def test_6_one_that_is_used_is_not_deleted_silently(liza: Writer, olga: Employee, standard: StatusSet) -> None:
    task, waiting = liza.says("Hello"), add(olga, standard)
    tasks.set_status(task, waiting, by=olga)
    trash.trash(task, by=olga)
    browser, path = signed_in(olga), f"{waiting.pk}/removal/"

    assert "1 task has it." in words(browser.get(f"/management/statuses/{standard.pk}/{path}"))
    refused = post(browser, standard, path)
    assert refused.status_code == 422
    assert "1 task has this status. Choose the status that they get." in words(refused)
    assert Status.objects.filter(pk=waiting.pk).exists()

    answer = post(browser, standard, path, replacement=status("completed").pk)

    assert answer.status_code == 302
    assert not Status.objects.filter(pk=waiting.pk).exists()
    task.refresh_from_db()
    assert task.status == status("completed") and task.completed_at
    shown = words(browser.get(f"/tasks/{task.number}/"))
    # What the feed told before still has the name of the status that is gone.
    assert "Status: Waiting" in shown and "Status: Completed" in shown


@pytest.mark.parametrize("replacement", ["draft", "elsewhere", "itself"])
def test_a_replacement_is_another_status_of_the_set(
    liza: Writer, olga: Employee, standard: StatusSet, replacement: str
) -> None:
    task, waiting = liza.says("Hello"), add(olga, standard)
    tasks.set_status(task, waiting, by=olga)
    other = status_sets.make("Sales", like=standard, by=olga)
    wrong = {"draft": status("draft"), "elsewhere": other.statuses.get(key="new"), "itself": waiting}[replacement]

    with pytest.raises(Refused) as refused:
        statuses.remove(waiting, by=olga, replacement=wrong)

    assert refused.value.field == "replacement"

    task.refresh_from_db()
    assert task.status == waiting


def test_6_a_system_status_is_taken_out_and_put_back(liza: Writer, olga: Employee, standard: StatusSet) -> None:
    task = liza.says("Hello")
    browser = signed_in(olga)
    post(browser, standard, f"{status('rejected').pk}/removal/")
    assert "rejected" not in names(standard)

    header = part(browser.get(f"/tasks/{task.number}/"), "task-header")
    assert "Accept" in header and "Reject" not in header
    answer = browser.post(f"/tasks/{task.number}/rejection/", {"reason": "Spam"}, headers=by_htmx())
    assert "This task has no such status." in words(answer)

    post(browser, standard, "system/", key="rejected")
    assert names(standard)[-1] == "rejected"
    assert post(browser, standard, "system/", key="rejected").status_code == 302
    assert names(standard).count("rejected") == 1


def test_without_new_a_task_begins_with_the_first_active_status(
    liza: Writer, olga: Employee, standard: StatusSet
) -> None:
    statuses.remove(status("new"), by=olga)

    assert liza.says("Hello").status == status("in_progress")


def test_an_active_status_always_stays(olga: Employee, standard: StatusSet) -> None:
    for key in ("new", "in_progress", "waiting"):
        statuses.remove(status(key), by=olga)
    done = status("done")

    with pytest.raises(Refused) as removed:
        statuses.remove(done, by=olga)
    with pytest.raises(Refused) as changed:
        statuses.change(done, {**statuses.values_of(done), "is_active": False}, seen=statuses.values_of(done), by=olga)
    draft = status("draft")
    values = statuses.values_of(draft)
    with pytest.raises(Refused) as drafted:
        statuses.change(draft, {**values, "is_active": True}, seen=values, by=olga)
    fields = [refused.value.field for refused in (removed, changed, drafted)]
    assert fields == ["status", "is_active", "is_active"]
    assert status("done").is_active and not status("draft").is_active


def test_6_only_allowed_steps_are_offered_and_others_refused(
    liza: Writer, olga: Employee, pavel: Employee, standard: StatusSet
) -> None:
    task = liza.says("Hello")
    new, completed = status("new"), status("completed")
    browser = signed_in(olga)
    shown = status_sets.steps_of(standard)
    assert str(completed.pk) in shown[str(new.pk)]

    steps = {f"from-{before}": [one for one in after if one != str(completed.pk)] for before, after in shown.items()}
    seen = browser.get(f"/management/statuses/{standard.pk}/").context["seen"]
    assert post(browser, standard, "transitions/", seen=seen, **steps).status_code == 302

    assert "Completed" not in part(signed_in(pavel).get(f"/tasks/{task.number}/"), "task-header")
    given = {"status": str(completed.pk)}
    answer = signed_in(pavel).post(f"/tasks/{task.number}/status/", given, headers=by_htmx())
    assert answer.status_code == 422
    assert "A task cannot go from “New” to “Completed”." in words(answer)
    assert Task.objects.get(pk=task.pk).status == new
    # What happens by itself is not bound by the steps of persons.
    assert tasks.set_status(task, completed, by=None).status == completed


def test_6_accept_and_reject_are_offered_where_the_steps_allow_them(
    liza: Writer, olga: Employee, pavel: Employee, standard: StatusSet
) -> None:
    task, new = liza.says("Hello"), str(status("new").pk)
    steps = status_sets.steps_of(standard)
    status_sets.allow(standard, {**steps, new: [str(status("rejected").pk)]}, seen=steps, by=olga)

    header = words(signed_in(pavel).get(f"/tasks/{task.number}/"))
    assert "Accept" not in header and "Reject the task" in header
    with pytest.raises(Refused):
        tasks.accept(task, by=pavel)
    assert tasks.reject(task, by=pavel, reason="Spam").status == status("rejected")


def test_steps_that_changed_meanwhile_are_shown_and_ticks_kept(olga: Employee, standard: StatusSet) -> None:
    browser = signed_in(olga)
    seen = browser.get(f"/management/statuses/{standard.pk}/").context["seen"]
    steps = status_sets.steps_of(standard)
    waiting = add(olga, standard)
    done, new = str(status("done").pk), str(status("new").pk)

    given = {f"from-{before}": after for before, after in steps.items()} | {f"from-{done}": [new]}
    answer = post(browser, standard, "transitions/", seen=seen, **given)

    assert answer.status_code == 422
    assert "Somebody else changed this set meanwhile." in words(answer)
    ticked = {row["status"].pk: [one.pk for one, is_on in row["cells"] if is_on] for row in answer.context["matrix"]}
    assert ticked[int(done)] == [int(new)]
    # Nobody forbids a status that he has not seen.
    assert waiting.pk in ticked[int(new)]


def test_6_a_set_of_ones_own(liza: Writer, olga: Employee, standard: StatusSet) -> None:
    steps = status_sets.steps_of(standard)
    new = str(status("new").pk)
    status_sets.allow(standard, {**steps, new: []}, seen=steps, by=olga)
    browser = signed_in(olga)

    browser.post("/management/statuses/", {"name": "Sales", "like": standard.pk})
    sales = StatusSet.objects.get(name="Sales")
    assert names(sales) == names(standard)
    assert status_sets.steps_of(sales)[str(sales.statuses.get(key="new").pk)] == []
    assert "There is a set with this name already." in words(
        browser.post("/management/statuses/", {"name": "sales", "like": standard.pk})
    )

    TaskTemplate.objects.update(status_set=sales)
    task = liza.says("Hello")
    assert task.status.set == sales
    refused = post(browser, sales, "removal/")
    assert refused.status_code == 422 and "It is still used by: Standard template, 1 task." in words(refused)

    TaskTemplate.objects.update(status_set=standard)
    assert "It is still used by: 1 task." in words(post(browser, sales, "removal/"))
    trash.trash(task, by=olga)
    trash.purge(task, by=olga)
    assert post(browser, sales, "name/", name=" ").status_code == 422
    assert post(browser, sales, "name/", name="Sales 2").status_code == 302
    assert "“Sales 2” is deleted." in words(browser.post(f"/management/statuses/{sales.pk}/removal/", follow=True))


def test_the_standard_set_stays(olga: Employee, standard: StatusSet) -> None:
    with pytest.raises(Refused):
        status_sets.remove(standard, by=olga)
    with pytest.raises(Refused):
        status_sets.rename(standard, "Mine", by=olga)
    page = signed_in(olga).get(f"/management/statuses/{standard.pk}/").content.decode()
    assert "Delete the set" not in page


def test_only_administrators_change_statuses(pavel: Employee, standard: StatusSet) -> None:
    with pytest.raises(NotAllowed):
        add(pavel, standard)
    for path in (
        "",
        f"{standard.pk}/",
        f"{standard.pk}/{status('new').pk}/",
        f"{standard.pk}/{status('new').pk}/removal/",
    ):
        assert signed_in(pavel).get(f"/management/statuses/{path}").status_code == 404


def test_the_question_for_a_replacement_is_asked_in_the_readers_language(
    liza: Writer, olga: Employee, standard: StatusSet
) -> None:
    liza.says("Hello")

    answer = signed_in(olga, "ru").post(f"/management/statuses/{standard.pk}/{status('new').pk}/removal/")

    assert "Этот статус у 1 задачи. Выберите статус, который они получат." in words(answer)
