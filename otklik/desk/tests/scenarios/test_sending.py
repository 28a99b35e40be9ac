"""Requests and letters of scenarios, to a real server on loopback (§11.4; §11.5, rule 9)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from otklik.desk import jobs
from otklik.desk.models import Employee, ScenarioRun, ScenarioSending, Task
from otklik.desk.scenarios import sending
from otklik.desk.tests.scenarios.target import Target
from otklik.desk.tests.scenarios.test_engine import built, runs
from otklik.desk.tests.scenarios.test_operations import doing
from otklik.desk.tests.screens.conftest import liza, oleg, shop_chat
from otklik.desk.tests.screens.stage import Writer

__all__ = ["liza", "oleg", "shop_chat"]

State = ScenarioSending.State


@pytest.fixture
def target(settings: Any) -> Iterator[Target]:
    with Target() as target:
        settings.INTERNAL_HOSTS = [f"127.0.0.1:{target.port}"]
        yield target


def request_to(target: Target, path: str = "/hook", **values: str) -> dict[str, str]:
    return doing("request", method="POST", value=f"{target.address}{path}", **values)


def sends() -> None:
    for one in sending.targets_due():
        jobs.send_of_scenarios(one)


def wakes(**more: Any) -> None:
    """As if the time of everything that waits had come."""
    past = timezone.now() - timedelta(seconds=1)
    ScenarioSending.objects.filter(state=State.DUE).update(due_at=past)
    ScenarioSending.objects.update(rests_until=None)


def test_11_5_rule_9_a_request_goes_out_after_its_run_and_its_answer_is_kept(
    target: Target, liza: Writer, olga: Employee
) -> None:
    task = liza.says('The "best" shop?')
    body = '{"task": "{{Task.Number}}", "said": ["{{Task.Client.Name}}"], "n": 1}'
    built(olga, "left", request_to(target, "/hook?who={{Task.Client.Name}}&x=1", body=body))

    liza.leaves()
    runs()
    assert target.requests == [] and ScenarioRun.objects.get().state == "done"
    sends()

    [asked] = target.requests
    assert asked.path == "/hook?who=Liza&x=1"
    assert json.loads(asked.body) == {"task": str(task.number), "said": ["Liza"], "n": 1}
    assert asked.headers["Content-Type"] == "application/json"
    one = ScenarioSending.objects.get()
    assert (one.state, one.status, one.answer) == (State.SENT, 200, "Thank you")


def test_11_5_rule_9_a_failure_is_tried_four_times_more_with_the_same_key(
    target: Target, liza: Writer, olga: Employee
) -> None:
    target.status = 500
    liza.says("Hello")
    built(olga, "left", request_to(target))
    liza.leaves()
    runs()

    for _attempt in range(7):
        sends()
        wakes()

    assert len(target.requests) == 5
    assert len({asked.headers["Idempotency-Key"] for asked in target.requests}) == 1
    one = ScenarioSending.objects.get()
    assert (one.state, one.status, one.attempts) == (State.FAILED, 500, 5)


def test_11_5_rule_9_a_target_that_failed_rests_and_holds_back_nobody_else(
    target: Target, settings: Any, liza: Writer, olga: Employee
) -> None:
    target.status = 503
    liza.says("Hello")
    with Target() as other:
        settings.INTERNAL_HOSTS = [f"127.0.0.1:{target.port}", f"127.0.0.1:{other.port}"]
        built(olga, "left", request_to(target, "/1"), request_to(target, "/2"), request_to(other, "/3"))
        liza.leaves()
        runs()

        sends()
        sends()

        assert [asked.path for asked in target.requests] == ["/1"]
        assert [asked.path for asked in other.requests] == ["/3"]
    ScenarioSending.objects.update(rests_until=timezone.now() - timedelta(seconds=1))
    target.status = 200
    sends()
    assert [asked.path for asked in target.requests] == ["/1", "/2"]


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:1/", "http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest/", "http://localhost/"],
)
def test_a_private_address_is_refused_for_good(liza: Writer, olga: Employee, address: str) -> None:
    liza.says("Hello")
    built(olga, "left", doing("request", method="GET", value=address))
    liza.leaves()
    runs()

    sends()

    one = ScenarioSending.objects.get()
    assert one.state == State.FAILED and "does not lead to a public address" in one.answer


def test_a_redirect_is_an_answer_and_not_followed(target: Target, liza: Writer, olga: Employee) -> None:
    target.status, target.location = 302, "http://10.0.0.1/"
    liza.says("Hello")
    built(olga, "left", request_to(target))
    liza.leaves()
    runs()

    sends()

    one = ScenarioSending.objects.get()
    assert (one.state, one.status, len(target.requests)) == (State.DUE, 302, 1)


def test_of_an_endless_answer_the_beginning_is_enough(target: Target, liza: Writer, olga: Employee) -> None:
    target.is_endless = True
    liza.says("Hello")
    built(olga, "left", request_to(target))
    liza.leaves()
    runs()

    sends()

    one = ScenarioSending.objects.get()
    assert one.state == State.SENT and len(one.answer) == 2000


def test_what_a_client_says_cannot_break_out_of_a_string(target: Target, liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    built(olga, "left", request_to(target, body='{"name": "{{Task.Name}}", "admin": false}'))
    Task.objects.filter(pk=task.pk).update(name='", "admin": true, "x": "\\')
    liza.leaves()
    runs()

    sends()

    assert json.loads(target.requests[0].body) == {"name": '", "admin": true, "x": "\\', "admin": False}


def test_a_deleted_scenario_sends_nothing_more(target: Target, liza: Writer, olga: Employee) -> None:
    liza.says("Hello")
    scenario = built(olga, "left", request_to(target))
    liza.leaves()
    runs()

    scenario.delete()
    sends()

    assert target.requests == []


def test_a_letter_goes_to_the_client(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    assert task.contact is not None
    type(task.contact).objects.update(email="liza@example.com")
    letter = doing(
        "mail", value="{{Task.Client.Email}}", subject="№ {{Task.Number}}\nX: y", body="Dear {{Task.Client.Name}}"
    )
    built(olga, "left", letter)

    liza.leaves()
    runs()
    sends()

    [sent] = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (["liza@example.com"], f"№ {task.number} X: y", "Dear Liza")
    assert ScenarioSending.objects.get().state == State.SENT


def test_without_an_address_no_letter_is_written(liza: Writer, olga: Employee) -> None:
    liza.says("Hello")
    built(olga, "left", doing("mail", value="{{Task.Client.Email}}", subject="Hi", body="Dear"))

    liza.leaves()
    runs()

    assert not ScenarioSending.objects.exists() and ScenarioRun.objects.get().state == "failed"
