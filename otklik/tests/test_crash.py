"""I1, I9: whatever is killed, and whenever, nothing that was acknowledged is lost, and nothing is there twice."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import httpx2
import pytest

from otklik.tests.caller import Widget, signed_in, token
from otklik.tests.load import Load
from otklik.tests.product import PATIENCE, Product

Loads = Callable[[str], Load]


@pytest.fixture
def loads(product: Product) -> Iterator[Loads]:
    """Starts a load; returns when a third of it was acknowledged, so that what comes now hits it in its midst."""
    started: list[Load] = []

    def start(name: str) -> Load:
        load = Load(product.facts["hook_url"], name=name, conversations=240, webhooks=5)
        started.append(load)
        load.start()
        product.wait(lambda: load.acknowledged > load.total / 3)
        assert not load.is_over()
        return load

    yield start
    for load in started:
        product.wait(load.is_over)


def assert_all_is_there(product: Product, load: Load) -> None:
    """Every acknowledged message once, in the order of its conversation; no hole in a feed or among the events."""
    product.wait(load.is_over)
    assert load.acknowledged == load.total
    product.wait(lambda: product.run("SELECT count(*) FROM integrations_receipt WHERE state IN ('waiting')") == [(0,)])
    shown = product.run(
        """
        SELECT array_agg(c.text ORDER BY c.number) FROM desk_comment c JOIN desk_identity i ON i.id = c.identity_id
        WHERE i.remote_id = ANY(%s) GROUP BY i.remote_id ORDER BY i.remote_id
        """,
        load.names,
    )
    assert [texts for (texts,) in shown] == [load.ledger[name] for name in sorted(load.names)]
    assert tasks_with_holes(product) == []
    assert product.run("SELECT max(number) - min(number) + 1 - count(*) FROM desk_event") == [(0,)]


def tasks_with_holes(product: Product) -> list[int]:
    rows = product.run(
        """
        SELECT t.id FROM desk_task t LEFT JOIN desk_comment c ON c.task_id = t.id GROUP BY t.id
        HAVING count(c.id) <> t.comment_count OR coalesce(max(c.number), 0) <> t.comment_count
        """
    )
    return [pk for (pk,) in rows]


def test_a_kill_of_the_web_process_loses_nothing(product: Product, loads: Loads) -> None:
    load = loads("web")

    killed = product.kill("web")

    product.wait(lambda: product.is_replaced("web", killed))
    assert_all_is_there(product, load)
    assert load.repeats


def test_a_kill_of_postgresql_loses_nothing(product: Product, loads: Loads) -> None:
    load = loads("postgres")
    web = product.pid("web")

    killed = product.kill("postgres")

    product.wait(lambda: product.is_replaced("postgres", killed))
    assert_all_is_there(product, load)
    # The web process has waited for its database, and goes on.
    assert product.pid("web") == web


def test_a_kill_of_everything_is_recovered_by_the_next_start(product: Product, loads: Loads) -> None:
    load = loads("everything")

    product.kill_all()
    acknowledged = load.acknowledged
    product.start()

    assert 0 < acknowledged < load.total
    assert_all_is_there(product, load)


def test_a_kill_of_the_worker_in_the_midst_of_a_send_loses_no_reply(product: Product, stranger: httpx2.Client) -> None:
    liza = Widget(stranger, product)
    assert liza.says("Will you answer?").status_code == 200
    number = product.task_of("Will you answer?")
    product.wait_until_quiet()
    with socket.create_server(("127.0.0.1", 0)) as silent, signed_in(product, "pavel") as pavel:
        silent.settimeout(PATIENCE)
        chat_is_at(product, f"http://127.0.0.1:{silent.getsockname()[1]}/api")
        reply = {"kind": "reply", "text": "At last."} | token(pavel)
        assert pavel.post(f"/tasks/{number}/comments/", data=reply).status_code == 302
        # The first attempt is the web process's own; it is told at once that nobody listens.
        silent.accept()[0].close()
        line, _ = silent.accept()
        with line:
            assert line.recv(1)
            killed = product.kill("worker")
        chat_is_at(product, f"{product.address}/api")
    product.wait(lambda: product.is_replaced("worker", killed))

    # A minute later, when the killed one's claim has run out.
    product.run("UPDATE integrations_delivery SET claimed_until = now() WHERE state = 'sending'")

    product.wait(lambda: [one for one in liza.call("hello").json()["messages"] if one["type"] == "agent"])
    product.wait_until_quiet()
    assert [one["text"] for one in liza.call("hello").json()["messages"]] == ["Will you answer?", "At last."]
    assert product.run("SELECT mark FROM desk_comment WHERE text = 'At last.'") == [("sent",)]


def chat_is_at(product: Product, address: str) -> None:
    product.run(
        "UPDATE integrations_connection SET settings = settings || jsonb_build_object('base_url', %s::text)", address
    )
