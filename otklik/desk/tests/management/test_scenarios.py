"""The screen of scenarios (S17, §11; pictures of the help: four parts that open and close)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk import jobs
from otklik.desk.actions import scenarios
from otklik.desk.models import Employee, Scenario, ScenarioRun, Status, Task
from otklik.desk.tests.screens.conftest import liza, shop_chat
from otklik.desk.tests.screens.stage import Writer, by_htmx, signed_in, words

__all__ = ["liza", "shop_chat"]


def form(**changed: Any) -> dict[str, Any]:
    return {
        "name": "The client left", "event": "left", "conditions": 0, "logic": "", "delay_number": 0,
        "delay_unit": "minutes", "still_holds": "1", "operations": 1, "operation-1-kind": "complete", "do": "save",
    } | changed  # fmt: skip


@pytest.fixture
def browser(olga: Employee) -> Client:
    return signed_in(olga)


def test_s17_the_seeds_scenario_is_built_and_completes_a_left_chat(liza: Writer, browser: Client) -> None:
    task = liza.says("Hello")
    completed = Status.objects.get(key="completed", set__key="standard")
    given = form(
        conditions=1,
        **{"condition-1-field": "status", "condition-1-operator": "is_not", "condition-1-value": completed.pk},
    )

    answer = browser.post("/management/scenarios/new/", given)
    scenario = Scenario.objects.get()
    assert answer["Location"] == f"/management/scenarios/{scenario.pk}/" and not scenario.is_on
    browser.post(f"/management/scenarios/{scenario.pk}/change/", {"do": "on"})
    liza.leaves()
    jobs.scenarios()

    assert Task.objects.get(pk=task.pk).status == completed
    log = words(browser.get(f"/management/scenarios/{scenario.pk}/log/"))
    assert f"№ {task.number} Liza (Chatra)" in log and "1 holds" in log and "done" in log


def test_rows_come_and_go_and_the_line_follows(browser: Client) -> None:
    rows = {
        "condition-1-field": "name", "condition-1-operator": "contains", "condition-1-value": "one",
        "condition-2-field": "name", "condition-2-operator": "contains", "condition-2-value": "two",
    }  # fmt: skip
    given = form(conditions=2, logic="1 OR 2", **rows)

    page = browser.post("/management/scenarios/new/", given | {"do": "add-condition"}, headers=by_htmx())
    assert page.context["values"]["logic"] == "(1 OR 2) AND 3" and len(page.context["conditions"]) == 3
    page = browser.post("/management/scenarios/new/", given | {"logic": "", "do": "add-condition"})
    assert page.context["values"]["logic"] == "1 AND 2 AND 3"
    page = browser.post("/management/scenarios/new/", given | {"do": "delete-condition-1"})
    assert page.context["values"]["logic"] == "1"
    assert [row.texts for row in page.context["conditions"]] == [["two"]]
    page = browser.post("/management/scenarios/new/", given | {"do": "add-operation"})
    assert len(page.context["operations"]) == 2
    page = browser.post("/management/scenarios/new/", given | {"condition-1-field": "status", "do": "show"})
    assert page.context["conditions"][0].values and not Scenario.objects.exists()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": ""}, "Give the scenario a name"),
        ({"operations": 0}, "Say what is to be done"),
        ({"operation-1-kind": "note", "operation-1-value": ""}, "Text: this is needed"),
        ({"logic": "(1 AND 2"}, "there is no condition 1"),
        ({"conditions": 1, "condition-1-field": "status", "condition-1-operator": "is"}, "at least one value"),
        ({"delay_number": "999999999", "delay_unit": "days"}, "At most a year"),
        ({"event": "x"}, "Choose the event"),
    ],
)
def test_a_fault_stands_beside_its_field_and_nothing_is_lost(
    browser: Client, changed: dict[str, Any], sentence: str
) -> None:
    answer = browser.post("/management/scenarios/new/", form(description="Kept") | changed)

    assert answer.status_code == 422 and sentence in words(answer)
    assert 'value="Kept"' in answer.content.decode() and not Scenario.objects.exists()


def test_11_5_a_trial_shows_what_is_at_fault_beside_its_row(browser: Client) -> None:
    rows = {"conditions": 2, "condition-1-field": "name", "condition-1-operator": "is", "condition-1-value": "Hello"}
    rows |= {"condition-2-field": "status", "condition-2-operator": "is"}
    answer = browser.post("/management/scenarios/new/", form() | rows | {"do": "trial", "trial_task": "1"})

    assert answer.status_code == 200
    assert [row.error for row in answer.context["conditions"]] == ["", "Choose at least one value."]


def test_ready_made_ones_come_switched_off_and_once(browser: Client) -> None:
    assert "No scenarios yet" in words(browser.get("/management/scenarios/"))

    browser.post("/management/scenarios/ready-made/")
    browser.post("/management/scenarios/ready-made/")

    assert Scenario.objects.count() == 9 and not Scenario.objects.filter(is_on=True).exists()
    page = words(browser.get("/management/scenarios/"))
    assert "The client left: complete the task off" in page and "Add ready-made ones" not in page


def test_order_copy_and_deletion(browser: Client) -> None:
    browser.post("/management/scenarios/ready-made/")
    first, second, *_others = Scenario.objects.all()

    browser.post(f"/management/scenarios/{second.pk}/change/", {"do": "up"})
    assert Scenario.objects.first() == second
    browser.post(f"/management/scenarios/{first.pk}/change/", {"do": "copy"})
    assert Scenario.objects.filter(name=f"{first.name} (copy)", is_on=False).count() == 1
    assert "It waits in no task." in words(browser.get(f"/management/scenarios/{first.pk}/removal/"))
    browser.post(f"/management/scenarios/{first.pk}/removal/")
    assert not Scenario.objects.filter(pk=first.pk).exists()


def test_two_administrators_do_not_overwrite_each_other(browser: Client, olga: Employee) -> None:
    browser.post("/management/scenarios/new/", form())
    scenario = Scenario.objects.get()
    seen = browser.get(f"/management/scenarios/{scenario.pk}/").context["seen"]
    scenarios.change(
        scenario, scenarios.values_of(scenario) | {"name": "Hers"}, seen=scenarios.values_of(scenario), by=olga
    )

    answer = browser.post(f"/management/scenarios/{scenario.pk}/", form(name="Mine", seen=seen))

    assert answer.status_code == 422 and "Somebody else changed this scenario" in words(answer)
    assert 'value="Mine"' in answer.content.decode() and Scenario.objects.get().name == "Hers"


def test_a_timer_is_seen_on_its_task_and_can_be_stopped(
    liza: Writer, browser: Client, olga: Employee, pavel: Employee, boris: Employee
) -> None:
    task = liza.says("Hello")
    browser.post("/management/scenarios/new/", form(delay_number=3, delay_unit="hours"))
    scenario = Scenario.objects.get()
    assert scenario.delay == 3 * 3600
    scenarios.switch(scenario, on=True, by=olga)
    liza.leaves()
    jobs.scenarios()

    page = words(signed_in(pavel).get(f"/tasks/{task.number}/"))
    assert "“The client left”: in " in page and "Complete the task" in page and "Do not do it" in page
    run = ScenarioRun.objects.get()
    path = f"/tasks/{task.number}/scenarios/{run.pk}/cancelling/"
    assert signed_in(boris).post(path).status_code == 404
    signed_in(pavel).post(path)
    ScenarioRun.objects.update(due_at=timezone.now())
    jobs.scenarios()
    assert Task.objects.get(pk=task.pk).status.key == "new"
    assert "Do not do it" not in words(signed_in(pavel).get(f"/tasks/{task.number}/"))


def test_only_administrators_see_them(pavel: Employee, browser: Client) -> None:
    browser.post("/management/scenarios/new/", form())
    pk = Scenario.objects.get().pk

    for rest in ("", "new/", f"{pk}/", f"{pk}/log/"):
        assert signed_in(pavel).get(f"/management/scenarios/{rest}").status_code == 404
    assert signed_in(pavel).post(f"/management/scenarios/{pk}/removal/").status_code == 404
    assert signed_in(pavel).post("/management/scenarios/ready-made/").status_code == 404


def test_11_5_rule_10_a_trial_frames_what_holds_in_the_form_and_does_nothing(liza: Writer, browser: Client) -> None:
    task = liza.says("Where is my order?")
    liza.says("Hello?")
    rows = {
        "condition-1-field": "name", "condition-1-operator": "contains", "condition-1-value": "liza",
        "condition-2-field": "comment", "condition-2-operator": "contains", "condition-2-value": "order",
    }  # fmt: skip
    typed = form(event="comment", conditions=2, logic="1 AND 2", name="", do="trial", **rows)

    def tried(asked: object, **more: object) -> Any:
        return browser.post("/management/scenarios/new/", {**typed, "trial_task": asked, **more})

    page = tried(f"№ {task.number}")
    assert "1 holds 2 does not hold It would not be done" in words(page)
    assert page.text.count("rows__row--yes") == 1 and page.text.count("rows__row--no") == 2
    liza.says("My order!")
    assert "It would be done" in words(tried(task.number))
    assert "There is no such task" in words(tried("zzz"))
    assert "there is no condition 7" in words(tried(task.number, logic="1 AND 7"))
    assert not Scenario.objects.exists()
    assert not ScenarioRun.objects.exists() and Task.objects.get(pk=task.pk).status.key == "new"


def test_a_condition_moves_up_with_its_number_in_the_line(browser: Client) -> None:
    rows = {
        "condition-1-field": "name", "condition-1-operator": "contains", "condition-1-value": "one",
        "condition-2-field": "name", "condition-2-operator": "contains", "condition-2-value": "two",
        "condition-3-field": "name", "condition-3-operator": "contains", "condition-3-value": "three",
    }  # fmt: skip
    typed = form(conditions=3, logic="1 OR (2 AND 3)", do="up-condition-3", **rows)

    page = browser.post("/management/scenarios/new/", typed)

    assert [row.texts for row in page.context["conditions"]] == [["one"], ["three"], ["two"]]
    assert page.context["values"]["logic"] == "1 OR (3 AND 2)"


def test_11_3_a_scenario_is_done_at_once_or_after_a_given_time(browser: Client) -> None:
    later = browser.post("/management/scenarios/new/", form(when="later", do="show"))
    assert 'name="delay_number" value="1"' in later.text
    browser.post("/management/scenarios/new/", form(when="later", delay_number=3, delay_unit="hours"))
    assert Scenario.objects.get().delay == 3 * 3600

    path = f"/management/scenarios/{Scenario.objects.get().pk}/"
    seen = browser.get(path).context["seen"]
    browser.post(path, form(when="now", delay_number=3, delay_unit="hours", seen=seen))
    assert Scenario.objects.get().delay == 0
