"""Files of prepared answers, for whom the answers are, and how they look before they are saved (S25, §10)."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from otklik.desk.actions import comments, files, groups, reply_audiences
from otklik.desk.actions import quick_replies as actions
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Employee, File, Group, QuickReply, ReplyAudience, Task
from otklik.desk.tests.screens.stage import Writer, signed_in, words
from otklik.desk.tests.screens.test_quick_reply_screens import DIRECTORY, offered, prepared, texts
from otklik.lib.tests.pictures import picture


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return folder


def form(text: str = "Here it is.", *given: tuple[str, bytes], **more: Any) -> dict[str, Any]:
    attached = [SimpleUploadedFile(name, content) for name, content in given]
    return {"question": "Price list", "text": text, "attached": attached, **more}


def change(browser: Any, reply: QuickReply, *given: tuple[str, bytes], **more: Any) -> Any:
    address = f"{DIRECTORY}{reply.pk}/"
    seen = re.search(r'name="seen" value="([^"]*)"', browser.get(address).content.decode())
    assert seen
    return browser.post(address, form("Here it is.", *given, seen=unescape(seen[1]), **more))


def used(who: Employee, task: Task, reply: QuickReply) -> list[dict[str, Any]]:
    answer = signed_in(who).post(f"/tasks/{task.number}/quick-replies/{reply.pk}/use/")
    found: list[dict[str, Any]] = answer.json()["files"]
    return found


def content(file: File) -> bytes:
    with default_storage.open(file.stored) as stored:
        return bytes(stored.read())


def test_s25_files_come_along_with_the_answer_and_stay_sent_when_it_changes(
    liza: Writer, pavel: Employee, olga: Employee
) -> None:
    task, browser = liza.says("What does it cost?"), signed_in(olga)
    browser.post(f"{DIRECTORY}new/", form("Here it is.", ("prices.txt", b"Lamp: 300"), ("lamp.png", picture())))
    reply = QuickReply.objects.get()
    assert "prices.txt, lamp.png" in words(browser.get(DIRECTORY))
    assert "prices.txt" in words(signed_in(pavel).get(f"/tasks/{task.number}/quick-replies/"))

    brought = used(pavel, task, reply)
    assert [file["name"] for file in brought] == ["prices.txt", "lamp.png"]
    assert [bool(file["preview"]) for file in brought] == [False, True]
    keys = [file["key"] for file in brought]
    sent = comments.add(task, by=pavel, text="", kind="reply", files=files.uploaded(task, by=pavel, keys=keys[:1]))

    assert change(browser, reply, ("new.txt", b"Lamp: 400"), gone=[reply.files.all()[0].key]).status_code == 302
    assert [file.name for file in reply.files.order_by("place")] == ["lamp.png", "new.txt"]
    reply.delete()
    File.objects.update(created_at="2020-01-01T00:00:00Z")
    files.sweep()
    [kept] = File.objects.all()
    assert (kept.comment, kept.name, content(kept)) == (sent, "prices.txt", b"Lamp: 300")


def test_s25_each_one_gets_copies_of_his_own(liza: Writer, pavel: Employee, alice: Employee, olga: Employee) -> None:
    task = liza.says("Hello")
    signed_in(olga).post(f"{DIRECTORY}new/", form("Here.", ("prices.txt", b"Lamp: 300")))
    reply = QuickReply.objects.get()

    [mine], [hers] = used(pavel, task, reply), used(alice, task, reply)
    signed_in(pavel).post(f"/tasks/{task.number}/files/{mine['key']}/removal/")
    assert not File.objects.filter(key=mine["key"]).exists()
    assert content(File.objects.get(key=hers["key"])) == content(reply.files.get()) == b"Lamp: 300"
    with pytest.raises(Refused):
        files.uploaded(task, by=pavel, keys=[hers["key"]])


def test_s25_administrators_open_a_file_of_an_answer_and_nobody_else(olga: Employee, pavel: Employee) -> None:
    signed_in(olga).post(f"{DIRECTORY}new/", form("Here.", ("prices.txt", b"Lamp: 300")))
    reply = QuickReply.objects.get()
    address = f"{DIRECTORY}{reply.pk}/files/{reply.files.get().key}/"
    assert address in signed_in(olga).get(f"{DIRECTORY}{reply.pk}/").content.decode()
    led = signed_in(olga).get(address)
    assert led.status_code == 302 and "".join(map(bytes.decode, signed_in(olga).get(led["Location"]))) == "Lamp: 300"
    assert signed_in(pavel).get(address).status_code == 404
    assert signed_in(olga).get(f"{DIRECTORY}{reply.pk + 1}/files/{reply.files.get().key}/").status_code == 404


def test_s25_a_table_with_a_variable_that_there_is_not_is_taken_in_and_it_is_named(olga: Employee) -> None:
    table = SimpleUploadedFile("replies.csv", b"Greeting;Dear {{Customer}}\nTerms;See {{Task.Client.Name}}\n")
    told = words(signed_in(olga).post(f"{DIRECTORY}import/", {"table": table}))
    assert "2 quick replies would be added." in told and "nothing will stand there: Customer." in told


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([("virus.exe", b"MZ")], "virus.exe is a program"),
        ([("empty.txt", b"")], "empty.txt is empty"),
        ([(f"{place}.txt", b"x") for place in range(11)], "At most 10 files"),
    ],
)
def test_s25_what_no_comment_takes_no_answer_takes_and_what_was_typed_stays(
    given: list[tuple[str, bytes]], said: str, olga: Employee
) -> None:
    answer = signed_in(olga).post(f"{DIRECTORY}new/", form("Here it is.", *given))
    assert answer.status_code == 422 and said in words(answer) and "Here it is." in words(answer)
    assert not QuickReply.objects.exists() and not File.objects.exists()


def test_s25_a_file_that_is_lost_on_disk_is_said_so(liza: Writer, pavel: Employee, olga: Employee) -> None:
    task = liza.says("Hello")
    signed_in(olga).post(f"{DIRECTORY}new/", form("Here.", ("prices.txt", b"Lamp: 300")))
    reply = QuickReply.objects.get()
    default_storage.delete(reply.files.get().stored)
    answer = signed_in(pavel).post(f"/tasks/{task.number}/quick-replies/{reply.pk}/use/")
    assert answer.status_code == 422 and "prices.txt" in answer.json()["error"]


def test_s25_a_group_of_answers_is_for_some_groups_of_employees(
    liza: Writer, pavel: Employee, olga: Employee, support: Group
) -> None:
    task, browser = liza.says("Hello"), signed_in(olga)
    sales = Group.objects.create(name="Sales")
    secret = prepared(olga, "Discount", group="Wholesale")
    prepared(olga, "Greeting")

    address = f"{DIRECTORY}group/?of=Wholesale"
    assert browser.post(address, {"name": "Wholesale", "groups": [sales.pk]}).status_code == 302
    assert offered(pavel, task) == offered(pavel, task, "e") == ["Greeting"]
    assert sorted(offered(olga, task)) == ["Discount", "Greeting"]
    assert signed_in(pavel).post(f"/tasks/{task.number}/quick-replies/{secret.pk}/use/").status_code == 404
    assert "Sales" in words(browser.get(DIRECTORY)) and "for all" not in words(browser.get(DIRECTORY))

    sales.members.add(pavel)
    assert sorted(offered(pavel, task)) == ["Discount", "Greeting"]
    browser.post(address, {"name": "Wholesale", "groups": [support.pk]})
    sales.members.remove(pavel)
    assert sorted(offered(pavel, task)) == ["Discount", "Greeting"]
    browser.post(address, {"name": "Wholesale"})
    assert not ReplyAudience.objects.exists()


def test_s25_answers_of_a_group_that_is_gone_are_nobodys_and_a_new_name_keeps_the_right(
    liza: Writer, pavel: Employee, olga: Employee, support: Group
) -> None:
    task, browser = liza.says("Hello"), signed_in(olga)
    sales = Group.objects.create(name="Sales")
    secret = prepared(olga, "Discount", group="Wholesale")
    browser.post(f"{DIRECTORY}group/?of=Wholesale", {"name": "Large orders", "groups": [sales.pk]})
    secret.refresh_from_db()
    assert secret.group == "Large orders" and offered(pavel, task) == []
    # In whatever letters it is written.
    assert prepared(olga, "Terms", group="large ORDERS").group == "Large orders"
    assert offered(pavel, task) == []
    QuickReply.objects.filter(question="Terms").update(group="LARGE orders")
    assert offered(pavel, task) == [] and "Quick replies" not in words(signed_in(pavel).get(f"/tasks/{task.number}/"))

    Group.objects.filter(pk=sales.pk).delete()
    assert offered(pavel, task) == [] and "for administrators only" in words(browser.get(DIRECTORY))
    browser.post(f"{DIRECTORY}group/?of=Large orders", {"name": "Large orders", "groups": [support.pk]})
    groups.remove(support, by=olga, into=Group.objects.create(name="Everybody"))
    assert reply_audiences.of("Large orders") == [Group.objects.get(name="Everybody")]


def test_s25_only_administrators_say_for_whom_and_a_taken_name_is_refused(olga: Employee, pavel: Employee) -> None:
    prepared(olga, "Discount", group="Wholesale")
    prepared(olga, "Greeting", group="Hello")
    assert signed_in(pavel).get(f"{DIRECTORY}group/?of=Hello").status_code == 404
    assert signed_in(olga).get(f"{DIRECTORY}group/?of=Nothing").status_code == 404
    answer = signed_in(olga).post(f"{DIRECTORY}group/?of=Hello", {"name": "wholesale"})
    assert answer.status_code == 422 and "There is a group with this name." in words(answer)
    with pytest.raises(NotAllowed):
        reply_audiences.save("Hello", name="Hello", groups=[], by=pavel)


def test_s25_a_made_up_name_counts_as_none(liza: Writer, pavel: Employee, olga: Employee) -> None:
    prepared(olga, "Greeting", "Hello {{Task.Client.Name|there}}, {{Задача.Постановщик.Имя|friend}}!")
    task = liza.says("Hello", named="")
    assert task.contact and task.contact.name == "Liza"
    assert texts(pavel, task) == ["Hello there, friend!"]

    liza.says("I am Elizabeth", named="Elizabeth")
    assert texts(pavel, task) == ["Hello Elizabeth, Elizabeth!"]


def test_s25_an_answer_is_looked_at_on_a_real_task_and_nothing_is_saved(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    given = form("Dear {{Task.Client.Name}}, {{Task.Client.Phone}} {{Nonsense}}")
    given |= {"preview": "1", "preview_task": str(task.number)}
    answer = signed_in(olga).post(f"{DIRECTORY}new/", given)

    assert answer.status_code == 200 and not QuickReply.objects.exists()
    assert answer.context["preview"]["text"] == "Dear Liza, {{Task.Client.Phone}} "
    assert "Not known in this task: Task.Client.Phone" in words(answer)
    assert "nothing will stand there: Nonsense" in words(answer)
    gone = signed_in(olga).post(f"{DIRECTORY}new/", {**given, "preview_task": "999"})
    assert "There is no such task." in words(gone)


def test_s25_a_variable_that_there_is_not_is_named_when_it_is_saved(olga: Employee) -> None:
    browser = signed_in(olga)
    answer = browser.post(f"{DIRECTORY}new/", form("Dear {{Customer}} {{Task.Client.Name}}"), follow=True)
    assert "There is no such variable, so nothing will stand there: Customer." in words(answer)
    assert QuickReply.objects.get().text == "Dear {{Customer}} {{Task.Client.Name}}"
    assert actions.values_of(QuickReply.objects.get())["question"] == "Price list"
