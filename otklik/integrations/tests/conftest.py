from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation

from otklik.desk.models import Task
from otklik.integrations.models import Connection
from otklik.integrations.tests.arriving import arrive, client, hook, message
from otklik.integrations.tests.cloud import Cloud, running_cloud
from otklik.integrations.tests.remote import chatra

__all__ = ["chatra"]


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with running_cloud() as running:
        yield running


@pytest.fixture
def task(cloud: Cloud, shop: Connection) -> Task:
    """A conversation of the cloud's."""
    Connection.objects.update(settings=cloud.settings)
    arrive(shop, hook("chatStarted", client(), message("m1", "Здравствуйте!")))
    return Task.objects.get()


@pytest.fixture
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def whole_batches(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever is halved is taken in all the same, only slowly: nothing here should need it."""
    yield
    if "bad_webhook" not in request.node.name:
        assert not [record for record in caplog.records if "halving" in record.message]
