"""What a task and the log tell of scenarios: timers, what they did, what they looked at (§11.3; field note 21)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk import jobs
from otklik.desk.actions import comments, scenarios
from otklik.desk.models import Employee, Scenario, ScenarioRun, ScenarioSending, Status
from otklik.desk.scenarios import engine
from otklik.desk.tests.screens.conftest import liza, shop_chat
from otklik.desk.tests.screens.stage import Writer, queries_of, signed_in, words

__all__ = ["liza", "shop_chat"]


@pytest.fixture
def browser(olga: Employee) -> Client:
    return signed_in(olga)


def test_a_timer_tells_its_operations_and_folds_what_repeats(
    liza: Writer, browser: Client, olga: Employee, pavel: Employee
) -> None:
    task = liza.says("Hello")
    deeds = [
        {"kind": "note", "value": "{{Task.Client.Name}} waits"},
        {"kind": "note", "value": "Between us", "hidden": "yes", "notify": f"employee-{olga.pk}"},
        {"kind": "status", "value": str(Status.objects.get(key="done", set__key="standard").pk)},
        {"kind": "request", "method": "GET", "value": "https://example.com/?key=5"},
    ]
    values = {"name": "Wait", "event": "comment", "operations": deeds, "delay": 3600, "still_holds": True}
    asked = {"field": "last", "operator": "is", "values": ["client"]}
    scenario = scenarios.make(values | {"conditions": [asked]}, by=olga)
    scenarios.switch(scenario, on=True, by=olga)
    for text in ("Are you there?", "Anybody?", "Hello?"):
        liza.says(text)
    jobs.scenarios()

    page = signed_in(pavel).get(f"/tasks/{task.number}/")
    shown = words(page)
    assert shown.count("“Wait”: in") == 1 and "and 2 more" in shown
    assert "Add an internal note: “Liza waits”" in shown and "Set the status: Done" in shown
    assert "Unless the conditions do not hold any more." in shown
    assert "Between us" not in shown and "key=5" not in page.content.decode()
    first = scenario.runs.order_by("due_at").first()
    assert first
    signed_in(pavel).post(f"/tasks/{task.number}/scenarios/{first.pk}/cancelling/")
    assert set(scenario.runs.values_list("state", flat=True)) == {"cancelled"}


def test_the_history_of_a_task_tells_what_scenarios_did(
    liza: Writer, browser: Client, olga: Employee, pavel: Employee
) -> None:
    task = liza.says("Hello")
    values = {"name": "Bye", "event": "left", "operations": [{"kind": "note", "value": "Gone"}]}
    scenario = scenarios.make(values, by=olga)
    scenarios.switch(scenario, on=True, by=olga)
    liza.leaves()
    jobs.scenarios()

    hers, his = (signed_in(one).get(f"/tasks/{task.number}/history/") for one in (olga, pavel))
    assert "What scenarios did here Bye · done Add an internal note" in words(hers)
    link = f"/management/scenarios/{scenario.pk}/log/?task={task.number}"
    assert link in hers.content.decode() and link not in his.content.decode()
    assert "Bye · done" in words(his)


def test_the_log_goes_back_page_by_page_and_to_one_task(liza: Writer, browser: Client, olga: Employee) -> None:
    task = liza.says("Hello")
    values = {"name": "Bye", "event": "left", "operations": [{"kind": "complete"}]}
    scenario = scenarios.make(values, by=olga)
    rows = [ScenarioRun(scenario=scenario, task=task, event=-number, state="done") for number in range(1, 121)]
    ScenarioRun.objects.bulk_create(rows)
    path = f"/management/scenarios/{scenario.pk}/log/"

    page = browser.get(path)
    seen = [row[0].pk for row in page.context["rows"]]
    while page.context["older"]:
        page = browser.get(f"{path}?before={page.context['older']}")
        seen += [row[0].pk for row in page.context["rows"]]
    assert seen == list(scenario.runs.order_by("-at", "-pk").values_list("pk", flat=True))
    assert len(browser.get(f"{path}?task=№ {task.number}&fired=1").context["rows"]) == 50
    assert "It has not looked at this task" in words(browser.get(f"{path}?task=9999999"))
    assert browser.get(f"{path}?task=x&before=99999999999999999999").status_code == 200


def test_the_list_asks_no_more_for_many_scenarios_that_wait_or_stand_in_a_circle(
    liza: Writer, browser: Client, olga: Employee
) -> None:
    """Whoever opens the list of an account where the brake holds many waits no longer (field note 21)."""
    liza.says("Hello")
    counts = []
    for size in (2, 6):
        for number in range(size):
            values = {"name": f"S{number}", "event": "accepted", "operations": [{"kind": "complete", "value": ""}]}
            scenarios.make(values, by=olga)
        every = list(Scenario.objects.values_list("pk", flat=True))
        held = {"why": "volume", "count": 5, "after": 0}
        Scenario.objects.update(is_on=True, held_at=timezone.now(), held_why=held, circle={"with": every})
        browser.get("/management/scenarios/")
        counts.append(queries_of(browser, "/management/scenarios/"))
    assert counts[0] == counts[1]


def test_the_log_asks_no_more_for_many_looks_at_contacts(liza: Writer, browser: Client, olga: Employee) -> None:
    task = liza.says("Hello")
    assert task.contact
    asked = {"field": "counterparty", "operator": "is", "values": [str(task.contact.number)]}
    values = {"name": "Seen", "event": "comment", "conditions": [asked]}
    scenario = scenarios.make(values | {"operations": [{"kind": "name", "value": "Seen"}]}, by=olga)
    scenarios.switch(scenario, on=True, by=olga)
    address, counts = f"/management/scenarios/{scenario.pk}/log/", []
    for size in (2, 8):
        for number in range(size):
            liza.says(f"Number {number}")
        jobs.scenarios()
        browser.get(address)
        counts.append(queries_of(browser, address))
    assert f"(it was: № {task.contact.number} Liza)" in words(browser.get(address))
    assert counts[0] == counts[1]


def test_secrets_of_a_deleted_scenario_go_when_nothing_of_it_is_on_its_way(
    liza: Writer, browser: Client, olga: Employee
) -> None:
    """A ready-made one stays known for ever, its secrets do not (§11.4)."""
    liza.says("Hello")
    deed = {"kind": "request", "method": "POST", "value": "https://example.com/", "secrets": "X-Key: k3y", "body": ""}
    scenario = scenarios.make({"name": "Tell", "event": "left", "operations": [deed]}, by=olga, key="left")
    scenarios.switch(scenario, on=True, by=olga)
    liza.leaves()
    engine.step()
    scenarios.delete(scenario, by=olga)

    def secrets() -> int:
        engine.sweep()
        return len(Scenario.everything.get(pk=scenario.pk).secrets)

    assert secrets() == 1
    ScenarioSending.objects.update(state=ScenarioSending.State.SENT)
    assert secrets() == 0


def test_s17_an_empty_log_says_when_something_will_stand_there(liza: Writer, browser: Client, olga: Employee) -> None:
    task = liza.says("Hello")
    values = {"name": "Bye", "event": "left", "operations": [{"kind": "complete", "value": ""}]}
    scenario = scenarios.make(values, by=olga)
    address = f"/management/scenarios/{scenario.pk}/log/"
    assert "It is switched off. Each look stands here" in words(browser.get(address))
    scenarios.switch(scenario, on=True, by=olga)
    assert "It looks when this happens: The client left the chat" in words(browser.get(address))

    asked = {"field": "name", "operator": "is", "values": ["Nobody"]}
    now = scenarios.values_of(scenario)
    scenarios.change(scenario, now | {"conditions": [asked]}, seen=now, by=olga)
    liza.leaves()
    jobs.scenarios()
    assert "It has not done anything yet" in words(browser.get(address, {"fired": "1"}))
    assert f"№ {task.number}" in words(browser.get(address))


def test_the_log_says_who_cancelled_what_waited(liza: Writer, browser: Client, olga: Employee, pavel: Employee) -> None:
    """Field note 21: nothing is done, or left undone, in secret."""
    task = liza.says("Hello")
    values = {"name": "Bye", "event": "left", "operations": [{"kind": "complete", "value": ""}], "delay": 3600}
    scenario = scenarios.make(values, by=olga)
    scenarios.switch(scenario, on=True, by=olga)
    liza.leaves()
    jobs.scenarios()
    signed_in(pavel).post(f"/tasks/{task.number}/scenarios/{scenario.runs.get().pk}/cancelling/")

    assert "cancelled: Pavel" in words(browser.get(f"/management/scenarios/{scenario.pk}/log/"))


def test_the_history_names_the_scenario_that_acted_in_somebodys_name(
    liza: Writer, olga: Employee, pavel: Employee
) -> None:
    """Field note 21: what stands under Pavel's name was not done by him."""
    task = liza.says("Hello")
    deeds = [{"kind": "name", "value": "Seen"}, {"kind": "note", "value": "Done for you"}]
    values = {"name": "Bye", "event": "comment", "operations": deeds}
    scenario = scenarios.make(values | {"in_name_of": "actor"}, by=olga)
    scenarios.switch(scenario, on=True, by=olga)
    comments.add(task, by=pavel, text="Noted", kind="note")
    jobs.scenarios()
    scenarios.delete(scenario, by=olga)

    feed = words(signed_in(pavel).get(f"/tasks/{task.number}/"))
    assert "Pavel · Name: “Liza (Chatra)” → “Seen” · scenario “Bye”" in feed and feed.count("scenario “Bye”") == 2
    history = words(signed_in(pavel).get(f"/tasks/{task.number}/history/"))
    assert "Pavel · Name: “Liza (Chatra)” → “Seen” (scenario “Bye”, because:" in history
