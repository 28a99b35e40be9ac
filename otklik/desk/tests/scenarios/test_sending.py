"""Requests and letters of scenarios, to a real server on loopback (§11.4; §11.5, rule 9)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.utils import timezone
from django.utils.translation import override

from otklik.desk import jobs
from otklik.desk.actions import scenarios
from otklik.desk.errors import Refused
from otklik.desk.models import Employee, ScenarioRun, ScenarioSending, Task
from otklik.desk.scenarios import sending
from otklik.desk.tests.scenarios.target import Target
from otklik.desk.tests.scenarios.test_engine import built, runs
from otklik.desk.tests.scenarios.test_operations import doing
from otklik.desk.tests.screens.conftest import liza, oleg, shop_chat
from otklik.desk.tests.screens.stage import Writer, signed_in

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


def test_headers_go_along_with_what_is_known_of_the_task(target: Target, liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    given = "X-Task: {{Task.Number}}\nX-Client: {{Task.Client.Name}}\ncontent-type: text/csv"
    built(olga, "left", request_to(target, body="a;b", headers=given))
    Task.objects.filter(pk=task.pk).update(name="One\r\nX-Other: 1")
    assert task.contact is not None
    type(task.contact).objects.update(name="Лиза\r\nX-Evil: 1")
    liza.leaves()
    runs()
    sends()

    [asked] = target.requests
    client = asked.headers["X-Client"].encode("latin-1").decode()
    assert (asked.headers["X-Task"], client) == (str(task.number), "Лиза X-Evil: 1")
    assert asked.headers.get_all("Content-Type") == ["text/csv"] and "X-Evil" not in asked.headers


def test_a_secret_header_is_sent_and_shown_to_nobody(target: Target, liza: Writer, olga: Employee) -> None:
    liza.says("Hello")
    target.is_echo = True
    scenario = built(olga, "left", request_to(target, secrets="Authorization: Bearer s3cret\nX-Key: k3y"))
    liza.leaves()
    runs()
    sends()

    [asked] = target.requests
    assert (asked.headers["Authorization"], asked.headers["X-Key"]) == ("Bearer s3cret", "k3y")
    one = ScenarioSending.objects.get()
    assert "Authorization: ••••••••" in one.answer
    browser = signed_in(olga)
    pages = [browser.get(f"/management/scenarios/{scenario.pk}/{rest}").content.decode() for rest in ("", "log/")]
    stored = json.dumps([one.content, one.answer, scenario.operations, scenario.secrets, one.run.deeds])
    assert "Authorization: ••••••••" in pages[0]
    assert not [text for text in [*pages, stored] if "s3cret" in text or "k3y" in text]


def test_dots_keep_a_secret_and_other_words_replace_it(target: Target, liza: Writer, olga: Employee) -> None:
    liza.says("Hello")
    scenario = built(olga, "left", request_to(target, secrets="X-One: 1st\nX-Two: 2nd"))
    first, second = scenario.operations[0]["secrets"].splitlines()

    given = scenarios.values_of(scenario)
    rows = [doing("note", value="Bye"), given["operations"][0] | {"secrets": f"{second}\nX-Three: 3rd"}]
    changed = scenarios.change(scenario, given | {"operations": rows}, seen=given, by=olga)
    copied = scenarios.copy(changed, by=olga)
    scenarios.switch(copied, on=True, by=olga)
    liza.leaves()
    runs()
    sends()

    assert len(changed.secrets) == 2
    for asked in target.requests:
        assert (asked.headers["X-One"], asked.headers["X-Two"], asked.headers["X-Three"]) == (None, "2nd", "3rd")
    assert len(target.requests) == 2
    now = scenarios.values_of(changed)
    with override("en"), pytest.raises(Refused, match="Type the value of the header X-One"):
        rows = [now["operations"][1] | {"secrets": first}]
        scenarios.change(changed, now | {"operations": rows}, seen=now, by=olga)


def test_a_saved_secret_goes_to_the_target_with_which_it_was_saved_alone(
    target: Target, settings: Any, liza: Writer, olga: Employee
) -> None:
    liza.says("Hello")
    scenario = built(olga, "left", request_to(target, secrets="X-Key: k3y"))
    with Target() as other:
        settings.INTERNAL_HOSTS = [f"127.0.0.1:{target.port}", f"127.0.0.1:{other.port}"]
        given = scenarios.values_of(scenario)
        [saved] = given["operations"]
        elsewhere = saved | {"value": f"{other.address}/hook"}
        for rows in ([elsewhere], [saved, elsewhere]):
            with override("en"), pytest.raises(Refused, match="Type the value of the secret header anew") as refused:
                scenarios.change(scenario, given | {"operations": rows}, seen=given, by=olga)
            assert refused.value.field == f"operations-{len(rows)}-secrets"
        path = given | {"operations": [saved | {"value": f"{target.address}/other"}]}
        scenario = scenarios.change(scenario, path, seen=given, by=olga)

        liza.leaves()
        runs()
        waiting = ScenarioSending.objects.get()
        ScenarioSending.objects.update(
            target=other.address, content=waiting.content | {"address": f"{other.address}/hook"}
        )
        sends()
        waiting.refresh_from_db()
        assert waiting.state == State.FAILED and not other.requests

        typed = path | {"operations": [elsewhere | {"secrets": "X-Key: an0ther"}]}
        scenarios.change(scenario, typed, seen=scenarios.values_of(scenario), by=olga)


def test_no_part_of_a_secret_is_kept_where_the_answer_is_cut(target: Target, liza: Writer, olga: Employee) -> None:
    liza.says("Hello")
    target.is_echo = True
    longest = "s" + "3cret" * 300
    built(
        olga, "left", request_to(target, headers=f"A-Filler: {'-' * 1000}", secrets=f"X-Key: {longest}\nX-Part: s3cr")
    )
    liza.leaves()
    runs()
    sends()

    one = ScenarioSending.objects.get()
    assert one.state == State.SENT and "X-Key: ••••••••\n" in one.answer and "3cret" not in one.answer


def test_11_5_a_request_need_not_be_tried_again(target: Target, liza: Writer, olga: Employee) -> None:
    target.status = 500
    liza.says("Hello")
    built(olga, "left", request_to(target, again="no"))
    liza.leaves()
    runs()

    sends()

    one = ScenarioSending.objects.get()
    assert (one.state, one.attempts) == (State.FAILED, 1)


PRIVATE = [
    "http://127.0.0.1:1/", "http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest/", "http://localhost/",
    "http://2130706433/",
]  # fmt: skip


@pytest.mark.parametrize("address", [*PRIVATE, "http://a..b/", "http://example.com:99999/", "https://"])
def test_what_cannot_be_reached_is_refused_when_it_is_saved(olga: Employee, settings: Any, address: str) -> None:
    with pytest.raises(Refused) as caught:
        built(olga, "left", doing("request", method="GET", value=address))
    assert caught.value.field == "operations-1-value"


def test_the_operator_allows_hosts_of_his_own_network(olga: Employee, settings: Any) -> None:
    settings.INTERNAL_HOSTS = ["10.0.0.1"]
    built(olga, "left", doing("request", method="GET", value="http://10.0.0.1/hook"))


@pytest.mark.parametrize(
    ("part", "text", "sentence"),
    [
        ("headers", "No colon here", "as Name: value"),
        ("headers", "Bad name: 1", "as Name: value"),
        ("headers", "Host: example.org", "set by itself"),
        ("headers", "X-Empty:", "has no value"),
        ("headers", "\n".join(f"X-{number}: 1" for number in range(21)), "At most 20 headers"),
        ("secrets", "Authorization", "has no value"),
    ],
)
def test_headers_that_cannot_be_sent_are_refused(olga: Employee, part: str, text: str, sentence: str) -> None:
    with override("en"), pytest.raises(Refused, match=sentence):
        built(olga, "left", doing("request", method="GET", value="https://example.com/", **{part: text}))


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_refused_for_good(liza: Writer, olga: Employee, settings: Any, address: str) -> None:
    liza.says("Hello")
    settings.INTERNAL_HOSTS = [urlsplit(address).netloc, urlsplit(address).hostname]
    built(olga, "left", doing("request", method="GET", value=address))
    settings.INTERNAL_HOSTS = []
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
