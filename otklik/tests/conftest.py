"""The whole product, once for all tests of this folder, and the people in front of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from otklik.tests import caller, chromium
from otklik.tests.product import Product
from otklik.tests.visitor import Visitor
from otklik.tests.window import PATIENCE, Window

WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "user_agent": IPHONE,
}
FAILED = pytest.StashKey[bool]()

Visitors = Callable[..., Visitor]
Employees = Callable[..., Window]


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    product = Product()
    product.start()
    yield product
    code = product.stop()
    said = product.said
    product.remove()
    assert code == 0, said


@pytest.fixture(scope="module")
def stranger(product: Product) -> Iterator[httpx2.Client]:
    """Somebody without any sign-in, on one line."""
    with caller.stranger(product) as client:
        yield client


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = chromium.program()
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        # Chromium's own sandbox does not work for root, and nothing foreign is opened.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def signed_in(browser: Browser, product: Product) -> dict[str, Any]:
    """Who has signed in so far; the same person does it once."""
    return {}


@pytest.fixture
def employees(browser: Browser, product: Product, signed_in: dict[str, Any]) -> Iterator[Employees]:
    """Makes windows of employees by their first names."""
    made: list[Window] = []

    def make(who: str, **options: Any) -> Window:
        made.append(Window(browser, product, signed_in=signed_in.get(who), **options))
        if who not in signed_in:
            made[-1].sign_in(who)
            signed_in[who] = made[-1].context.storage_state()
        return made[-1]

    yield make
    for window in made:
        window.context.close()
    assert [complaint for window in made for complaint in window.complaints] == []


@pytest.fixture
def visitors(browser: Browser, product: Product) -> Iterator[Visitors]:
    """Makes visitors of the demo shop; each is a stranger to the others' browsers."""
    made: list[Visitor] = []

    def make(**options: Any) -> Visitor:
        options = {"locale": "en-US", "user_agent": WINDOWS, "base_url": product.facts["demo_url"], **options}
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE)
        made.append(Visitor(context))
        return made[-1]

    yield make
    for visitor in made:
        visitor.context.close()
    assert [error for visitor in made for error in visitor.errors] == []


@pytest.fixture
def liza(visitors: Visitors, product: Product) -> Visitor:
    """On the shop's first page, the chat open."""
    # The test before may have killed something.
    product.wait_until_served()
    liza = visitors()
    liza.visit("/en/")
    liza.open()
    return liza


@pytest.fixture
def pavel(employees: Employees) -> Window:
    """At the chronicle, with nothing unread."""
    return at_chronicle(employees("pavel"))


def at_chronicle(window: Window) -> Window:
    """Everything is read."""
    window.watch_chronicle()
    window.page.locator("form[action$='/chronicle/reading/'] button").click()
    expect(window.page.locator("#chronicle .entry")).to_have_count(0)
    return window


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(autouse=True)
def pictures(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What everybody saw when a test failed."""
    # Asked for first, so that this ends while the windows are still open.
    browser = request.getfixturevalue("browser") if "browser" in request.fixturenames else None
    if browser:
        for name in ("employees", "visitors"):
            request.getfixturevalue(name)
    yield
    if browser and request.node.stash.get(FAILED, False):
        _take(browser.contexts, tmp_path_factory.mktemp("seen", numbered=True))


def _take(contexts: list[BrowserContext], folder: Path) -> None:
    for place, context in enumerate(contexts):
        for number, page in enumerate(context.pages):
            path = folder / f"{place}-{number}.png"
            page.screenshot(path=path)
            print(f"{page.url}: {path}")
