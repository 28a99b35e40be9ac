"""Prepared answers beside the composer, and their directory (S25, §10)."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from otklik.desk.actions import comments
from otklik.desk.actions import quick_replies as actions
from otklik.desk.errors import Refused
from otklik.desk.models import Comment, Employee, Event, QuickReply, Task
from otklik.desk.tests.screens.stage import Writer, by_htmx, signed_in, words

DIRECTORY = "/management/quick-replies/"


def prepared(by: Employee, question: str, text: str = "An answer.", **more: str) -> QuickReply:
    return actions.make({"question": question, "text": text, **more}, by=by)


def offered(who: Employee, task: Task, asked: str = "") -> list[str]:
    """The questions of what is offered, in order."""
    page = signed_in(who).get(f"/tasks/{task.number}/quick-replies/", {"q": asked}).content.decode()
    return [unescape(found).strip() for found in re.findall(r'class="replies__question">(.*?)(?: <span|</span>)', page)]


def texts(who: Employee, task: Task) -> list[str]:
    page = signed_in(who).get(f"/tasks/{task.number}/quick-replies/").content.decode()
    return [unescape(found) for found in re.findall(r'data-text="([^"]*)"', page)]


def test_s25_words_find_in_any_order_and_by_part(liza: Writer, pavel: Employee, olga: Employee) -> None:
    task = liza.says("Здравствуйте")
    prepared(olga, "Сколько стоит доставка?", "По городу 300 рублей.")
    prepared(olga, "Как вернуть товар?", "В течение 14 дней.", group="Возврат")

    assert offered(pavel, task, "ДОСТ скольк") == ["Сколько стоит доставка?"]
    assert offered(pavel, task, "рубл дост") == ["Сколько стоит доставка?"]
    assert offered(pavel, task, "возврат дней") == ["Как вернуть товар?"]
    assert offered(pavel, task, "доставка возврат") == []
    assert len(offered(pavel, task)) == 2


def test_s25_the_clients_language_stands_first_then_what_is_used(liza: Writer, pavel: Employee, olga: Employee) -> None:
    prepared(olga, "Delivery", language="en")
    prepared(olga, "Доставка", language="ru")
    prepared(olga, "Anything")
    much = prepared(olga, "Оплата", language="ru")
    task = liza.says("Сколько стоит доставка?")
    signed_in(pavel).post(f"/tasks/{task.number}/quick-replies/{much.pk}/use/")

    assert offered(pavel, task) == ["Оплата", "Доставка", "Anything", "Delivery"]
    liza.says("Hello? Do you read English in your shop at all, please?")
    assert offered(pavel, task)[0] == "Delivery"


def test_s25_variables_are_filled_in_and_text_of_a_client_is_only_text(
    liza: Writer, pavel: Employee, olga: Employee
) -> None:
    task = liza.says("Hello", named="<b>Liza</b> {{Task.Number}}")
    prepared(olga, "Greeting", "Hello {{ task.client.name }}, № {{Задача.Номер}}. {{Task.Client.Phone|no phone}}")

    assert texts(pavel, task) == [f"Hello <b>Liza</b> {{{{Task.Number}}}}, № {task.number}. no phone"]


def test_s25_what_is_not_known_stops_a_reply_but_no_note(liza: Writer, pavel: Employee, olga: Employee) -> None:
    task = liza.says("Hello")
    prepared(olga, "Call", "We call {{Task.Client.Phone}}.")
    page = signed_in(pavel).get(f"/tasks/{task.number}/quick-replies/").content.decode()
    assert 'data-missing="Task.Client.Phone"' in page

    answer = signed_in(pavel).post(
        f"/tasks/{task.number}/comments/",
        {"kind": "reply", "text": "We call {{Task.Client.Phone}}."},
        headers=by_htmx(),
    )
    assert answer.status_code == 422 and "Nothing is known for “{{Task.Client.Phone}}”" in words(answer)
    assert not Comment.objects.filter(kind="reply").exists()
    comments.add(task, by=pavel, text="Use {{Task.Client.Phone}} there.", kind="note")
    comments.add(task, by=pavel, text="In our templates {{ anything }} else stays.", kind="reply")


def test_s25_archived_ones_are_not_offered_and_come_back(liza: Writer, pavel: Employee, olga: Employee) -> None:
    task = liza.says("Hello")
    reply = prepared(olga, "Delivery")
    browser = signed_in(olga)

    browser.post(f"{DIRECTORY}{reply.pk}/archive/")
    assert offered(pavel, task) == []
    assert "Delivery" in words(browser.get(DIRECTORY, {"archive": "1"}))
    browser.post(f"{DIRECTORY}{reply.pk}/archive/", {"back": "1"})
    assert offered(pavel, task) == ["Delivery"]
    kinds = list(Event.objects.order_by("number").values_list("kind", flat=True))[-3:]
    assert kinds == ["quick_replies_made", "quick_reply_archived", "quick_reply_restored"]


def test_a_quick_reply_is_made_and_changed_and_what_does_not_fit_is_said(olga: Employee) -> None:
    browser = signed_in(olga)
    given = {"question": "Delivery", "text": "Tomorrow.", "group": "Orders", "language": "en"}

    answer = browser.post(f"{DIRECTORY}new/", {**given, "question": " "})
    assert answer.status_code == 422 and "Tomorrow." in words(answer)
    assert browser.post(f"{DIRECTORY}new/", given).status_code == 302

    reply = QuickReply.objects.get()
    seen = re.search(r'name="seen" value="([^"]*)"', browser.get(f"{DIRECTORY}{reply.pk}/").content.decode())
    assert seen
    changed = {**given, "text": "On Monday.", "seen": unescape(seen[1])}
    assert browser.post(f"{DIRECTORY}{reply.pk}/", changed).status_code == 302
    late = browser.post(f"{DIRECTORY}{reply.pk}/", {**changed, "text": "On Friday."})
    assert late.status_code == 422 and "Somebody else changed this quick reply" in words(late)
    reply.refresh_from_db()
    assert reply.text == "On Monday."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_s25_a_table_is_looked_at_and_then_taken_in(encoding: str, delimiter: str, olga: Employee) -> None:
    prepared(olga, "Как вернуть товар?", language="ru")
    rows = [["Ответ", "Вопрос", "Язык"], ["Завтра.", "Когда доставка?", "ru"], ["14 дней.", "Как вернуть товар?", "ru"],
            ["", "Без ответа", ""], ["'=1+1", "Формула", ""]]  # fmt: skip
    table = "\r\n".join(delimiter.join(row) for row in rows).encode(encoding)
    browser = signed_in(olga)

    page = browser.post(f"{DIRECTORY}import/", {"table": SimpleUploadedFile("replies.csv", table)})
    told = words(page)
    assert "2 quick replies would be added." in told and "1 is there already" in told and "1 row does not fit" in told
    assert QuickReply.objects.count() == 1
    kept = re.search(r'name="rows" value="([^"]*)"', page.content.decode())
    assert kept
    browser.post(f"{DIRECTORY}import/", {"rows": unescape(kept[1])})
    assert set(QuickReply.objects.values_list("question", "text")) >= {
        ("Когда доставка?", "Завтра."),
        ("Формула", "=1+1"),
    }


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\x03", b"\n\n;;;\n"])
def test_what_is_no_table_is_said_so(content: bytes, olga: Employee) -> None:
    answer = signed_in(olga).post(f"{DIRECTORY}import/", {"table": SimpleUploadedFile("a.csv", content)})
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()


def test_an_export_brings_no_formulas(olga: Employee) -> None:
    prepared(olga, "Formula", "=cmd|' /C calc'!A0")
    assert "'=cmd" in signed_in(olga).get(f"{DIRECTORY}table.csv").content.decode()


def test_tampered_rows_and_too_many_are_refused(olga: Employee) -> None:
    browser = signed_in(olga)
    for rows in ("nonsense", '[{"question": ""}]', "[1]", '{"a": 1}'):
        browser.post(f"{DIRECTORY}import/", {"rows": rows})
    assert not QuickReply.objects.exists()
    with pytest.raises(Refused, match="10000"):
        actions.make_many([{"question": "a", "text": "b"}] * 10_001, by=olga)


def test_only_administrators_see_the_directory_and_only_people_of_a_task_its_offers(
    liza: Writer, pavel: Employee, boris: Employee, olga: Employee
) -> None:
    task = liza.says("Hello")
    reply = prepared(olga, "Delivery")
    for rest in ("", "new/", "table.csv", "import/", f"{reply.pk}/"):
        assert signed_in(pavel).get(f"{DIRECTORY}{rest}").status_code == 404
    assert signed_in(pavel).post(f"{DIRECTORY}{reply.pk}/archive/").status_code == 404
    assert signed_in(boris).get(f"/tasks/{task.number}/quick-replies/").status_code == 404


def test_10_what_an_answer_is_about_counts_more_than_its_heading(liza: Writer, pavel: Employee, olga: Employee) -> None:
    task = liza.says("Здравствуйте")
    paid = prepared(olga, "Как оплатить?", "Картой.", group="Доставка и оплата")
    prepared(olga, "Сколько идёт посылка?", "Доставка идёт два дня.", group="Доставка и оплата")
    prepared(olga, "Сколько стоит доставка?", "300 рублей.", group="Доставка и оплата")
    for _time in range(3):
        signed_in(pavel).post(f"/tasks/{task.number}/quick-replies/{paid.pk}/use/")

    assert offered(pavel, task, "дост") == ["Сколько стоит доставка?", "Сколько идёт посылка?", "Как оплатить?"]


def test_10_the_account_switches_quick_replies_off(liza: Writer, pavel: Employee, olga: Employee) -> None:
    task = liza.says("Hello")
    prepared(olga, "Delivery")
    assert "data-open" in signed_in(pavel).get(f"/tasks/{task.number}/").text

    signed_in(olga).post(f"{DIRECTORY}change/", {"do": "off"})

    assert offered(pavel, task) == [] and "data-open" not in signed_in(pavel).get(f"/tasks/{task.number}/").text
    assert "Quick replies are switched off" in words(signed_in(olga).get(DIRECTORY))
    signed_in(olga).post(f"{DIRECTORY}change/", {"do": "on"})
    assert offered(pavel, task) == ["Delivery"]


def test_10_a_group_goes_to_the_archive_and_comes_back(liza: Writer, pavel: Employee, olga: Employee) -> None:
    task = liza.says("Hello")
    prepared(olga, "Delivery", group="Parcels")
    prepared(olga, "Return", group="Parcels")
    prepared(olga, "Thanks")

    signed_in(olga).post(f"{DIRECTORY}change/", {"do": "archive", "group": "parcels"})
    assert offered(pavel, task) == ["Thanks"]

    signed_in(olga).post(f"{DIRECTORY}change/", {"do": "restore", "group": "Parcels"})
    assert len(offered(pavel, task)) == 3


def test_10_a_new_task_takes_an_answer_and_fills_its_words_in(pavel: Employee, olga: Employee) -> None:
    prepared(olga, "Greeting", "№ {{Task.Number}}")
    assert 'data-field="description"' in signed_in(pavel).get("/tasks/new/").text

    page = signed_in(pavel).get("/tasks/new/quick-replies/", {"q": "greet"}).text

    assert 'data-text="№ {{Task.Number}}"' in page and "data-use" not in page
    signed_in(pavel).post("/tasks/new/", {"name": "Call", "description": "№ {{Task.Number}}"})
    task = Task.objects.get(name="Call")
    assert task.description == f"№ {task.number}"


def test_s25_yo_is_found_by_whoever_types_ye_and_the_other_way_round(
    liza: Writer, olga: Employee, pavel: Employee
) -> None:
    task = liza.says("Hello")
    prepared(olga, "Когда привезёте?", "Завтра.")
    for word in ("привезете", "ПРИВЕЗЁТЕ", "везе"):
        assert offered(pavel, task, word) == ["Когда привезёте?"]
    assert offered(pavel, task, "привезе.*") == []


def test_s25_an_answer_of_no_language_stands_where_its_words_put_it(
    liza: Writer, olga: Employee, pavel: Employee
) -> None:
    task = liza.says("Hello")
    prepared(olga, "Delivery", "We deliver your order.", language="en")
    prepared(olga, "Your order", "It is ready.")
    prepared(olga, "Your order, Russian", "Готов.", language="ru")

    assert offered(pavel, task, "order your") == ["Your order", "Delivery", "Your order, Russian"]
