"""The stage of the desk, with a Chatra cloud of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from otklik.desk.tests.browser.conftest import browser, seats, standards
from otklik.desk.tests.browser.running_desk import RunningDesk
from otklik.integrations.tests.cloud import Cloud, running_cloud

__all__ = ["browser", "seats", "standards"]


@pytest.fixture(scope="package")
def cloud() -> Iterator[Cloud]:
    with running_cloud() as cloud:
        yield cloud


@pytest.fixture(scope="package")
def desk(browser: Browser, django_db_setup: None, cloud: Cloud) -> Iterator[RunningDesk]:
    with pytest.MonkeyPatch.context() as surroundings:
        surroundings.setenv("OTKLIK_CHATRA_CLOUD", cloud.address)
        desk = RunningDesk()
    yield desk
    desk.stop()
