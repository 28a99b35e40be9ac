"""Who stands before a screen, and who writes from outside."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from otklik.desk.actions.incoming import Channel, Enquiry, Incoming, Line, Person
from otklik.desk.actions.intake import receive_many
from otklik.desk.models import Comment, Employee, Task
from otklik.people.models import User
from otklik.people.sides import COOKIES

PAGES = (
    ("Boya BY-F8C microphone", "https://shop.example.com/catalogue/7247"),
    ("", "https://shop.example.com/delivery"),
)


class Writer:
    """A client on a site; every message comes in as a channel brings it."""

    def __init__(self, channel: Channel, name: str, device: str = "", *, is_bound: bool = False) -> None:
        self.channel, self.name, self.device, self.is_bound = channel, name, device, is_bound
        self.said = 0
        # What he told last.
        self.told_name = name

    def says(self, *texts: str, on: str = "", **more: Any) -> Task:
        """`on` names another device of the same person, `named` a name by which he introduces himself; empty: he tells
        none, and the channel makes his name up."""
        self.told_name = more.pop("named", self.told_name)
        told = {"name": self.told_name, "email": more.pop("email", "")}
        person = Person(self.name, **told, device=more.pop("device", self.device), is_bound=self.is_bound)
        lines = [self._line(text, **more) for text in texts]
        return self._arrives(on, person=person, lines=tuple(lines), enquiry=self._enquiry(on))

    def leaves(self) -> Task:
        return self._arrives("", left=True)

    def _line(self, text: str, **more: Any) -> Line:
        self.said += 1
        return Line(f"{self.name}-{self.said}", text, True, timezone.now(), **more)

    def _enquiry(self, on: str) -> Enquiry:
        return Enquiry(
            remote_key=f"first-{on}",
            at=timezone.now(),
            place="Russia, Moscow",
            pages=PAGES,
            source="widget",
            ip="95.24.10.1",
            browser="Chrome 130",
            os="Windows 10",
        )

    def _arrives(self, on: str, **content: Any) -> Task:
        who = f"{self.name}{on}"
        with transaction.atomic():
            [outcome] = receive_many([Incoming(self.channel, f"chat-{who}", f"client-{who}", **content)])
        return Task.objects.get(pk=outcome.task_id or 0)


def signed_in(who: Employee | User, language: str = "en") -> Client:
    """The browser of somebody who has signed in to the desk."""
    browser = Client(headers={"accept-language": language})
    browser.force_login(who.user if isinstance(who, Employee) else who)
    browser.cookies[COOKIES["desk"]] = browser.cookies.pop(settings.SESSION_COOKIE_NAME).value
    return browser


def by_htmx(**more: str) -> dict[str, str]:
    return {"HX-Request": "true", **more}


def words(response: Any) -> str:
    """What a person reads of an answer, without the sheet of keys."""
    page = re.sub(r'(?s)<dialog class="quick keys".*?</dialog>', " ", response.content.decode())
    body = re.sub(r"(?s)<(script|style|svg|head).*?</\1>", " ", page)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def part(response: Any, id: str) -> str:
    """The HTML of the element with this id; empty when there is none."""
    page = response.content.decode()
    found = re.search(rf'<([a-z-]+)[^>]* id="{id}"', page)
    if found is None:
        return ""
    depth = 0
    for tag in re.finditer(rf"<(/?){found.group(1)}\b", page[found.start() :]):
        depth += -1 if tag.group(1) else 1
        if depth == 0:
            return str(page[found.start() : found.start() + tag.end()])
    return ""


def feed_of(task: Task) -> list[tuple[str, str]]:
    return [(comment.kind, comment.text) for comment in Comment.objects.filter(task=task).order_by("number")]


def queries_of(browser: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(path).status_code == 200
    return len(captured)
