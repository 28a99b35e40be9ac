"""The stage: the real server, the database of the tests behind it, and browsers before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, sync_playwright

from otklik.conftest import write_standards
from otklik.desk.models import Employee
from otklik.desk.tests.browser.running_desk import RunningDesk, wait_for_quiet
from otklik.desk.tests.browser.seat import Seat, browser_program
from otklik.desk.tests.screens.conftest import liza, oleg, shop_chat

__all__ = ["liza", "oleg", "shop_chat"]

Seats = Callable[..., Seat]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    program = browser_program()
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as surroundings:
        # The browser's driver keeps an event loop in this thread; Django would refuse to work beside it.
        surroundings.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        # Chromium's own sandbox does not work for root, and nothing foreign is opened.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def desk(browser: Browser, django_db_setup: None) -> Iterator[RunningDesk]:
    desk = RunningDesk()
    yield desk
    desk.stop()


@pytest.fixture(autouse=True)
def standards(transactional_db: None, written: str) -> Iterator[None]:
    """What migrations wrote and the flush of a transactional test took away."""
    write_standards(written)
    # The server may still read for pages that are closed while the test takes its rows away: then the server gives in.
    with connection.cursor() as cursor:
        cursor.execute("SET deadlock_timeout = '30s'")
    yield
    wait_for_quiet()


@pytest.fixture
def seats(browser: Browser, desk: RunningDesk, standards: None) -> Iterator[Seats]:
    """Seats people at browsers; whatever they did, no page of theirs may have seen an error of ours."""
    taken: list[Seat] = []

    def sit(employee: Employee | None, **options: Any) -> Seat:
        taken.append(Seat(browser, desk, employee, **options))
        return taken[-1]

    yield sit
    for seat in taken:
        seat.context.close()
    assert [error for seat in taken for error in seat.errors] == []
