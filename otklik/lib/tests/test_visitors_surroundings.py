"""What a request tells of the one who sent it: address, place, device, links."""

from __future__ import annotations

import ipaddress

import pytest
from pytest_django import Settings

from otklik.lib import address, device, place
from otklik.lib.links import clean_link


@pytest.mark.parametrize(
    ("connection", "forwarded", "found"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("::ffff:10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("10.0.0.1", '"[2001:db8::1]:80"', "2001:db8::1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, nonsense", "10.0.0.1"),
        ("", "198.51.100.1", "198.51.100.1"),
    ],
)
def test_only_a_trusted_proxy_is_believed(settings: Settings, connection: str, forwarded: str, found: str) -> None:
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/8")]
    # Over a unix socket there is no address: whoever reaches it is the proxy.
    assert address.behind_proxies(connection, forwarded) == found


def test_without_proxies_the_header_is_a_visitors_fancy(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = []

    assert address.behind_proxies("127.0.0.1", "198.51.100.1") == "127.0.0.1"


@pytest.mark.parametrize("own", ["127.0.0.1", "127.1.2.3", "::1", "192.168.1.5", "10.2.3.4"])
def test_the_database_of_the_house_knows_this_machine(own: str) -> None:
    assert place.of(own, "ru") == ("Россия", "RU", "Москва")
    assert place.of(own, "de") == ("Russia", "RU", "Moscow")


@pytest.mark.parametrize("unknown", ["8.8.8.8", "2001:db8::1", None, ""])
def test_what_the_database_does_not_know_is_left_open(unknown: str | None) -> None:
    assert place.of(unknown, "ru") == ("", "", "")


def test_a_device_is_read_from_its_user_agent() -> None:
    iphone = (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/17.5 Mobile/15E148 Safari/604.1"
    )
    assert device.read(iphone) == ("Mobile Safari 17", "iOS 17", "iPhone")
    assert device.read("") == device.read("\x00 nonsense") == ("", "", "")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://shop.example/a?b=c#d", "https://shop.example/a?b=c#d"),
        (" https://shop.example/a b ", "https://shop.example/ab"),
        ("java\nscript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//shop.example/", ""),
        ("http://[", ""),
        ("http://shop.example:99999/", ""),
        ("https://shop.example/a?" + "b" * 3000, "https://shop.example/a"),
        ("https://shop.example/" + "b" * 3000, "https://shop.example/"),
        ("https://" + "b" * 3000, ""),
    ],
)
def test_only_links_of_the_web_are_kept(given: str, kept: str) -> None:
    assert clean_link(given) == kept
