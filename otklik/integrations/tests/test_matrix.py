"""Every address of the desk × every role × looking and doing: exactly what `doors.txt` says (§7).

A line of the table: the address's name, GET or POST, then what each of the roles gets: a stranger, a blocked employee,
somebody who is signed in and no employee, an employee outside the task, a participant, an auditor, a member of a group
that does it, an assignee, an administrator, the account owner, a technical administrator. `login`: he is asked to sign
in; `302!`: he is led on, and told that it was not done. A POST brings the form of `every_address` along, otherwise
nothing: then 302, 400 and 422 are open doors, and 403 and 404 closed ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.messages import ERROR, get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from otklik.desk.models import Employee, Group
from otklik.desk.tests.screens.conftest import liza, oleg, shop_chat
from otklik.desk.tests.screens.stage import Writer
from otklik.integrations.models import Connection
from otklik.integrations.tests.every_address import ROLES, Address, Cast, World, browsers, make

__all__ = ["liza", "oleg", "shop_chat"]

TABLE = Path(__file__).with_name("doors.txt")
CLOSED = {"302!", "400", "403", "404", "410", "422"}
WORKING = ("participant", "auditor", "of a group", "assignee", "administrator", "owner")
# Answered by the same refusal to all who work, and why.
REFUSED_TO_ALL = {
    "first_admin GET": "There is one by now.",
    "first_admin POST": "There is one by now.",
    "giving POST": "The task is no draft.",
    "notifications POST": "Everybody has his own; a form without times is refused.",
    "push_subscription POST": "Everybody has his own; it takes the keys of a real browser.",
    "push_trial POST": "Nobody of them has a browser that takes pushes.",
}


@pytest.fixture
def world(
    liza: Writer, oleg: Writer, olga: Employee, pavel: Employee, boris: Employee, support: Group, shop: Connection
) -> World:
    return make(Cast(olga, pavel, boris, support, liza, oleg, shop))


def outcome(browser: Client, method: str, address: Address) -> str:
    for file in (one for one in address.form.values() if isinstance(one, SimpleUploadedFile)):
        file.seek(0)
    # What was said to him before is not about this.
    browser.cookies.pop("messages", None)
    with transaction.atomic():
        answer = browser.post(address.path, address.form) if method == "POST" else browser.get(address.path)
        if hasattr(answer, "streaming_content"):
            list(answer.streaming_content)
        transaction.set_rollback(True)
    if answer.status_code == 302 and answer["Location"].startswith("/accounts/login/"):
        return "login"
    is_refused = any(said.level == ERROR for said in get_messages(answer.wsgi_request))
    return f"{answer.status_code}!" if answer.status_code == 302 and is_refused else str(answer.status_code)


def table() -> dict[str, str]:
    lines = (line.split(maxsplit=2) for line in TABLE.read_text().splitlines() if line and not line.startswith("#"))
    return {f"{name} {method}": " ".join(rest.split()) for name, method, rest in lines}


def test_7_every_address_is_open_to_exactly_those_whom_the_table_names(world: World) -> None:
    found = {}
    everybody = browsers(world)
    for address in world.addresses():
        for method in ("GET", "POST"):
            outcomes = (outcome(browser, method, address) for browser in everybody)
            found[f"{address.name} {method}"] = " ".join(outcomes)

    wanted = table()
    wrong = [f"{key} {found.get(key)}" for key in sorted({*found, *wanted}) if found.get(key) != wanted.get(key)]
    assert wrong == [], "\n".join(["These lines differ:", *wrong])


def test_7_no_door_is_tried_with_something_that_opens_it_to_nobody() -> None:
    places = [ROLES.index(role) for role in WORKING]
    answers = {key: {line.split()[place] for place in places} for key, line in table().items()}
    assert {key for key, found in answers.items() if found <= CLOSED and len(found) == 1} == set(REFUSED_TO_ALL)
