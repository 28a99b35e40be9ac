"""Calls that leave the house: who may be called, and when again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from otklik.lib import backoff, http

NOW = datetime(2030, 1, 1, 12, 0, tzinfo=UTC)


def test_calls_carry_our_name_and_do_not_follow_redirects() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        assert request.headers["User-Agent"].startswith("Otklik/")
        return httpx2.Response(302, headers={"Location": "http://elsewhere.example/"})

    with http.client(httpx2.MockTransport(answer)) as client:
        assert client.get("http://desk.example/").status_code == 302


INSIDE = (
    "127.0.0.1 localhost 10.1.2.3 169.254.169.254 [::1] [::ffff:127.0.0.1] 0.0.0.0 [fd00::1] [64:ff9b::7f00:1] "
    "224.0.0.1 2130706433 [64:ff9b:1::7f00:1] [::127.0.0.1]"
)


@pytest.mark.parametrize("host", INSIDE.split())
def test_an_address_of_a_visitors_does_not_lead_inside(host: str) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        raise AssertionError(f"{request.url} was called")

    with http.guarded_client(httpx2.MockTransport(answer)) as client, pytest.raises(http.AddressRefused):
        client.get(f"http://{host}/")


def test_the_address_that_was_checked_is_the_one_that_is_called() -> None:
    called = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        called.append((request.url.host, request.headers["Host"], request.extensions["sni_hostname"]))
        return httpx2.Response(200)

    with http.guarded_client(httpx2.MockTransport(answer)) as client:
        client.get("https://93.184.216.34/x")

    assert called == [("93.184.216.34", "93.184.216.34", "93.184.216.34")]


def test_ourselves_and_what_the_operator_names_may_lie_inside(settings: Any) -> None:
    settings.PUBLIC_URL, settings.INTERNAL_HOSTS = "http://127.0.0.1:8000", ["desk.lan", "10.0.0.5:9000"]
    called = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        called.append(str(request.url))
        return httpx2.Response(200)

    allowed = ["http://127.0.0.1:8000/x", "http://desk.lan:7/x", "http://10.0.0.5:9000/x"]
    with http.guarded_client(httpx2.MockTransport(answer)) as client:
        for address in allowed:
            client.get(address)
        for address in ("http://127.0.0.1:8001/x", "http://10.0.0.5/x", "http://127.0.0.1:8000@10.0.0.5/x"):
            with pytest.raises(http.AddressRefused):
                client.get(address)

    assert called == allowed


def test_where_one_address_of_a_host_is_out_of_reach_the_next_is_tried() -> None:
    called = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        called.append(request.url.host)
        if len(called) < 3:
            raise httpx2.ConnectError("There is no way.")
        return httpx2.Response(200, content=request.content)

    addresses = {"2600:9000::1", "52.84.1.1", "9.9.9.9"}
    transport = http.GuardedTransport(httpx2.MockTransport(answer), resolve=lambda host: addresses)
    with http.client(transport) as client:
        assert client.post("http://files.example/", content=b"whole").content == b"whole"

    assert called == ["52.84.1.1", "9.9.9.9", "2600:9000::1"]


def test_attempts_grow_apart() -> None:
    assert [backoff.delay(attempts).total_seconds() for attempts in (1, 2, 3, 4, 5, 7, 500)] == [
        1, 5, 30, 120, 600, 3600, 3600,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, 0),
        ("120", 120),
        ("Tue, 01 Jan 2030 12:01:00 GMT", 60),
        ("Tue, 01 Jan 2030 11:00:00 GMT", 0),
        ("99999999999999999999", 12 * 3600),
        ("soon", 0),
        ("-5", 0),
    ],
)
def test_what_the_other_side_asks_for_is_understood(value: str | None, seconds: int) -> None:
    assert backoff.retry_after(value, NOW) == timedelta(seconds=seconds)
