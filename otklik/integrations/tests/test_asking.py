from __future__ import annotations

import json

import pytest

from otklik.desk.models import Identity, ServiceEntry, Task
from otklik.integrations import asking
from otklik.integrations.chatra.read import read
from otklik.integrations.errors import Unreachable
from otklik.integrations.models import Connection
from otklik.integrations.tests.arriving import arrive, client, hook, message
from otklik.integrations.tests.remote import Chatra

pytestmark = pytest.mark.django_db

KNOWN = {
    "id": "client-liza",
    "location": {"country": "Russian Federation", "city": "Tver"},
    "pages": [{"title": "Микрофон", "link": "https://shop.example.com/mic"}],
    "browser": "Firefox 140",
    "os": "Linux",
}


def test_s15_what_the_webhook_did_not_bring_is_asked_for(chatra: Chatra, shop: Connection) -> None:
    arrive(shop, hook("chatStarted", client(ip="81.2.69.142"), message("m1")))
    chatra.answer(200, KNOWN)

    asking.ask(shop.pk, "chat-liza")

    assert chatra.requests[0].url.path == "/api/clients/client-liza"
    quoted = [line["text"] for part in Task.objects.get().additional_data for line in part["lines"]]
    assert quoted == ["Russian Federation, Tver", "Микрофон", "widget", "Linux · Firefox 140"]
    entry = ServiceEntry.objects.get().data
    assert (entry["ip"], entry["os"]) == ("81.2.69.142", "Linux")
    assert Identity.objects.get().device == "Firefox 140, Linux, Tver"


def test_a_remote_that_does_not_answer_is_asked_again(chatra: Chatra, shop: Connection) -> None:
    arrive(shop, hook("chatStarted", client(), message("m1")))
    chatra.answer(503)

    with pytest.raises(Unreachable):
        asking.ask(shop.pk, "chat-liza")


def test_only_a_bare_enquiry_is_asked_for() -> None:
    told = client(location={"country": "Russian Federation"})
    assert [_is_bare(client()), _is_bare(told)] == [True, False]


def _is_bare(who: dict[str, object]) -> bool:
    enquiry = read(json.dumps(hook("chatStarted", who, message("m1"))).encode()).enquiry
    return enquiry is not None and enquiry.is_bare
