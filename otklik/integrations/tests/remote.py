"""A remote that speaks Chatra, behind the connector's HTTP client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from otklik.integrations import registry
from otklik.integrations.chatra.connector import ChatraConnector


class Chatra:
    """A remote that answers as told and remembers what it was sent."""

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        if callable(answer):
            answer = answer(request)
        if answer is None:
            answer = (200, {"id": f"remote-{len(self.requests)}"}, {})
        status, content, headers = answer
        return httpx2.Response(status, json=content, headers=headers)

    def answer(self, status: int, content: Any = None, **headers: str) -> None:
        self.answers.append((status, content or {}, headers))

    @property
    def texts(self) -> list[str]:
        return [json.loads(request.content)["text"] for request in self.requests]


@pytest.fixture
def chatra() -> Iterator[Chatra]:
    """Registered in place of the real remote: the connector takes its HTTP client as an argument."""
    remote = Chatra()
    known = registry.connectors()
    real = known["chatra"]
    known["chatra"] = ChatraConnector(httpx2.Client(transport=httpx2.MockTransport(remote)))
    yield remote
    known["chatra"] = real
