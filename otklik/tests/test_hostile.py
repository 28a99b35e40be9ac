"""Names, texts, titles and addresses from outside are hostile by assumption: what becomes of them in the desk."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest
from playwright.sync_api import expect

from otklik.tests.conftest import Employees
from otklik.tests.product import Product
from otklik.tests.window import Window

pytestmark = pytest.mark.browser

ATTACK = """"><script>hacked=1</script><img src=x onerror="hacked=1">'--{{7*7}}"""
TURNED = "\u202egnp.exe\u202c\u2066\u200f"


def hostile(conversation: str, **changed: Any) -> dict[str, Any]:
    """A webhook in which every text is an attack."""
    client = {
        "id": f"{conversation}'",
        "chatId": conversation,
        "displayedName": ATTACK + TURNED,
        "name": ATTACK + TURNED,
        "email": f'"<script>hacked=1</script>{conversation}"@example.com',
        "phone": ATTACK,
        "info": {ATTACK: ATTACK, "javascript:hacked=1": "javascript:hacked=1", "__proto__": "x"},
        "location": {"country": ATTACK, "city": ATTACK},
        "ip": ATTACK,
        "browser": ATTACK,
        "os": ATTACK,
        "device": ATTACK,
        "source": ATTACK,
        "pages": [
            {"title": ATTACK, "link": 'https://shop.example.com/"onmouseover=hacked=1//'},
            {"title": "Click me", "link": "javascript:hacked=1"},
            {"title": "And me", "link": "data:text/html,<script>hacked=1</script>"},
            {"title": TURNED, "link": "https://shop.example.com/<script>hacked=1</script>"},
        ],
    }
    files = {"name": f"{ATTACK}{TURNED}.png", "url": 'https://example.com/"><script>hacked=1</script>', "size": -1}
    messages = [
        {"id": f"{conversation}-1", "type": "client", "text": f"first {ATTACK}", "createdAt": 1_700_000_000_000},
        {"id": f"{conversation}-2", "type": "client", "text": f'second {ATTACK} https://e.example/"onclick=hacked=1'},
        {"id": f"{conversation}-3", "type": "client", "text": "third javascript:hacked=1", "file": files},
        {"id": f"{conversation}-4", "type": "agent", "text": ATTACK, "agentName": ATTACK, "agentId": "1"},
    ]
    return {"eventName": "chatStarted", "client": client, "messages": messages, "agents": [{"id": "1"}]} | changed


def tell(product: Product, hook: dict[str, Any]) -> int:
    """Sends a webhook; the number of the task that it made."""
    answer = httpx2.post(product.facts["hook_url"], content=json.dumps(hook), timeout=60)
    assert answer.status_code == 200
    [(number,)] = product.run(
        """SELECT t.number FROM desk_task t JOIN integrations_link l ON l.task_id = t.id WHERE l.remote_id = %s""",
        hook["client"]["chatId"],
    )
    return int(number)


def assert_harmless(window: Window) -> None:
    assert window.page.evaluate("typeof hacked") == "undefined"
    links = window.page.eval_on_selector_all("a[href], form[action]", "all => all.map(one => one.href || one.action)")
    assert [link for link in links if not link.startswith(("http://", "https://", "mailto:"))] == []
    assert window.page.locator("main img[src=x], main script").count() == 0


def test_hostile_words_stay_words(product: Product, employees: Employees) -> None:
    number = tell(product, hostile("hostile"))
    olga = employees("olga")

    for path in ("/", "/tasks/?show=all", f"/tasks/{number}/", "/contacts/", "/contacts/?q=%00'%22<", "/integrations/"):
        olga.page.goto(path)
        assert_harmless(olga)

    olga.page.goto(f"/tasks/{number}/")
    expect(olga.line("second")).to_contain_text('"><script>hacked=1</script><img src=x onerror="hacked=1">')
    expect(olga.page.locator("#opening .comment")).to_contain_text("{{7*7}}")
    expect(olga.page.locator("#opening blockquote")).not_to_contain_text("Click me javascript:")
    olga.page.locator("#task-side .task__client a").click()
    expect(olga.page.locator("#contact-data h1")).to_contain_text("<script>hacked=1</script>")
    assert_harmless(olga)
    assert "\u202e" not in olga.page.title() + olga.page.locator("h1").inner_text()
    olga.page.locator("#edit-contact").click()
    expect(olga.page.get_by_label("Name")).to_be_visible()
    assert_harmless(olga)


def test_a_hostile_message_that_arrives_live_stays_words(product: Product, employees: Employees) -> None:
    number = tell(product, hostile("live"))
    pavel = employees("pavel")
    pavel.open_task(number)
    late = [{"id": "live-5", "type": "client", "text": f"fifth {ATTACK}"}]

    tell(product, hostile("live", eventName="chatFragment", messages=late))

    expect(pavel.line("fifth")).to_contain_text("<script>hacked=1</script>")
    assert pavel.is_same_page()
    assert_harmless(pavel)


def test_a_text_of_a_megabyte_and_one_with_nul_are_shown(product: Product, employees: Employees) -> None:
    long = "яяя" + "x" * 1_000_000
    words = [
        {"id": "big-1", "type": "client", "text": "before\0after \ud800 half"},
        {"id": "big-2", "type": "client", "text": "long " + long},
        {"id": "big-3", "type": "client", "text": "and still here"},
    ]
    number = tell(product, hostile("big", messages=words))
    pavel = employees("pavel")

    pavel.open_task(number)

    expect(pavel.page.locator("#opening .comment")).to_contain_text("beforeafter")
    expect(pavel.line("long яяя")).to_be_visible()
    expect(pavel.line("and still here")).to_be_visible()
    # It breaks no layout: nothing is wider than the window.
    assert pavel.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_harmless(pavel)


def test_what_was_not_understood_is_shown_harmlessly(product: Product, employees: Employees) -> None:
    body = f"<script>hacked=1</script>{ATTACK}{TURNED}\0\x1b[2J"
    assert httpx2.post(product.facts["hook_url"], content=body.encode(), timeout=60).status_code == 200
    [(pk,)] = product.run("SELECT id FROM integrations_connection")
    olga = employees("olga")

    olga.page.goto(f"/integrations/{pk}/")
    receipt = olga.page.locator(".receipt").first
    receipt.locator("summary").click()

    expect(receipt.locator("pre")).to_contain_text("<script>hacked=1</script>")
    assert_harmless(olga)
