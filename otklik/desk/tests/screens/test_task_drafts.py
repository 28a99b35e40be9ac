"""A draft is seen only by its author until he gives it to its people (contracts/planfix-behaviour.md §6, §12)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from otklik.desk.actions import comments, drafting, indexing, members, recipients, task_merging, tasks
from otklik.desk.errors import DeskError, NotAllowed
from otklik.desk.hearing import may_hear_task
from otklik.desk.models import Employee, Event, Notice, OwnStatus, Scenario, ScenarioRun, Status, Task, TaskTemplate
from otklik.desk.scenarios import engine
from otklik.desk.tests.actions.test_individual_statuses import code, given_to, status
from otklik.desk.tests.screens.stage import Writer, by_htmx, part, signed_in, words

pytestmark = pytest.mark.django_db


def draft(browser: Client, *assignees: Employee, **given: Any) -> Task:
    values = {"name": "Order lanterns", "description": "", "client": "", "assignee": [code(one) for one in assignees]}
    answer = browser.post("/tasks/new/", {**values, "draft": "1", **given})
    assert answer.status_code == 302, words(answer)
    return Task.objects.latest("number")


def test_6_the_form_saves_a_draft_of_which_nobody_hears(pavel: Employee, boris: Employee) -> None:
    assert "Save as a draft" in words(signed_in(pavel).get("/tasks/new/"))

    task = draft(signed_in(pavel), boris)

    assert task.status.key == "draft" and task.notified == [pavel.pk]
    assert not Notice.objects.exists()
    assert [event.kind for event in Event.objects.filter(task=task)] == ["task_drafted"]
    page = part(signed_in(pavel).get(f"/tasks/{task.number}/"), "task-header")
    assert "Give to its people" in page and "Only you see it." in page and "/acceptance/" not in page


@pytest.mark.parametrize(
    "path", ["/tasks/?show=all", "/tasks/?show=all&people=me", "/tasks/board/", "/search/?q=lanterns"]
)
def test_6_neither_its_people_nor_administrators_find_it(
    olga: Employee, pavel: Employee, boris: Employee, path: str
) -> None:
    draft(signed_in(pavel), boris)
    indexing.catch_up()

    for who in (olga, boris):
        assert "Order lanterns" not in words(signed_in(who).get(path))


def test_6_its_author_finds_it(pavel: Employee, boris: Employee) -> None:
    draft(signed_in(pavel), boris)
    indexing.catch_up()

    assert "Order lanterns" in words(signed_in(pavel).get("/tasks/?show=all"))
    assert "Order lanterns" in words(signed_in(pavel).get("/search/?q=lanterns"))


def test_6_its_address_is_for_its_author_alone(olga: Employee, pavel: Employee, boris: Employee) -> None:
    task = draft(signed_in(pavel), boris)

    assert signed_in(pavel).get(f"/tasks/{task.number}/").status_code == 200
    for who in (olga, boris):
        for path in ("", "feed/", "history/", "edit/"):
            assert signed_in(who).get(f"/tasks/{task.number}/{path}").status_code == 404
        assert not may_hear_task(who.user, str(task.pk))
        with pytest.raises(NotAllowed):
            comments.add(task, by=who, text="I see it", kind="note")


def test_6_given_it_goes_to_its_people_as_if_made_now(pavel: Employee, boris: Employee) -> None:
    task = draft(signed_in(pavel), boris)
    comments.add(task, by=pavel, text="Which size?", kind="note")

    shown = signed_in(pavel).post(f"/tasks/{task.number}/giving/", headers=by_htmx())

    assert shown.status_code == 200 and "Give to its people" not in words(shown)
    task = Task.objects.get(pk=task.pk)
    assert task.status.key == "new" and task.notified == sorted([pavel.pk, boris.pk])
    [notice] = Notice.objects.filter(employee=boris)
    assert (notice.event.kind, notice.reason) == ("task_created", "assigned")
    assert "Accept" in words(signed_in(boris).get(f"/tasks/{task.number}/"))


def test_12_variables_are_filled_in_when_it_is_given(pavel: Employee, boris: Employee) -> None:
    task = draft(signed_in(pavel), boris, name="№ {{Task.Number}}", description="By {{Task.Assigner.Name}}")
    assert task.name == "№ {{Task.Number}}"

    drafting.give(task, by=pavel)

    task = Task.objects.get(pk=task.pk)
    assert task.name == f"№ {task.number}" and task.description == "By Pavel"


def test_6_ones_own_draft_is_accepted_when_it_is_given(pavel: Employee) -> None:
    task = draft(signed_in(pavel), pavel)

    assert drafting.give(task, by=pavel).status.key == "in_progress"


def test_only_its_author_gives_it_and_only_once(olga: Employee, pavel: Employee, boris: Employee) -> None:
    task = draft(signed_in(pavel), boris)
    assert signed_in(boris).post(f"/tasks/{task.number}/giving/").status_code == 404
    with pytest.raises(NotAllowed):
        drafting.give(task, by=olga)

    drafting.give(task, by=pavel)

    again = signed_in(pavel).post(f"/tasks/{task.number}/giving/", headers=by_htmx())
    assert again.status_code == 422 and "This task is no draft any more." in words(again)
    assert Event.objects.filter(task=task, kind="task_created").count() == 1


def test_6_no_status_but_giving_leads_out_of_a_draft(pavel: Employee, boris: Employee) -> None:
    task = draft(signed_in(pavel), boris)

    with pytest.raises(DeskError):
        tasks.set_status(task, status("in_progress"), by=pavel)
    with pytest.raises(DeskError):
        tasks.accept(task, by=pavel)
    assert Task.objects.get(pk=task.pk).status.key == "draft"


def test_who_comes_into_a_draft_hears_of_it_when_it_is_given(pavel: Employee, boris: Employee, alice: Employee) -> None:
    task = draft(signed_in(pavel), boris)
    members.change(task, "assignee", [code(boris), code(alice)], seen=[code(boris)], by=pavel)
    assert "Order lanterns" not in words(signed_in(alice).get("/"))

    drafting.give(task, by=pavel)

    assert Notice.objects.filter(employee=alice).count() == 1


def test_other_tasks_do_not_tell_of_a_draft(pavel: Employee, boris: Employee) -> None:
    task, other = draft(signed_in(pavel), boris), given_to(boris, by=pavel)

    with pytest.raises(DeskError):
        task_merging.merge(task, into=other, by=pavel)
    answer = signed_in(pavel).post(f"/tasks/{other.number}/subtasks/", {"number": str(task.number)})
    assert answer.status_code == 422
    assert "Save as a draft" not in words(signed_in(pavel).get(f"/tasks/new/?parent={other.number}"))


def test_6_nobody_else_is_offered_or_told_of_what_is_written_in_a_draft(
    olga: Employee, pavel: Employee, boris: Employee
) -> None:
    task = draft(signed_in(pavel), boris)
    assert list(recipients.Circle(task).employees) == [pavel.pk]

    note = comments.add(task, by=pavel, text="@Olga, which size?", kind="note")
    with pytest.raises(DeskError):
        comments.add(task, by=pavel, text="Which size?", kind="note", notified=[olga.pk])

    assert note.notified == []
    assert not Notice.objects.filter(employee__in=[olga, boris]).exists()


def test_scenarios_look_at_it_when_it_is_given(pavel: Employee, boris: Employee) -> None:
    engine.step()
    operations = [{"kind": "status", "value": str(status("cancelled").pk)}]
    for event in ("created", "comment"):
        Scenario.objects.create(name=event, event=event, operations=operations, is_on=True)
    task = draft(signed_in(pavel), boris)
    comments.add(task, by=pavel, text="Which size?", kind="note")
    engine.step()
    assert not ScenarioRun.objects.exists()

    drafting.give(task, by=pavel)
    engine.step()

    assert [run.scenario.name for run in ScenarioRun.objects.all()] == ["created"]


def test_where_the_set_has_no_drafts_the_form_says_so(pavel: Employee, boris: Employee) -> None:
    Status.objects.filter(key="draft").delete()
    given = {"name": "Order lanterns", "assignee": [code(boris)], "draft": "1"}

    answer = signed_in(pavel).post("/tasks/new/", given)

    assert answer.status_code == 422 and "The statuses of this template have no draft." in words(answer)


def rules(olga: Employee, **given: str) -> None:
    pk = TaskTemplate.objects.get(key="standard").status_set_id
    browser = signed_in(olga)
    seen = browser.get(f"/management/statuses/{pk}/").context["seen_rules"]
    assert browser.post(f"/management/statuses/{pk}/rules/", {"seen": seen, **given}).status_code == 302


def test_6_a_set_may_ask_its_creator_to_accept_too(olga: Employee, pavel: Employee, boris: Employee) -> None:
    both = given_to(pavel, boris, by=pavel)
    assert OwnStatus.objects.get(task=both).employee == pavel
    assert tasks.accept(both, by=boris).status.key == "in_progress"

    rules(olga)

    assert given_to(pavel, by=pavel).status.key == "new"
    assert not OwnStatus.objects.filter(task=given_to(pavel, boris, by=pavel)).exists()


def test_6_a_set_may_keep_assignees_from_writing_before_they_accept(
    olga: Employee, pavel: Employee, alice: Employee, boris: Employee
) -> None:
    task = given_to(pavel, alice, by=boris)
    comments.add(task, by=pavel, text="In the standard set one may", kind="note")
    rules(olga, accepts_own="on", waits_for_acceptance="on")

    answer = signed_in(pavel).post(f"/tasks/{task.number}/comments/", {"kind": "note", "text": "Hm"}, headers=by_htmx())
    assert answer.status_code == 422 and "Accept the task first" in words(answer)
    assert "Accept the task first" in words(signed_in(pavel).get(f"/tasks/{task.number}/"))
    comments.add(task, by=boris, text="Please", kind="note")
    comments.add(task, by=olga, text="Please", kind="note")

    tasks.accept(task, by=pavel)
    comments.add(task, by=pavel, text="I do it", kind="note")
    assert "Accept the task first" not in words(signed_in(pavel).get(f"/tasks/{task.number}/"))


def test_6_it_holds_for_replies_to_clients_as_well(olga: Employee, liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    rules(olga, accepts_own="on", waits_for_acceptance="on")
    given = {"kind": "reply", "text": "Good day"}
    browser = signed_in(pavel)

    assert browser.post(f"/tasks/{task.number}/comments/", given, headers=by_htmx()).status_code == 422

    tasks.accept(task, by=pavel)
    assert browser.post(f"/tasks/{task.number}/comments/", given, headers=by_htmx()).status_code == 204


def test_two_who_set_the_rules_at_once(olga: Employee) -> None:
    pk = TaskTemplate.objects.get(key="standard").status_set_id
    browser = signed_in(olga)
    seen = browser.get(f"/management/statuses/{pk}/").context["seen_rules"]
    rules(olga)

    answer = browser.post(f"/management/statuses/{pk}/rules/", {"seen": seen, "waits_for_acceptance": "on"})

    assert answer.status_code == 422 and "Somebody else changed this set meanwhile." in words(answer)
