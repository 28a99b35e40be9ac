"""Hidden («скрытые, приватные») comments, of which nobody else learns a word (contracts/planfix-behaviour.md §8.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from otklik.desk import queries
from otklik.desk.actions import comments, delaying, files, moving, notification_mail, pins
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import (
    Comment,
    Employee,
    Event,
    File,
    Group,
    Notice,
    Notification,
    Role,
    SearchEntry,
    Task,
    TaskMember,
)
from otklik.desk.notification_words import told
from otklik.desk.tests.screens.stage import Writer, by_htmx, signed_in, words
from otklik.lib.tests.pictures import picture

# A word, a file and nothing else like them.
WORD, NAME = "Xylophone", "zeppelin"
MARKED = f"{NAME}.png</mark>"


def e(employee: Employee) -> str:
    return f"employee-{employee.pk}"


@dataclass
class Secret:
    """A hidden note of Pavel's for Olga's eyes and those of `chosen`, with a picture."""

    task: Task
    note: Comment
    file: File
    contact: int
    chosen: Employee
    outside: Employee

    def of(self, part: str) -> str:
        return f"/tasks/{self.task.number}/{part}"


@pytest.fixture
def secret(
    settings: Any, tmp_path: Path, liza: Writer, pavel: Employee, alice: Employee, boris: Employee, support: Group
) -> Secret:
    """Alice is chosen; Boris is an auditor of the task and is not."""
    location = {"location": tmp_path / "files"}
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": location}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    task = liza.says("Hello")
    TaskMember.objects.create(task=task, role=Role.objects.get(key="auditor"), employee=boris)
    content = picture("PNG")
    file = files.upload(task, by=pavel, name=f"{NAME}.png", content=BytesIO(content), size=len(content))
    note = comments.add(
        task, by=pavel, text=f"{WORD} is what she wants", kind="note", files=[file], notified={alice.pk}, is_hidden=True
    )
    pins.pin(note, by=pavel)
    assert task.contact is not None
    return Secret(Task.objects.get(pk=task.pk), note, file, task.contact.number, alice, boris)


Reader = Callable[[Client, Secret, Employee], str]


def page(address: Callable[[Secret], str], **headers: str) -> Reader:
    def read(browser: Client, secret: Secret, reader: Employee) -> str:
        answer: Any = browser.get(address(secret), headers=headers)
        return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()

    return read


def notification(secret: Secret, reader: Employee) -> Notification:
    """As if he had been told of it before he lost his rights."""
    event = Event.objects.filter(comment=secret.note, kind="note_added").get()
    Notice.objects.get_or_create(employee=reader, event=event, defaults={"task": secret.task, "reason": "comment"})
    return Notification.objects.create(
        employee=reader, task=secret.task, event=event, kind="colleague", channel="email"
    )


def chronicle(mode: str) -> Reader:
    def read(browser: Client, secret: Secret, reader: Employee) -> str:
        notification(secret, reader)
        return str(browser.get(f"/{mode}").content.decode())

    return read


def letter(browser: Client, secret: Secret, reader: Employee) -> str:
    return notification_mail._written(notification(secret, reader))[1]


def pop_up(browser: Client, secret: Secret, reader: Employee) -> str:
    return str(told(notification(secret, reader)))


# Where a comment is read: what a person gets there, and what of the secret whoever may see it finds there.
READERS: dict[str, tuple[Reader, str]] = {
    "the task": (page(lambda s: s.of("")), WORD),
    "a link to it": (page(lambda s: s.of(f"?at={s.note.number}")), WORD),
    "what is around a place": (page(lambda s: s.of(f"?near={s.note.number}")), WORD),
    "what has come": (page(lambda s: s.of("feed/?after=0&since=0&first=1")), WORD),
    "what has changed": (page(lambda s: s.of("feed/?after=99&since=0&first=1")), WORD),
    "earlier lines": (page(lambda s: s.of("earlier/?first=99")), WORD),
    "later lines": (page(lambda s: s.of("later/?after=0")), WORD),
    "its form": (page(lambda s: s.of(f"comments/{s.note.number}/more/")), WORD),
    "a task made of it": (page(lambda s: f"/tasks/new/?from={s.task.number}&comment={s.note.number}"), WORD),
    "the client's side": (page(lambda s: s.of("client/")), ""),
    "the history": (page(lambda s: s.of("history/?all=1")), "Pinned a comment"),
    "the chronicle": (chronicle(""), WORD),
    "the chronicle of everything": (chronicle("?all=1"), WORD),
    "a letter": (letter, WORD),
    "a pop-up": (pop_up, WORD),
    "the contact's feed": (page(lambda s: f"/contacts/{s.contact}/"), WORD),
    "the contact's files": (page(lambda s: f"/contacts/{s.contact}/"), NAME),
    "the search of comments": (page(lambda s: f"/search/?q={WORD}"), "is what she wants"),
    "the search of files": (page(lambda s: f"/search/?q={NAME}"), MARKED),
    "the quick switcher": (page(lambda s: f"/search/quick/?q={WORD}"), ""),
    "the list": (page(lambda s: "/tasks/"), ""),
    "the board": (page(lambda s: "/tasks/board/"), ""),
    "the table of contacts": (page(lambda s: "/contacts/export/contacts.csv"), ""),
    "the reports": (page(lambda s: "/reports/chats.csv"), ""),
    "merging tasks": (page(lambda s: s.of("merging/")), ""),
}


@pytest.mark.parametrize("where", READERS)
def test_8_2_nobody_else_reads_a_hidden_comment_anywhere(where: str, secret: Secret, olga: Employee) -> None:
    read, found = READERS[where]

    assert found in read(signed_in(secret.chosen), secret, secret.chosen)
    assert found in read(signed_in(olga), secret, olga)
    seen = read(signed_in(secret.outside), secret, secret.outside)
    # What he has searched for himself stands in the field of the search.
    assert "she wants" not in seen and f"{NAME}.png" not in seen and MARKED not in seen
    assert found == "" or found not in seen or found in (WORD, NAME)
    if "search" not in where and "switcher" not in where:
        assert WORD not in seen and NAME not in seen


@pytest.mark.parametrize("part", ["files/{key}/", "files/{key}/preview/", "comments/{number}/text/",
    "comments/{number}/withdrawal/", "comments/{number}/more/", "comments/{number}/report/"])  # fmt: skip
def test_8_2_its_direct_address_is_not_there_for_others(part: str, secret: Secret) -> None:
    address = secret.of(part.format(key=secret.file.key, number=secret.note.number))

    assert signed_in(secret.outside).get(address).status_code == 404
    assert signed_in(secret.chosen).get(address).status_code in (200, 302)


def test_8_2_nobody_moves_or_pins_what_he_does_not_see(secret: Secret, oleg: Writer, pavel: Employee) -> None:
    browser, other = signed_in(secret.outside), oleg.says("Hi")
    assert browser.post(secret.of(f"comments/{secret.note.number}/pin/"), {"off": "1"}).status_code == 404
    with pytest.raises(NotAllowed):
        moving.move(secret.note, into=other, by=secret.outside)

    moved = moving.move(secret.note, into=other, by=pavel)

    TaskMember.objects.create(task=other, role=Role.objects.get(key="auditor"), employee=secret.outside)
    assert moved.is_hidden
    assert WORD not in browser.get(f"/tasks/{other.number}/").content.decode()
    assert WORD in signed_in(secret.chosen).get(f"/tasks/{other.number}/").content.decode()


def test_8_2_only_they_hear_of_it_and_the_link_to_it_says_it_is_not_here(secret: Secret, pavel: Employee) -> None:
    told_of = set(Notice.objects.filter(event__comment=secret.note).values_list("employee", flat=True))
    assert told_of == {secret.chosen.pk}
    seen = signed_in(secret.outside).get(secret.of(f"?at={secret.note.number}")).content.decode()
    assert "is not here any more" in seen and queries.unread_count(secret.outside) == 0


def test_8_2_it_chooses_nobody_for_one_who_does_not_see_it(secret: Secret) -> None:
    seen = signed_in(secret.outside).get(secret.of("")).content.decode()
    assert f'data-note="{e(secret.chosen)}' not in seen


def test_8_2_followers_hear_of_it_only_when_they_see_it(liza: Writer, pavel: Employee, alice: Employee, olga: Employee,
    boris: Employee) -> None:  # fmt: skip
    task = liza.says("Hello")
    TaskMember.objects.create(task=task, role=Role.objects.get(key="auditor"), employee=boris)
    Task.objects.filter(pk=task.pk).update(followers=[boris.pk, olga.pk])

    note = comments.add(task, by=pavel, text="Between us", kind="note", notified={alice.pk}, is_hidden=True)

    heard = set(Notice.objects.filter(event__comment=note).values_list("employee", flat=True))
    assert heard == {alice.pk, olga.pk}


def test_8_2_who_is_called_by_name_sees_it(liza: Writer, pavel: Employee, boris: Employee) -> None:
    task = liza.says("Hello")

    comments.add(task, by=pavel, text="@Boris, between us", kind="note", notified=set(), is_hidden=True)

    assert "between us" in signed_in(boris).get(f"/tasks/{task.number}/").content.decode()


def test_8_2_the_switch_hides_and_a_quote_of_a_hidden_comment_is_hidden_by_default(
    liza: Writer, pavel: Employee, alice: Employee
) -> None:
    task = liza.says("Hello")
    given = {"kind": "note", "text": "Between us", "circle": "1", "who": ["hidden", e(alice)]}

    assert signed_in(pavel).post(f"/tasks/{task.number}/comments/", given, headers=by_htmx()).status_code == 204

    assert Comment.objects.get(text="Between us").is_hidden
    seen = signed_in(alice).get(f"/tasks/{task.number}/").content.decode()
    assert f'data-involved="hidden {e(pavel)} {e(alice)}"' in seen


def test_8_2_a_reply_is_never_hidden(liza: Writer, pavel: Employee, alice: Employee) -> None:
    task = liza.says("Hello")
    given = {"kind": "reply", "text": "Between us", "circle": "1", "who": ["hidden", e(alice)]}
    answer = signed_in(pavel).post(f"/tasks/{task.number}/comments/", given, headers=by_htmx())
    assert answer.status_code == 422 and "cannot be hidden" in answer.content.decode()

    reply = comments.add(task, by=pavel, text="Good day", kind="reply")
    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.filter(pk=reply.pk).update(is_hidden=True)


def test_8_2_it_is_hidden_for_somebody(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    with pytest.raises(Refused) as refused:
        comments.add(task, by=pavel, text="Between us", kind="note", notified=set(), is_hidden=True)
    assert refused.value.field == "hidden"


def test_8_2_one_that_waits_is_seen_by_its_author_alone_and_is_hidden_when_it_is_written(
    liza: Writer, pavel: Employee, alice: Employee, boris: Employee
) -> None:
    task = liza.says("Hello")
    at = timezone.now() + timedelta(hours=1)
    waits = delaying.delay(task, by=pavel, kind="note", text=WORD, at=at, key="k", who=["hidden", e(alice)])
    assert WORD in signed_in(pavel).get(f"/tasks/{task.number}/").content.decode()
    assert WORD not in signed_in(alice).get(f"/tasks/{task.number}/").content.decode()
    assert signed_in(alice).get(f"/tasks/{task.number}/delayed/{waits.pk}/").status_code == 404

    written = delaying.write_now(waits, by=pavel)

    assert written.is_hidden and written.notified == [alice.pk]


def test_the_index_of_the_search_keeps_its_words_out_of_tasks(secret: Secret) -> None:
    signed_in(secret.chosen).get(f"/search/?q={WORD}")
    assert not SearchEntry.objects.filter(kind="task", words__contains=WORD.lower()).exists()


def test_8_2_a_task_made_of_it_has_no_name_from_it_and_its_task_tells_the_number_alone(
    secret: Secret, pavel: Employee
) -> None:
    browser = signed_in(pavel)
    of = {"from": str(secret.task.number), "comment": str(secret.note.number)}
    assert browser.get("/tasks/new/", of).context["form"]["name"].value() in (None, "")

    browser.post("/tasks/new/", of | {"name": WORD, "client": "", "assignee": [e(pavel)]})

    made = Task.objects.get(name=WORD)
    told = Event.objects.get(kind="task_made_of_comment", task=secret.task)
    assert (told.data["number"], WORD in str(told.data)) == (made.number, False)
    seen = words(signed_in(secret.outside).get(secret.of("")))
    assert f"№ {made.number} was made of a comment" in seen and WORD not in seen
