"""What a user agent says about the visitor's browser and machine."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from ua_parser import parse

LONGEST = 1000


class Device(NamedTuple):
    browser: str = ""
    os: str = ""
    device: str = ""


@lru_cache(maxsize=2000)
def read(user_agent: str) -> Device:
    """Browser, system and device in words, such as "Chrome 130", "Windows 10", "PC"; empty where nothing is known."""
    if not user_agent:
        return Device()
    found = parse(user_agent[:LONGEST])
    browser = _joined(found.user_agent.family, found.user_agent.major) if found.user_agent else ""
    os = _joined(found.os.family, found.os.major) if found.os else ""
    return Device(browser, os, _device(found.device.family if found.device else "", os))


def _joined(family: str, version: str | None) -> str:
    return f"{family} {version}" if version else family


def _device(family: str, os: str) -> str:
    if family and family != "Other":
        return family
    # Desktop browsers do not name their machine.
    return "PC" if os.startswith(("Windows", "Linux", "Ubuntu", "Fedora", "Debian", "Chrome OS")) else ""
