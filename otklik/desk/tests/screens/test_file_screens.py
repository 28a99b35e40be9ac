"""Attachments of a task: who may attach, what is taken, who may read it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signing import TimestampSigner, b62_encode
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone, translation

from otklik.desk.actions import comments as actions
from otklik.desk.actions import fetching, file_limits, file_links, files
from otklik.desk.errors import Refused
from otklik.desk.models import Comment, Employee, File, Role, Task, TaskMember
from otklik.desk.tests.screens.stage import Writer, part, signed_in, words
from otklik.lib.tests.pictures import HTML, SVG, bomb, picture


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return folder


def upload(browser: Client, task: Task, name: str, content: bytes) -> Any:
    given = SimpleUploadedFile("x", content)
    # The client of the tests would clean the name by itself.
    given._name = name  # type: ignore[attr-defined]
    return browser.post(f"/tasks/{task.number}/files/", {"file": given})


def attach(browser: Client, task: Task, name: str, content: bytes, **form: str) -> Comment:
    key = upload(browser, task, name, content).json()["key"]
    answer = browser.post(f"/tasks/{task.number}/comments/", {"kind": "note", "text": "", "file": key, **form})
    assert answer.status_code == 302, answer.content
    return task.comments.latest("number")


def opened(browser: Client, task: Task, file: File, what: str = "") -> Any:
    led = browser.get(f"/tasks/{task.number}/files/{file.key}/{what}")
    assert led.status_code == 302 and led["Cache-Control"] == "no-store"
    # Without any cookie: the address alone opens it.
    return read(led["Location"])


def read(address: str) -> Any:
    answer: Any = Client(headers={"accept-language": "en"}).get(address)
    if answer.streaming:
        answer.read = b"".join(answer.streaming_content)
    return answer


def test_an_employee_attaches_files_without_a_word(liza: Writer, pavel: Employee) -> None:
    task, browser = liza.says("Hello"), signed_in(pavel)

    note = attach(browser, task, "plan.png", picture())

    [file] = note.files.all()
    assert (file.name, file.type, file.created_by) == ("plan.png", "image/png", pavel)
    line = part(browser.get(f"/tasks/{task.number}/"), "comment-2")
    assert "plan.png" in line and f"/files/{file.key}/preview/" in line
    whole = opened(browser, task, file)
    assert whole.read == picture()
    assert whole["Content-Disposition"] == 'inline; filename="plan.png"'
    assert whole["Content-Type"] == "image/png"
    small = opened(browser, task, file, "preview/")
    assert small["Content-Type"] == "image/webp"


def test_a_browser_without_scripts_sends_files_with_the_comment(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    sent = [SimpleUploadedFile("a.txt", b"one"), SimpleUploadedFile("b.txt", b"two")]

    signed_in(pavel).post(f"/tasks/{task.number}/comments/", {"kind": "note", "text": "See", "files": sent})

    assert [file.name for file in task.comments.get(text="See").files.all()] == ["a.txt", "b.txt"]


@pytest.mark.parametrize(
    ("name", "content"), [("photo.png", HTML), ("photo.png", SVG), ("a.html", HTML), ("b.png", bomb())]
)
def test_what_could_run_is_only_saved(liza: Writer, pavel: Employee, name: str, content: bytes) -> None:
    task, browser = liza.says("Hello"), signed_in(pavel)

    [file] = attach(browser, task, name, content).files.all()

    assert not file.is_picture
    answer = opened(browser, task, file)
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert browser.get(f"/tasks/{task.number}/files/{file.key}/preview/").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.txt", b"", "empty.txt is empty."),
        ("setup.exe", b"anything", "setup.exe is a program"),
        ("photo.png", b"MZ\x90\0\x03", "photo.png is a program"),
        ("large.bin", b"x" * (files.LIMIT + 1), "large.bin is too large: at most 25.0"),
    ],
)
def test_what_is_not_taken_is_said(liza: Writer, pavel: Employee, name: str, content: bytes, sentence: str) -> None:
    answer = upload(signed_in(pavel), liza.says("Hello"), name, content)

    assert answer.status_code == 422
    assert sentence in answer.json()["error"].replace("\xa0", " ")
    assert not File.objects.exists()


def test_names_never_become_paths(liza: Writer, pavel: Employee, storage: Path) -> None:
    answer = upload(signed_in(pavel), liza.says("Hello"), "../../../escaped\u202etxt.sh", b"content")

    assert answer.json()["name"] == "escapedtxt.sh"
    kept = [path for path in storage.rglob("*") if path.is_file()]
    assert len(kept) == 1 and re.fullmatch(r"desk/\w\w/\w{30}", str(kept[0].relative_to(storage)))


def test_only_who_sees_the_task_gets_its_files(liza: Writer, pavel: Employee, alice: Employee, boris: Employee) -> None:
    task = liza.says("Hello")
    [file] = attach(signed_in(pavel), task, "plan.txt", b"plan").files.all()
    address = f"/tasks/{task.number}/files/{file.key}/"

    assert signed_in(alice).get(address).status_code == 302
    assert signed_in(boris).get(address).status_code == 404
    assert Client().get(address)["Location"].startswith("/accounts/login/")
    assert upload(signed_in(boris), task, "a.txt", b"x").status_code == 404


def test_an_upload_belongs_to_its_uploader_until_it_is_sent(liza: Writer, pavel: Employee, alice: Employee) -> None:
    task = liza.says("Hello")
    key = upload(signed_in(pavel), task, "plan.txt", b"plan").json()["key"]

    other = signed_in(alice)

    assert other.get(f"/tasks/{task.number}/files/{key}/").status_code == 404
    other.post(f"/tasks/{task.number}/files/{key}/removal/")
    stolen = other.post(f"/tasks/{task.number}/comments/", {"kind": "note", "text": "", "file": key})
    assert stolen.status_code == 422 and "Attach it again" in words(stolen)
    assert File.objects.get().comment is None


class Earlier(TimestampSigner):
    """Signs as if it were so many seconds ago."""

    seconds = 0

    def timestamp(self) -> str:
        return b62_encode(int(timezone.now().timestamp()) - self.seconds)


def signed_earlier(address: str, seconds: int) -> str:
    """The same address, given out so many seconds ago."""
    _files, token, name = address.strip("/").split("/")
    signer = Earlier(salt=file_links.SALT)
    signer.seconds = seconds
    return f"/files/{signer.sign(token.split(':')[0])}/{name}"


def test_an_address_holds_for_a_minute_and_cannot_be_forged(liza: Writer, pavel: Employee) -> None:
    task, browser = liza.says("Hello"), signed_in(pavel)
    [file] = attach(browser, task, "plan.txt", b"plan").files.all()
    address = browser.get(f"/tasks/{task.number}/files/{file.key}/")["Location"]

    assert read(address.replace("/files/f", "/files/p")).status_code == 410
    assert read(signed_earlier(address, 50)).status_code == 200
    late = read(signed_earlier(address, 62))
    assert late.status_code == 410 and "This link has expired" in words(late)


def test_the_composer_tells_what_the_channel_takes(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")

    page = words_and_attributes(signed_in(pavel).get(f"/tasks/{task.number}/"))

    # Nobody carries files on this way, and the composer says what happens instead.
    assert file_limits.of(task.targets.get()) == 0
    assert 'data-channel="0"' in page and "the client gets a link for 30 days" in page


def words_and_attributes(response: Any) -> str:
    return str(response.content.decode())


def test_a_file_of_the_client_shows_its_state(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    liza.says("See", files=({"name": "photo.png", "url": "http://127.0.0.1:9/photo.png", "size": 2048},))
    browser = signed_in(pavel)
    assert "photo.png 2.0 KB, being fetched…" in shown(browser, task)

    fetching.fetch_due()
    assert "could not be fetched: Its address leads into a closed network." in shown(browser, task)
    assert "127.0.0.1" not in shown(browser, task)

    browser.post(f"/tasks/{task.number}/files/{File.objects.get().key}/fetching/")
    assert "being fetched…" in shown(browser, task)


def shown(browser: Client, task: Task) -> str:
    return words(browser.get(f"/tasks/{task.number}/")).replace("\xa0", " ")


@pytest.mark.django_db(transaction=True)
def test_what_belongs_to_nothing_is_swept(liza: Writer, pavel: Employee, storage: Path) -> None:
    task, browser = liza.says("Hello"), signed_in(pavel)
    attach(browser, task, "kept.txt", b"kept")
    upload(browser, task, "forgotten.png", picture())
    upload(browser, task, "new.txt", b"new")
    File.objects.exclude(name="new.txt").update(created_at=timezone.now() - files.KEPT_FOR)

    files.sweep()

    assert set(File.objects.values_list("name", flat=True)) == {"kept.txt", "new.txt"}
    assert len([path for path in storage.rglob("*") if path.is_file()]) == 2


def test_files_of_a_withdrawn_reply_are_hidden_as_its_text_is(liza: Writer, pavel: Employee, boris: Employee) -> None:
    task, browser = liza.says("Hello"), signed_in(pavel)
    TaskMember.objects.create(task=task, role=Role.objects.get(key="participant"), employee=boris)
    comment = attach(browser, task, "plan.txt", b"secret", kind="reply", text="See the plan")
    [file] = comment.files.all()
    assert "plan.txt" in words(signed_in(boris).get(f"/tasks/{task.number}/"))

    # As long as nothing has carried it, it never leaves.
    Comment.objects.filter(pk=comment.pk).update(mark="")
    browser.post(f"/tasks/{task.number}/comments/{comment.number}/withdrawal/")

    seen = words(signed_in(boris).get(f"/tasks/{task.number}/"))
    assert "plan.txt" not in seen and "See the plan" not in seen and "1 file was withdrawn with it" in seen
    assert signed_in(boris).get(f"/tasks/{task.number}/files/{file.key}/").status_code == 404
    line = part(browser.get(f"/tasks/{task.number}/"), f"comment-{comment.number}")
    assert "plan.txt" in line and "files--withdrawn" in line
    assert opened(browser, task, file).read == b"secret"
    card = words(browser.get(f"/contacts/{task.contact.number if task.contact else 0}/"))
    assert "See the plan" not in card and "before it was sent" in card


def test_a_browser_without_scripts_sends_a_file_alone(liza: Writer, pavel: Employee) -> None:
    task, browser = liza.says("Hello"), signed_in(pavel)
    form = part(browser.get(f"/tasks/{task.number}/"), "composer-errors")
    page = browser.get(f"/tasks/{task.number}/").content.decode()
    assert form and not re.search(r"<textarea[^>]*\brequired\b", page)

    sent = {"kind": "note", "text": "", "files": [SimpleUploadedFile("a.txt", b"one")]}
    assert browser.post(f"/tasks/{task.number}/comments/", sent).status_code == 302
    assert task.comments.latest("number").files.get().name == "a.txt"
    assert browser.post(f"/tasks/{task.number}/comments/", {"kind": "note", "text": ""}).status_code == 422


def test_files_have_a_host_of_their_own_when_there_is_one(liza: Writer, pavel: Employee, settings: Any) -> None:
    task, browser = liza.says("Hello"), signed_in(pavel)
    [file] = attach(browser, task, "plan.png", picture()).files.all()
    settings.FILES_URL = "https://files.example.org"

    led = browser.get(f"/tasks/{task.number}/files/{file.key}/")["Location"]
    assert led.startswith("https://files.example.org/files/")
    path = led.removeprefix("https://files.example.org")
    assert browser.get(path)["Location"] == led
    there = Client(headers={"host": "files.example.org"})
    answer: Any = there.get(path)
    assert b"".join(answer.streaming_content) == picture()
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin" and not answer.cookies
    assert there.get("/").status_code == there.get("/accounts/login/").status_code == 404
    assert file_links.link(file).startswith("https://files.example.org/files/")


def on_disk(storage: Path) -> list[Path]:
    return [path for path in storage.rglob("*") if path.is_file()]


def make_old(storage: Path) -> None:
    then = timezone.now() - files.KEPT_FOR
    File.objects.update(created_at=then)
    for path in on_disk(storage):
        os.utime(path, (then.timestamp(), then.timestamp()))


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_sent_while_it_is_swept_stays(liza: Writer, pavel: Employee, storage: Path) -> None:
    task, browser = liza.says("Hello"), signed_in(pavel)
    key = upload(browser, task, "plan.txt", b"plan").json()["key"]
    make_old(storage)

    with transaction.atomic():
        actions.add(task, by=pavel, text="See", kind="note", files=files.uploaded(task, by=pavel, keys=[key]))
        in_another_connection(files.sweep)

    file = task.comments.latest("number").files.get()
    assert opened(browser, task, file).read == b"plan"


@pytest.mark.django_db(transaction=True)
def test_a_comment_whose_file_was_swept_meanwhile_is_refused(liza: Writer, pavel: Employee, storage: Path) -> None:
    task = liza.says("Hello")
    seen = [files.upload(task, by=pavel, name="plan.txt", content=BytesIO(b"plan"), size=4)]
    make_old(storage)
    in_another_connection(files.sweep)

    with translation.override("en"), pytest.raises(Refused, match="not here any more"):
        actions.add(task, by=pavel, text="See", kind="note", files=seen)
    assert not task.comments.filter(kind="note").exists()


@pytest.mark.django_db(transaction=True)
def test_one_upload_belongs_to_one_comment(liza: Writer, pavel: Employee) -> None:
    """Two windows send it at once: both have looked it up."""
    task = liza.says("Hello")
    seen = [files.upload(task, by=pavel, name="plan.txt", content=BytesIO(b"plan"), size=4)]
    first = actions.add(task, by=pavel, text="One", kind="note", files=seen)

    with translation.override("en"), pytest.raises(Refused, match="not here any more"):
        actions.add(task, by=pavel, text="Two", kind="note", files=[File.objects.get()])
    assert File.objects.get().comment == first


def test_files_of_a_refused_comment_are_swept_from_disk(liza: Writer, pavel: Employee, storage: Path) -> None:
    task = liza.says("Hello")
    given = [SimpleUploadedFile("plan.txt", b"plan"), SimpleUploadedFile("setup.exe", b"MZ")]
    answer = signed_in(pavel).post(f"/tasks/{task.number}/comments/", {"kind": "note", "text": "See", "files": given})
    assert answer.status_code == 422
    assert not File.objects.exists() and len(on_disk(storage)) == 1

    files.sweep()
    assert len(on_disk(storage)) == 1  # It could still belong to a transaction at work.
    make_old(storage)
    files.sweep()

    assert not on_disk(storage)


def in_another_connection(run: Callable[[], None]) -> None:
    def alone() -> None:
        try:
            run()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        threads.submit(alone).result(timeout=20)
