"""The stage: the real server behind a line, a website of somebody else, and a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from otklik.chat.tests.widget.guest import Guest, browser_program
from otklik.chat.tests.widget.line import State
from otklik.chat.tests.widget.running_chat import KEY, RunningChat
from otklik.chat.tests.widget.website import Website

Guests = Callable[..., Guest]

# Chromium's own sandbox does not work for root, and nothing foreign is opened.
ARGUMENTS = ["--no-sandbox"]


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    browser_program()
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=browser_program(), args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def running_chat(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningChat]:
    chat = RunningChat(tmp_path_factory.mktemp("widget"))
    yield chat
    chat.stop()


@pytest.fixture
def chat(running_chat: RunningChat) -> Iterator[RunningChat]:
    """The server with nobody in it yet."""
    running_chat.forget_all()
    yield running_chat
    running_chat.line.set(State.OPEN)


@pytest.fixture
def website(chat: RunningChat) -> Iterator[Website]:
    website = Website(key=KEY, chat=chat.address)
    yield website
    website.close()


@pytest.fixture
def guests(browser: Browser) -> Iterator[Guests]:
    """Makes visitors; whatever they did, no page of theirs may have seen an error of ours."""
    made: list[Guest] = []

    def make(**options: Any) -> Guest:
        made.append(Guest(browser.new_context(**{"locale": "en-US", **options})))
        return made[-1]

    yield make
    for guest in made:
        guest.context.close()
    assert [error for guest in made for error in guest.errors] == []


@pytest.fixture
def liza(guests: Guests) -> Guest:
    return guests()


@pytest.fixture
def liza_with_open_storage(playwright: Playwright, tmp_path: Path) -> Iterator[Guest]:
    """Chromium closes the storage of other sites' frames to windows without a profile, so all other guests have it
    closed; this one has a profile."""
    context = playwright.chromium.launch_persistent_context(
        tmp_path, executable_path=browser_program(), args=ARGUMENTS, locale="en-US"
    )
    liza = Guest(context)
    yield liza
    context.close()
    assert liza.errors == []


@pytest.fixture(params=["closed storage", "open storage"])
def liza_anyhow(request: pytest.FixtureRequest) -> Guest:
    name = "liza" if request.param == "closed storage" else "liza_with_open_storage"
    guest: Guest = request.getfixturevalue(name)
    return guest
