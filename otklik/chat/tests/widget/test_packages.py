"""Packages that fetch the widget from the cloud's fixed address. Their calls are repeated here, step by step, as
@chatra/chatra 1.0.3 and nuxt-chatra-module 4.0.1 make them; the browser is told that the cloud's name is our chat."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from otklik.chat.tests.widget.conftest import ARGUMENTS
from otklik.chat.tests.widget.guest import Guest, browser_program
from otklik.chat.tests.widget.running_chat import KEY, RunningChat
from otklik.chat.tests.widget.secure_line import SecureLine
from otklik.chat.tests.widget.website import Website

pytestmark = pytest.mark.browser

CLOUD = "call.chatra.io"

# `init` sets the globals and a stub, adds the script once, and starts again by `restart` the next time; all else is
# handed on to the function of the page.
OFFICIAL = """<script>
  let isThere = false;
  function chatra(method, data) {
    if (method !== 'init') return window.Chatra.apply(this, arguments);
    window.ChatraIntegration = data.integration;
    window.ChatraSetup = data.setup;
    window.ChatraID = data.ID;
    window.Chatra = window.Chatra || function () { (window.Chatra.q = window.Chatra.q || []).push(arguments); };
    if (isThere) return window.Chatra.restart && window.Chatra('restart');
    isThere = true;
    const script = Object.assign(document.createElement('script'), { async: true, src: 'https://%s/chatra.js' });
    document.head.appendChild(script);
  }
</script>"""
# No stub, globals, the script; calls are handed on when there is something to hand them to.
NUXT = """<script>
  function start(options) {
    window.ChatraID = options.id;
    window.ChatraSetup = options.setup;
    const script = Object.assign(document.createElement('script'), { async: true, src: 'https://%s/chatra.js' });
    document.head.appendChild(script);
  }
  const $chatra = (...all) => window.Chatra && window.Chatra(...all);
</script>"""


@pytest.fixture
def liza_with_the_cloud(playwright: Playwright, chat: RunningChat, tmp_path: Path) -> Iterator[Guest]:
    line = SecureLine(CLOUD, chat.port, tmp_path)
    rule = f"--host-resolver-rules=MAP {CLOUD}:443 127.0.0.1:{line.port}"
    browser = playwright.chromium.launch(executable_path=browser_program(), args=[*ARGUMENTS, rule])
    liza = Guest(browser.new_context(locale="en-US", ignore_https_errors=True))
    yield liza
    browser.close()
    line.close()
    assert liza.errors == []


def test_the_official_package_finds_our_chat(chat: RunningChat, website: Website, liza_with_the_cloud: Guest) -> None:
    liza = liza_with_the_cloud
    liza.visit(website.page(OFFICIAL.replace("%s", CLOUD)))
    liza.page.evaluate(
        f"chatra('init', {{ ID: '{KEY}', integration: {{ name: 'Liza' }}, setup: {{ buttonSize: 75 }} }});"
        "chatra('expandWidget'); chatra('pageView')"
    )
    expect(liza.box).to_be_focused()
    liza.write("Do you sell spades?")
    expect(liza.message("Do you sell spades?")).to_contain_text("sent")
    chat.answer("We do.")
    expect(liza.message("We do.")).to_be_visible()
    assert chat.run("SELECT integration->>'name' FROM chat_visitor") == [("Liza",)]
    liza.page.evaluate(f"chatra('init', {{ ID: '{KEY}', setup: {{ buttonSize: 50, language: 'ru' }} }})")
    expect(liza.button).to_have_css("width", "50px")
    expect(liza.button).to_have_accessible_name("Закрыть чат")
    expect(liza.page.locator("#chatra")).to_have_count(1)


def test_the_package_for_nuxt_finds_our_chat(website: Website, liza_with_the_cloud: Guest) -> None:
    liza = liza_with_the_cloud
    liza.visit(website.page(NUXT.replace("%s", CLOUD)))
    liza.page.evaluate(f"$chatra('openChat'); start({{ id: '{KEY}', setup: {{ buttonPosition: 'bl' }} }})")
    expect(liza.page.locator("#chatra.chatra--pos-left")).to_be_visible()
    liza.page.evaluate("$chatra('openChat', true)")
    expect(liza.box).to_be_focused()
    expect(liza.page.locator(f"#chatra__iframe[src^='https://{CLOUD}/widget/']")).to_be_attached()
