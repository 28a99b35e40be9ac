"""`make screens`: pictures of a running demo for the documentation. Each screen in Russian and light, in English and
dark, and on a phone; they replace those in docs/screens."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, StorageState, sync_playwright

FOLDER = Path("docs/screens")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# So few are enough for a screen, and make its file a third as large.
COLOURS = 192
PATIENCE = 120_000
WIDE = {"viewport": {"width": 1440, "height": 900}}
WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
LOOKS: dict[str, dict[str, Any]] = {
    "ru": {**WIDE, "locale": "ru-RU", "color_scheme": "light"},
    "dark-en": {**WIDE, "locale": "en-US", "color_scheme": "dark"},
    "phone-en": {"viewport": {"width": 390, "height": 844}, "locale": "en-US", "color_scheme": "light"},
}


# Who has signed in so far.
_known: dict[str, StorageState] = {}


class Screen(NamedTuple):
    name: str
    # Sees it: the beginning of his e-mail.
    who: str
    address: str
    # What is done on it before the picture is taken.
    then: Callable[[Page], None] = lambda page: None


def _first(page: Page, link: str) -> None:
    """Goes where the first of these links leads."""
    address = page.locator(link).first.get_attribute("href")
    if address is None:
        raise SystemExit(f"The demo shows nothing at {page.url}.")
    page.goto(address)


def _talk(page: Page) -> None:
    """A task in which a client is answered, beside the list where the screen has the room."""
    links = page.locator("#tasks .list__link", has_text="(").all()
    for address in [link.get_attribute("href") or "" for link in links]:
        page.goto(address)
        if page.locator("#mode-reply:enabled").count() and page.locator(".comment--reply").count():
            return
    raise SystemExit("The demo has no task in which a client is answered.")


def _quick_replies(page: Page) -> None:
    _talk(page)
    page.locator("label.mode--reply").click()
    box = page.locator("message-composer textarea")
    box.fill("")
    box.press_sequentially("*")
    page.locator("[role=listbox] [role=option]").first.wait_for()


def _scenario(page: Page) -> None:
    _first(page, "#content a[href^='/management/scenarios/']:not([href$='/new/']):not([href$='/log/'])")


SCREENS = (
    Screen("work", "pavel", "/tasks/?show=all", _talk),
    Screen("task", "olga", "/tasks/?show=all", _talk),
    Screen("chronicle", "alice", "/"),
    Screen("tasks", "olga", "/tasks/?show=active"),
    Screen("board", "olga", "/tasks/board/"),
    Screen("contact", "olga", "/contacts/", lambda page: _first(page, "#contacts a[href^='/contacts/']")),
    Screen("search", "olga", "/search/?q=доставка"),
    Screen("reports", "olga", "/reports/"),
    Screen("scenario", "olga", "/management/scenarios/", _scenario),
    Screen("templates", "olga", "/management/task-templates/"),
    Screen("notifications", "olga", "/notifications/"),
    Screen("employees", "olga", "/management/employees/"),
    Screen("quick-replies", "alice", "/tasks/?show=all", _quick_replies),
)


def main() -> None:
    data = Path(os.environ.get("OTKLIK_DATA", "data"))
    try:
        told = json.loads((data / "demo.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SystemExit("Start the demo first: make run") from None
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise SystemExit("No Chromium was found: install it (on Debian: apt-get install chromium).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        visitor = _conversation(browser, told)
        for look, options in LOOKS.items():
            _desk(browser, told, look, options, set(sys.argv[1:]))
            _widget(browser, told, look, options, visitor)
        browser.close()


def _conversation(browser: Browser, told: dict[str, Any]) -> StorageState:
    """A visitor asks and is answered; what his browser remembers of it."""
    context = browser.new_context(base_url=told["demo_url"], user_agent=WINDOWS, **LOOKS["ru"])
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    for path in ("/", "/lantern/", "/delivery/"):
        page.goto(path)
    box = _opened(page)
    for text in ("Здравствуйте! Фонарь есть в наличии?", "И сколько стоит доставка в Тверь?"):
        box.fill(text)
        box.press("Enter")
        page.frame_locator("#chatra__iframe").locator(".bubble", has_text=text).wait_for()
    desk = _signed_in(browser, told, "pavel", LOOKS["ru"])
    desk.locator("#chronicle .entry__name a").first.click()
    desk.locator("#task-header [action$='/acceptance/'] button").click()
    desk.locator("label.mode--reply").click()
    desk.locator("message-composer textarea").fill("Добрый день! Фонарь есть, доставка в Тверь — 350 рублей, три дня.")
    desk.locator("message-composer textarea").press("Control+Enter")
    page.frame_locator("#chatra__iframe").locator(".bubble", has_text="350").wait_for()
    remembered = context.storage_state()
    context.close()
    desk.context.close()
    return remembered


def _opened(page: Page) -> Locator:
    """The chat's box; for a visitor who came back the chat opens by itself."""
    button = page.locator("#chatra__button")
    button.wait_for(state="attached")
    if button.get_attribute("aria-expanded") != "true":
        button.click()
    box = page.frame_locator("#chatra__iframe").locator("textarea").first
    box.wait_for()
    return box


def _signed_in(browser: Browser, told: dict[str, Any], who: str, options: dict[str, Any]) -> Page:
    """At the chronicle. The same person signs in once."""
    context = browser.new_context(base_url=told["desk_url"], storage_state=_known.get(who), **options)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto("/")
    if who not in _known:
        person = next(one for one in told["employees"] if one["email"].startswith(who))
        page.locator("input[name=login]").fill(person["email"])
        page.locator("input[name=password]").fill(person["password"])
        page.locator("input[name=password]").press("Enter")
        page.locator("#chronicle").wait_for()
        _known[who] = context.storage_state()
    return page


def _desk(browser: Browser, told: dict[str, Any], look: str, options: dict[str, Any], only: set[str]) -> None:
    for who in dict.fromkeys(screen.who for screen in SCREENS):
        page = _signed_in(browser, told, who, options)
        for screen in SCREENS:
            if screen.who != who or (only and screen.name not in only):
                continue
            page.goto(screen.address)
            screen.then(page)
            _take(page, f"{screen.name}-{look}")
        page.context.close()


def _widget(browser: Browser, told: dict[str, Any], look: str, options: dict[str, Any], visitor: StorageState) -> None:
    """As the visitor of the shop sees it."""
    context = browser.new_context(base_url=told["demo_url"], storage_state=visitor, **options)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto("/lantern/" if options["locale"] == "ru-RU" else "/en/lantern/")
    _opened(page)
    page.frame_locator("#chatra__iframe").locator(".bubble").first.wait_for()
    _take(page, f"widget-{look}")
    context.close()


def _take(page: Page, name: str) -> None:
    page.evaluate("document.fonts.ready")
    # What moves has come to rest.
    taken = page.screenshot(animations="disabled", caret="hide")
    picture = Image.open(io.BytesIO(taken)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    FOLDER.mkdir(parents=True, exist_ok=True)
    picture.save(FOLDER / f"{name}.png", optimize=True)
    print(name)


if __name__ == "__main__":
    main()
