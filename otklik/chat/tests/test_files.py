"""Files in a conversation, over the real door and the API: a visitor's own, an agent's, and hostile ones."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.models import Sum
from django.test import Client
from django.utils import timezone

from otklik.chat.actions import files, messages, replies
from otklik.chat.actions.visitors import Arrival
from otklik.chat.errors import ChatError
from otklik.chat.models import File, Message, Site
from otklik.chat.tests.opened import OpenDoor, Visiting
from otklik.lib.tests.pictures import HTML, SVG, bomb, picture
from otklik.lib.tokens import digest


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> Path:
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return tmp_path / "files"


def upload(
    who: Visiting, content: bytes, name: str = "photo.png", id: str = "", language: str = "en", **headers: str
) -> httpx2.Response:
    query = {"key": who.site.public_key, "language": language, "id": id or str(uuid.uuid4()), "name": name}
    own = {"Authorization": f"Visitor {who.secret}"} | headers
    return who.door.client.post("/widget/files", params=query, content=content, headers=own)


def sent(who: Visiting, content: bytes, name: str = "photo.png") -> dict[str, Any]:
    answer = upload(who, content, name)
    assert answer.status_code == 200, answer.text
    return who.say("", files=[answer.json()["file"]["id"]])


def handed_out(address: str) -> Any:
    path = address.partition("/files/")[2]
    answer: Any = Client().get(f"/files/{path}")
    if answer.streaming:
        answer.read = b"".join(answer.streaming_content)
    return answer


def test_a_visitor_sends_a_picture_without_a_word(liza: Visiting) -> None:
    message = sent(liza, picture())

    [file] = message["files"]
    assert (message["text"], file["name"], file["size"]) == ("", "photo.png", len(picture()))
    assert (file["width"], file["height"]) == (640, 480)
    assert handed_out(file["url"]).read == picture()
    assert handed_out(file["preview"])["Content-Type"] == "image/webp"
    # The page that comes again is told the same.
    assert liza.call("hello")["messages"][0]["files"][0]["id"] == file["id"]


def test_a_repeated_upload_is_the_same_file(liza: Visiting) -> None:
    id = str(uuid.uuid4())

    first, again = upload(liza, b"one", id=id), upload(liza, b"one", id=id)

    assert first.json()["file"]["id"] == again.json()["file"]["id"] == id
    assert File.objects.count() == 1


def test_nobody_sends_a_file_of_somebody_else(liza: Visiting, oleg: Visiting) -> None:
    id = upload(liza, b"secret", "letter.txt").json()["file"]["id"]

    answer = oleg.ask("messages", id=str(uuid.uuid4()), text="Mine", files=[id])

    assert answer.status_code == 400 and answer.json()["error"]["code"] == "lost_file"
    assert not Message.objects.exists()


@pytest.mark.parametrize(("name", "content"), [("a.png", HTML), ("a.svg", SVG), ("a.html", HTML), ("a.png", bomb())])
def test_what_could_run_is_only_saved(liza: Visiting, name: str, content: bytes) -> None:
    [file] = sent(liza, content, name)["files"]

    answer = handed_out(file["url"])

    assert file["preview"] == ""
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    ("name", "content", "status", "sentence"),
    [
        ("empty.txt", b"", 400, "empty.txt is empty."),
        ("photo\u202egnp.exe", b"x", 400, "photognp.exe is a program"),
        ("photo.png", b"MZ\x90\0", 400, "photo.png is a program"),
        ("large.bin", b"x" * (files.LIMIT + 1), 413, "large.bin is too large: at most 10.0"),
    ],
)
def test_what_is_not_taken_is_said(liza: Visiting, name: str, content: bytes, status: int, sentence: str) -> None:
    answer = upload(liza, content, name)

    assert answer.status_code == status
    assert sentence in answer.json()["error"]["message"].replace("\xa0", " ")
    assert not File.objects.exists()


def test_each_visitor_is_told_in_his_own_language(liza: Visiting, oleg: Visiting) -> None:
    russian = upload(liza, b"x", "setup.exe", language="ru").json()["error"]["message"]
    english = upload(oleg, b"x", "setup.exe").json()["error"]["message"]

    assert russian == "setup.exe — программа; программы не отправляются."
    assert english == "setup.exe is a program; programs are not sent."


def test_names_never_become_paths(liza: Visiting, storage: Path) -> None:
    [file] = sent(liza, b"content", "../../../" + "x" * 500 + ".txt")["files"]

    assert file["name"] == "x" * 116 + ".txt"
    [kept] = [path for path in storage.rglob("*") if path.is_file()]
    assert kept.relative_to(storage).parts[0] == "chat"


def test_an_address_that_says_too_much_is_refused(liza: Visiting) -> None:
    own = {"Authorization": f"Visitor {liza.secret}"}
    answer = liza.door.client.post("/widget/files?" + "x=1&" * 20, content=b"x", headers=own)
    assert answer.status_code == 400 and answer.json()["error"]["code"] == "bad_query"


def test_a_day_has_a_budget(liza: Visiting) -> None:
    sent(liza, b"x")
    File.objects.update(size=files.BUDGET)

    answer = upload(liza, b"x")

    assert answer.json()["error"]["code"] == "too_many_files"


def test_a_foreign_page_and_a_stranger_upload_nothing(liza: Visiting) -> None:
    foreign = upload(liza, b"x", Origin="https://evil.example")
    secretless = upload(liza, b"x", Authorization="")

    assert (foreign.status_code, secretless.status_code) == (403, 401)
    assert not File.objects.exists()


def test_a_deleted_message_hands_out_nothing(liza: Visiting) -> None:
    [file] = sent(liza, b"x", "a.txt")["files"]
    Message.objects.update(deleted_at="2030-01-01T00:00Z")

    assert handed_out(file["url"]).status_code == 404
    assert handed_out(file["url"].replace("/chat/f", "/chat/p")).status_code == 404


def by_api(site: Site, **form: Any) -> Any:
    keys = f"Chatra.Simple {site.public_key}:{site.secret_key}"
    return Client(headers={"Authorization": keys}).post("/api/messages/", form)


def test_an_agent_sends_files_by_the_api(liza: Visiting, shop: Site) -> None:
    liza.say("Hello")
    given = [SimpleUploadedFile("plan.png", picture()), SimpleUploadedFile("price.txt", b"350")]

    answer = by_api(shop, clientId=liza.visitor.public_id, agentEmail="olga@example.com", agentName="Olga", file=given)

    assert answer.status_code == 200, answer.content
    message = answer.json()
    assert message["file"] == message["files"][0]
    assert (message["file"]["name"], message["file"]["contentType"]) == ("plan.png", "image/png")
    assert handed_out(message["files"][1]["url"]).read == b"350"
    assert [file["name"] for file in liza.call("hello")["messages"][1]["files"]] == ["plan.png", "price.txt"]


def test_a_file_by_its_address_must_be_public(liza: Visiting, shop: Site) -> None:
    liza.say("Hello")
    keys = f"Chatra.Simple {shop.public_key}:{shop.secret_key}"
    body = {"clientId": liza.visitor.public_id, "agentEmail": "olga@example.com", "file": {"url": "http://127.0.0.1/x"}}

    answer = Client(headers={"Authorization": keys}).post("/api/messages/", body, content_type="application/json")

    assert answer.status_code == 400
    assert "closed network" in answer.json()["error"]["message"]
    assert Message.objects.count() == 1


def test_webhooks_carry_the_file(liza: Visiting, shop: Site, receiver: Any, door: OpenDoor) -> None:
    from otklik.chat.actions import sites

    sites.set_hook(shop, receiver.address)

    sent(liza, picture())

    [message] = receiver.wait_for(1)[0].content["messages"]
    assert message["text"] == message["message"] == ""
    assert {name: message["file"][name] for name in ("name", "size", "contentType")} == {
        "name": "photo.png",
        "size": len(picture()),
        "contentType": "image/png",
    }
    assert handed_out(message["file"]["url"]).read == picture()


def test_two_uploads_at_the_limit_do_not_both_fit(liza: Visiting) -> None:
    content = picture()
    sent(liza, b"x")
    File.objects.update(size=files.BUDGET - len(content))

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda _place: upload(liza, content), range(2)))

    assert sorted(answer.status_code for answer in answers) == [200, 400]
    assert File.objects.aggregate(size=Sum("size"))["size"] == files.BUDGET


def test_what_is_refused_at_the_limit_leaves_nothing_on_disk(liza: Visiting, storage: Path) -> None:
    sent(liza, b"x")
    File.objects.update(size=files.BUDGET)

    upload(liza, b"x" * 100)

    assert len(on_disk(storage)) == 1


def on_disk(storage: Path) -> list[Path]:
    return [path for path in storage.rglob("*") if path.is_file()]


def make_old(storage: Path) -> None:
    then = timezone.now() - files.DAY
    File.objects.update(created_at=then)
    for path in on_disk(storage):
        os.utime(path, (then.timestamp(), then.timestamp()))


def test_a_file_that_is_sent_while_it_is_swept_stays(liza: Visiting, storage: Path) -> None:
    id = upload(liza, b"plan", "plan.txt").json()["file"]["id"]
    make_old(storage)

    with transaction.atomic():
        # As a message that is being stored holds it.
        files.hold(File.objects.all())
        in_another_connection(files.sweep)

    [file] = liza.say("", files=[id])["files"]
    assert handed_out(file["url"]).read == b"plan"


def test_a_message_whose_file_was_swept_meanwhile_is_refused(liza: Visiting, storage: Path) -> None:
    """It was looked up before the sweep and is sent after it."""
    id = upload(liza, b"plan", "plan.txt").json()["file"]["id"]
    seen = tuple(File.objects.all())
    make_old(storage)
    files.sweep()

    [posted] = messages.post(
        [messages.Post(Arrival(liza.site.pk, "en", digest(liza.secret)), str(uuid.uuid4()), "See", files=seen)]
    )

    assert isinstance(posted, files.LostFile)
    assert not Message.objects.exists() and not on_disk(storage)
    answer = liza.ask("messages", id=str(uuid.uuid4()), text="See", files=[id])
    assert answer.json()["error"]["code"] == "lost_file"


def test_files_of_a_refused_reply_are_swept_from_disk(liza: Visiting, shop: Site, storage: Path) -> None:
    liza.say("Hello")
    conversation, agent = liza.visitor.conversation, shop.agents.get()
    plan = files.Given("plan.txt", BytesIO(b"plan"), 4)
    program = files.Given("setup.exe", BytesIO(b"MZ"), 2)
    with pytest.raises(ChatError):
        replies.post(conversation, agent=agent, text="", given=[plan, program])
    assert not File.objects.exists() and len(on_disk(storage)) == 1

    files.sweep()
    assert len(on_disk(storage)) == 1  # It could still belong to a transaction at work.
    make_old(storage)
    files.sweep()

    assert not on_disk(storage)


def test_a_deleted_conversation_leaves_no_file_on_disk(liza: Visiting, oleg: Visiting, storage: Path) -> None:
    sent(liza, picture())
    [kept] = sent(oleg, picture())["files"]
    make_old(storage)
    liza.visitor.delete()

    files.sweep()

    assert len(on_disk(storage)) == 2  # Oleg's picture and its preview.
    assert handed_out(kept["url"]).read == picture()


def in_another_connection(run: Callable[[], None]) -> None:
    def alone() -> None:
        try:
            run()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        threads.submit(alone).result(timeout=20)
