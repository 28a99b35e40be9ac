"""Calls made up from the schema, good and bad ones: none breaks the server; refusals have the contract's envelope."""

from __future__ import annotations

import json
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case

from otklik.chat.actions import replies
from otklik.chat.api import api
from otklik.chat.models import Agent, Site, Visitor
from otklik.chat.tests.keyholder import Desk

schema = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/"))))

# The fixtures stay for all examples of a test: later calls meet what earlier ones have changed.
MANY = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


@schema.parametrize()
@MANY
def test_no_call_breaks_the_server(case: Case[Any], shop: Site, anna: Visitor) -> None:

    _name_somebody(case, shop, anna)

    status, content = _call(Desk(shop), case)

    assert status < 500, content
    if status != 200:
        assert set(content["error"]) == {"code", "message"}


def _call(desk: Desk, case: Case[Any]) -> tuple[int, Any]:
    """Through Django's test client, which stays within the test's transaction."""
    asked = requests.Request(**case.as_transport_kwargs("http://testserver", {"Authorization": desk.keys})).prepare()
    headers: dict[str, Any] = dict(asked.headers)
    content_type = headers.pop("Content-Type", "application/octet-stream")
    body: Any = asked.body or b""
    assert asked.method and asked.url
    answer = desk.browser.generic(asked.method, asked.url, body, content_type, headers=headers)
    return answer.status_code, json.loads(answer.content)


def _name_somebody(case: Case[Any], shop: Site, anna: Visitor) -> None:
    """Made-up ids name nobody: every second call is about Anna or a message to her."""
    if len(case.path) % 2:
        return
    if isinstance(case.body, dict) and "clientId" in case.body:
        case.body["clientId"] = anna.public_id
    if "id" in case.path_parameters:
        case.path_parameters["id"] = anna.public_id if "clients" in case.path else _said(shop, anna)


def _said(shop: Site, anna: Visitor) -> str:
    return replies.post(anna.conversation, agent=Agent.objects.filter(site=shop)[0], text="Good day").public_id
