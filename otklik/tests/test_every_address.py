"""Every address of the project stands in a table. Pages of the desk and of integrations have
`integrations/tests/doors.txt`, the chat's own pages `chat/tests/doors.txt`; all others are in `doors.txt` beside this,
with what a stranger gets, somebody who is signed in to the desk and no employee, and an employee. To the chat side
neither of the two is signed in (S04), and the API knows keys only. The plain ASGI doors before the resolver (`/hooks/`,
`/widget/`, `/live/stream`) know their callers by tokens, and have tests of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from otklik.conftest import PASSWORD, make_employee
from otklik.desk.tests.screens.stage import signed_in
from otklik.people.models import User

TABLE = Path(__file__).with_name("doors.txt")
# Modules of addresses that have a table of their own.
ELSEWHERE = {"otklik.desk.urls", "otklik.integrations.urls", "otklik.chat.urls"}


def walked(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    """An address of each, with something in the place of its parameters."""
    for pattern in patterns:
        route = before + str(pattern.pattern).removeprefix("^").removesuffix("$").replace(".*", "nothing")
        if isinstance(pattern, URLPattern):
            yield re.sub(r"\(\?P<\w+>(?:\[[^]]*\]|[^)])*\)|<[^>]*>", "x", route)
        elif getattr(pattern.urlconf_module, "__name__", "") not in ELSEWHERE:
            yield from walked(pattern.url_patterns, route)


def outcome(browser: Client, method: str, address: str) -> str:
    cookies = SimpleCookie(browser.cookies.output(header=""))
    with transaction.atomic():
        answer = browser.generic(method, address)
        if hasattr(answer, "streaming_content"):
            list(answer.streaming_content)
        transaction.set_rollback(True)
    # Who signed out comes back.
    browser.cookies = cookies
    is_login = answer.status_code == 302 and "/accounts/login/" in answer["Location"]
    return "login" if is_login else str(answer.status_code)


def test_7_every_other_address_is_open_to_exactly_those_whom_the_table_names(db: None) -> None:
    nobody = User.objects.create_user("nobody@example.com", PASSWORD, name="Nobody")
    browsers = [Client(), signed_in(nobody), signed_in(make_employee("Pavel"))]
    resolvers = [get_resolver(module) for module in (settings.ROOT_URLCONF, settings.CHAT_URLCONF)]
    found = {}
    for address in dict.fromkeys(one for resolver in resolvers for one in walked(resolver.url_patterns)):
        for method in ("GET", "POST"):
            answers = (outcome(browser, method, address) for browser in browsers)
            found[f"{address} {method}"] = " ".join(answers)

    lines = (line.split(maxsplit=2) for line in TABLE.read_text().splitlines() if line and not line.startswith("#"))
    wanted = {f"{address} {method}": " ".join(rest.split()) for address, method, rest in lines}
    wrong = [f"{key} {found.get(key)}" for key in sorted({*found, *wanted}) if found.get(key) != wanted.get(key)]
    assert wrong == [], "\n".join(["These lines differ:", *wrong])
