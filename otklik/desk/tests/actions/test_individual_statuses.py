"""Each of several assignees accepts or refuses a new task for himself (contracts/planfix-behaviour.md §6)."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override

from otklik.desk import own_statuses
from otklik.desk.actions import employees, groups, making, mass, members, statuses, task_merging, tasks
from otklik.desk.actions.own_statuses import settle_of
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import (
    Comment,
    Employee,
    Event,
    ForbiddenTransition,
    Group,
    MassAction,
    Notice,
    OwnStatus,
    Scenario,
    Status,
    StatusSet,
    Task,
    TaskTemplate,
)  # fmt: skip
from otklik.desk.scenarios import triggers

pytestmark = pytest.mark.django_db


def code(who: Employee | Group) -> str:
    return f"group-{who.pk}" if isinstance(who, Group) else f"employee-{who.pk}"


def given_to(*who: Employee | Group, by: Employee, **more: Any) -> Task:
    values = {"name": "Order lanterns", "description": "", "project": None, "contact": None, "template": None}
    return making.make({**values, "assignee": [code(one) for one in who], **more}, by=by)


def status(key: str) -> Status:
    return Status.objects.get(set__key="standard", key=key)


def key_of(task: Task) -> str:
    return Task.objects.get(pk=task.pk).status.key


def awaited(task: Task) -> list[str]:
    return [party.name for party in own_statuses.standing(Task.objects.get(pk=task.pk)).awaited]


def test_6_new_and_rejected_are_individual_and_the_others_shared() -> None:
    rows = StatusSet.objects.get(key="standard").statuses.all()

    assert {row.key for row in rows if row.is_individual} == {"new", "rejected"}


def test_6_the_task_is_new_until_all_have_accepted(olga: Employee, pavel: Employee, alice: Employee) -> None:
    task = given_to(pavel, alice, by=olga)

    tasks.accept(task, by=alice)

    assert key_of(task) == "new" and awaited(task) == ["Pavel"]

    assert tasks.accept(task, by=pavel).status.key == "in_progress"
    assert not OwnStatus.objects.exists()
    told = list(Comment.objects.filter(task=task).order_by("number").values_list("data__event", flat=True))
    assert told == ["own_status_set", "own_status_set", "status_changed"]


def test_who_accepts_twice_says_it_once(olga: Employee, pavel: Employee, alice: Employee) -> None:
    task = given_to(pavel, alice, by=olga)

    tasks.accept(task, by=alice)
    tasks.accept(task, by=alice)

    assert key_of(task) == "new"
    assert Comment.objects.filter(task=task).count() == 1


def test_6_one_assignee_accepts_for_the_whole_task(olga: Employee, pavel: Employee) -> None:
    task = given_to(pavel, by=olga)

    assert tasks.accept(task, by=pavel).status.key == "in_progress"
    assert not Event.objects.filter(kind="own_status_set").exists()


def test_6_where_new_is_shared_the_first_one_accepts_for_all(olga: Employee, pavel: Employee, alice: Employee) -> None:
    Status.objects.filter(key="new").update(is_individual=False)
    task = given_to(pavel, alice, by=olga)

    assert tasks.accept(task, by=alice).status.key == "in_progress"


def test_a_group_is_one_assignee_and_accepts_through_any_of_its_people(
    olga: Employee, boris: Employee, alice: Employee, support: Group
) -> None:
    task = given_to(support, boris, by=olga)

    tasks.accept(task, by=alice)
    assert awaited(task) == ["Boris"]

    assert tasks.accept(task, by=boris).status.key == "in_progress"


def test_who_is_named_beside_his_group_answers_for_himself(
    olga: Employee, pavel: Employee, alice: Employee, support: Group
) -> None:
    task = given_to(support, pavel, by=olga)

    tasks.accept(task, by=alice)
    assert awaited(task) == ["Pavel"]

    assert tasks.accept(task, by=pavel).status.key == "in_progress"


def test_6_the_assigner_hears_of_each_refusal_with_its_reason(olga: Employee, pavel: Employee, alice: Employee) -> None:
    task = given_to(pavel, alice, by=olga)

    tasks.reject(task, by=pavel, reason="I am on leave")

    assert key_of(task) == "new"
    line = Comment.objects.get(task=task)
    assert line.data["key"] == "rejected" and line.data["note"] == "I am on leave"
    assert Notice.objects.filter(employee=olga, event__kind="own_status_set", reason="status").exists()
    assert not Notice.objects.filter(employee=pavel, event__kind="own_status_set").exists()


def test_6_the_task_is_rejected_when_all_have_refused(olga: Employee, pavel: Employee, alice: Employee) -> None:
    task = given_to(pavel, alice, by=olga)

    tasks.reject(task, by=pavel, reason="I am on leave")
    tasks.reject(task, by=alice, reason="Not mine")

    assert key_of(task) == "rejected"
    assert Comment.objects.filter(task=task).latest("number").data["note"] == "I am on leave; Not mine"


def test_who_refused_does_not_hold_the_others_up(olga: Employee, pavel: Employee, alice: Employee) -> None:
    task = given_to(pavel, alice, by=olga)

    tasks.reject(task, by=pavel, reason="I am on leave")
    tasks.accept(task, by=alice)

    assert key_of(task) == "in_progress"
    [refused] = own_statuses.standing(Task.objects.get(pk=task.pk)).rejected
    assert refused.name == "Pavel"


def test_who_refused_may_still_accept(olga: Employee, pavel: Employee, alice: Employee) -> None:
    task = given_to(pavel, alice, by=olga)

    tasks.reject(task, by=pavel, reason="I am on leave")
    tasks.accept(task, by=pavel)
    tasks.accept(task, by=alice)

    assert key_of(task) == "in_progress" and not OwnStatus.objects.exists()


def test_where_rejected_is_shared_one_refuses_for_all(olga: Employee, pavel: Employee, alice: Employee) -> None:
    Status.objects.filter(key="rejected").update(is_individual=False)
    task = given_to(pavel, alice, by=olga)

    tasks.reject(task, by=pavel, reason="Nobody needs it")

    assert key_of(task) == "rejected"


def test_only_assignees_answer(olga: Employee, pavel: Employee, alice: Employee, boris: Employee) -> None:
    task = given_to(pavel, alice, by=olga)

    with override("en"), pytest.raises(Refused, match="Each assignee answers for himself"):
        tasks.accept(task, by=olga)
    with pytest.raises(NotAllowed):
        tasks.accept(task, by=boris)
    assert not OwnStatus.objects.exists()


def test_a_status_by_hand_is_for_all(olga: Employee, pavel: Employee, alice: Employee) -> None:
    task = given_to(pavel, alice, by=olga)
    tasks.accept(task, by=alice)

    tasks.set_status(task, status("in_progress"), by=olga)

    assert key_of(task) == "in_progress" and not OwnStatus.objects.exists()


def test_a_scenario_sets_the_whole_task_and_back_in_new_all_are_asked_again(
    olga: Employee, pavel: Employee, alice: Employee
) -> None:
    task = given_to(pavel, alice, by=olga)
    tasks.accept(task, by=alice)

    tasks.set_status(task, status("in_progress"), by=None)
    tasks.set_status(task, status("new"), by=None)

    assert awaited(task) == ["Pavel", "Alice"]


def test_choosing_new_takes_ones_acceptance_back(olga: Employee, pavel: Employee, alice: Employee) -> None:
    task = given_to(pavel, alice, by=olga)
    tasks.accept(task, by=alice)

    tasks.set_status(task, status("new"), by=alice)

    assert awaited(task) == ["Pavel", "Alice"]
    assert Comment.objects.filter(task=task).latest("number").data["is_back"]


def test_6_a_forbidden_step_is_forbidden_to_each(olga: Employee, pavel: Employee, alice: Employee) -> None:
    task = given_to(pavel, alice, by=olga)
    ForbiddenTransition.objects.create(before=status("new"), after=status("in_progress"))

    with pytest.raises(Refused):
        tasks.accept(task, by=alice)


def test_without_the_one_who_was_awaited_the_task_goes_on(olga: Employee, pavel: Employee, alice: Employee) -> None:
    task = given_to(pavel, alice, by=olga)
    tasks.accept(task, by=alice)

    members.change(task, "assignee", [code(alice)], seen=[code(pavel), code(alice)], by=olga)

    assert key_of(task) == "in_progress"
    numbers = list(Comment.objects.filter(task=task).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, Task.objects.get(pk=task.pk).comment_count + 1))


def test_who_comes_later_is_awaited_and_who_left_is_asked_anew(
    olga: Employee, pavel: Employee, alice: Employee, boris: Employee
) -> None:
    task = given_to(pavel, alice, by=olga)
    tasks.accept(task, by=alice)

    two, three = [code(pavel), code(alice)], [code(pavel), code(alice), code(boris)]
    members.change(task, "assignee", three, seen=two, by=olga)
    members.change(task, "assignee", [code(pavel), code(boris)], seen=three, by=olga)
    members.change(task, "assignee", three, seen=[code(pavel), code(boris)], by=olga)

    assert key_of(task) == "new"
    assert sorted(awaited(task)) == ["Alice", "Boris", "Pavel"]


def test_a_task_that_is_passed_on_waits_for_who_has_it_now(
    olga: Employee, pavel: Employee, alice: Employee, boris: Employee
) -> None:
    task = given_to(pavel, alice, by=olga)
    tasks.accept(task, by=pavel)
    found = Task.objects.filter(pk=task.pk)

    mass.run(mass.ask(found, MassAction.Operation.PASS_ON, f"{pavel.pk} employee-{boris.pk}", by=olga))

    assert key_of(task) == "new" and sorted(awaited(task)) == ["Alice", "Boris"]


def test_a_mass_action_sets_the_whole_task(olga: Employee, pavel: Employee, alice: Employee) -> None:
    task = given_to(pavel, alice, by=olga)
    tasks.accept(task, by=pavel)

    wanted = str(status("in_progress").pk)
    mass.run(mass.ask(Task.objects.filter(pk=task.pk), MassAction.Operation.STATUS, wanted, by=olga))

    assert key_of(task) == "in_progress" and not OwnStatus.objects.exists()


def test_who_is_blocked_is_not_awaited(olga: Employee, pavel: Employee, alice: Employee) -> None:
    task = given_to(pavel, alice, by=olga)
    tasks.accept(task, by=alice)

    employees.block(pavel, by=olga, is_wanted=True)
    settle_of([pavel.pk])

    assert key_of(task) == "in_progress"


def test_a_group_that_loses_who_accepted_is_awaited_again(
    olga: Employee, pavel: Employee, alice: Employee, boris: Employee, support: Group
) -> None:
    task = given_to(support, boris, by=olga)
    tasks.accept(task, by=alice)

    groups.save(support, by=olga, name="Support", members=[pavel])
    settle_of([alice.pk])

    assert sorted(awaited(task)) == ["Boris", "Support"]


def test_an_assignee_who_joins_the_awaited_group_has_accepted_for_it(
    olga: Employee, boris: Employee, support: Group
) -> None:
    task = given_to(support, boris, by=olga)
    tasks.accept(task, by=boris)

    groups.save(support, by=olga, name="Support", members=[boris])
    settle_of([boris.pk])

    assert key_of(task) == "in_progress"


def test_assignees_of_a_merged_task_are_asked_in_the_other(olga: Employee, pavel: Employee, alice: Employee) -> None:
    one, other = given_to(pavel, by=olga), given_to(alice, pavel, by=olga)
    tasks.accept(other, by=alice)

    task_merging.merge(other, into=one, by=olga)
    assert sorted(awaited(one)) == ["Alice", "Pavel"]

    tasks.accept(one, by=pavel)
    task_merging.unmerge(other.merges.get(), by=olga)

    assert key_of(one) == "in_progress"
    assert key_of(other) == "new" and awaited(other) == ["Pavel"]


@pytest.mark.parametrize("joining", ["first", "alone"])
def test_where_the_first_has_it_nobody_else_answers(
    olga: Employee, pavel: Employee, alice: Employee, joining: str
) -> None:
    TaskTemplate.objects.update(joining=joining)
    task = given_to(pavel, alice, by=olga)

    tasks.accept(task, by=alice)

    assert key_of(task) == "in_progress" and members.who_is(task, "assignee") == [code(alice)]


def test_6_an_own_individual_status_is_the_tasks_when_all_have_it(
    olga: Employee, pavel: Employee, alice: Employee
) -> None:
    standard = StatusSet.objects.get(key="standard")
    read = statuses.add(standard, by=olga, name="Read", colour="orange", is_active=True, is_individual=True)
    task = given_to(pavel, alice, by=olga)
    tasks.set_status(task, status("in_progress"), by=olga)

    tasks.set_status(task, read, by=pavel)
    assert key_of(task) == "in_progress" and awaited(task) == ["Alice"]

    tasks.set_status(task, read, by=alice)
    assert Task.objects.get(pk=task.pk).status == read


def test_scenarios_of_accepted_wait_for_all(olga: Employee, pavel: Employee, alice: Employee) -> None:
    scenario = Scenario(event="accepted")
    task = given_to(pavel, alice, by=olga)
    tasks.accept(task, by=alice)
    assert not any(triggers.is_for(scenario, event) for event in Event.objects.filter(task=task))

    tasks.accept(task, by=pavel)

    assert [event.kind for event in Event.objects.filter(task=task) if triggers.is_for(scenario, event)] == [
        "status_changed"
    ]


def test_a_page_of_before_says_what_the_task_is_now(olga: Employee, pavel: Employee) -> None:
    task = given_to(pavel, by=olga)
    tasks.set_status(task, status("done"), by=olga)

    with override("en"), pytest.raises(Refused, match="another status meanwhile: Done"):
        tasks.accept(task, by=pavel)
    assert key_of(task) == "done"
