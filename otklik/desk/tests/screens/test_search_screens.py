"""Search: what is found, how it was written, and that nothing leaks (contracts/planfix-behaviour.md §7, §8.2)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from otklik.desk.actions import comments, contacts, corrections, indexing, trash
from otklik.desk.models import Comment, Employee, File, SearchEntry, SearchWord, Task
from otklik.desk.search import Filters, find
from otklik.desk.tests.screens.stage import Writer, signed_in, words
from otklik.desk.time_limit import TooBroad, limited


def found(who: Employee, text: str, **filters: Any) -> dict[str, int]:
    return {kind: len(hits) for kind, hits in find(who, text, Filters(**filters)).hits.items() if hits}


@pytest.mark.parametrize(
    "typed", ["доставка", "ДОСТАВКУ", "доставками", "тверь", "Твери завтра", "ставк", "доствка", "lanterns", "lanten"]
)
def test_a_comment_is_found_by_forms_parts_and_slips(liza: Writer, pavel: Employee, typed: str) -> None:
    liza.says("Сколько стоит доставка фонаря (lantern) в Тверь? Нужно завтра.")

    assert found(pavel, typed) == {"comment": 1}


def test_all_words_must_be_there(liza: Writer, pavel: Employee) -> None:
    liza.says("Сколько стоит доставка?")

    assert found(pavel, "доставка велосипед") == {}


def test_what_is_only_similar_is_shown_when_nothing_else_is_and_said(liza: Writer, pavel: Employee) -> None:
    liza.says("Сколько стоит доставка?")
    browser = signed_in(pavel)

    assert "exactly these words" in words(browser.get("/search/", {"q": "доствка"}))
    assert "exactly these words" not in words(browser.get("/search/", {"q": "доставка"}))


@pytest.mark.parametrize(("typed", "meant"), [("ljcnfdrf", "доставка"), ("дфтеукт", "lantern")])
def test_words_typed_in_the_other_language_of_the_keyboard_are_found_and_said(
    liza: Writer, pavel: Employee, typed: str, meant: str
) -> None:
    liza.says("Сколько стоит доставка фонаря (lantern)?")

    page = words(signed_in(pavel).get("/search/", {"q": typed}))

    assert f"Shown for “{meant}”: the keyboard was in the other language." in page
    assert found(pavel, typed) == {"comment": 1} and found(pavel, "доставка lantern") == {"comment": 1}


def test_tasks_contacts_and_files_are_found_together(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Ohne Worte")
    comment = task.comments.get()
    File.objects.create(task=task, comment=comment, name="liza_invoice-2026.pdf", state=File.State.STORED)
    comments.add(task, by=pavel, text="Liza sent her invoice", kind="note")

    assert found(pavel, "liza") == {"task": 1, "comment": 1, "contact": 1, "file": 1}
    assert found(pavel, "invoice 2026") == {"file": 1}
    assert found(pavel, str(task.number))["task"] == 1


def test_a_contact_is_found_by_phone_email_and_what_was_changed(liza: Writer, olga: Employee) -> None:
    contact = liza.says("Hello").contact
    assert contact
    assert found(olga, "vetrova") == {}

    contacts.update(contact, by=olga, fields={"name": "Liza Vetrova", "email": "liza@svet.example", "phone": ""})
    assert found(olga, "vetrova") == {"contact": 1}
    assert found(olga, "svet.example") == {"contact": 1}

    contacts.update(contact, by=olga, fields={"name": "Liza", "email": "", "phone": "+7 (912) 345-67-89"})
    assert found(olga, "vetrova") == {}
    assert found(olga, "89123456789"[1:]) == {"contact": 1}


@pytest.mark.parametrize(
    "typed", ["+7 (912) 345-67-89", "8 912 345 67 89", "345-67-89", "912 345", "+79123456789", "345–67–89"]
)
def test_a_phone_is_found_however_it_is_written(liza: Writer, olga: Employee, typed: str) -> None:
    contact = liza.says("Hello").contact
    assert contact
    contacts.update(contact, by=olga, fields={"name": "Liza", "email": "", "phone": "8(912)345 67-89"})

    assert found(olga, typed) == {"contact": 1}


def test_a_name_of_a_colleague_leads_to_his_tasks_and_comments(
    liza: Writer, pavel: Employee, boris: Employee, olga: Employee
) -> None:
    task = liza.says("Hello")
    comments.add(task, by=pavel, text="The purple lamp is sold", kind="note")
    comments.add(task, by=olga, text="A green one is there", kind="note")
    olga.user.name = "Ольга Ветрова"
    olga.user.save()
    browser = signed_in(pavel)

    page = browser.get("/search/", {"q": "ветрова"})
    assert "Tasks of Ольга Ветрова" in words(page) and "Nothing found" not in words(page)
    said = browser.get("/search/", {"author": str(olga.pk), "kind": "comment"})
    assert "A green one is there" in words(said) and "purple" not in words(said)
    assert found(pavel, "lamp", author=olga.pk) == {} and found(pavel, "lamp", author=pavel.pk) == {"comment": 1}
    assert "A green one" not in words(signed_in(boris).get("/search/", {"author": olga.pk}))


def test_the_hit_stands_in_its_context_marked_and_harmless(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Что со скидками? <script>alert(1)</script> \ue000b\ue001")

    page = signed_in(pavel).get("/search/", {"q": "скидка"}).content.decode()

    assert "<mark>скидками</mark>" in page
    assert "<script>alert" not in page and "<mark>b" not in page
    assert f'href="/comments/{task.comments.get(number=1).pk}/"' in page


def test_other_peoples_tasks_do_not_exist(liza: Writer, pavel: Employee, boris: Employee, olga: Employee) -> None:
    task = liza.says("The purple secret")
    comments.add(task, by=pavel, text="A purple note", kind="note")
    File.objects.create(task=task, comment=task.comments.get(number=1), name="purple.png", state=File.State.STORED)

    assert found(pavel, "purple") == found(olga, "purple") == {"comment": 2, "file": 1}
    assert found(boris, "purple") == found(boris, "purpel") == {}
    page = words(signed_in(boris).get("/search/", {"q": "purple"}))
    assert "Nothing found" in page and "similar" not in page
    assert signed_in(boris).get("/search/quick/", {"q": str(task.number)}).content.decode().count("/tasks/") == 0


def test_the_trash_and_what_is_gone_are_not_found(liza: Writer, olga: Employee) -> None:
    task = liza.says("The purple secret")
    trash.trash(task, by=olga)
    assert found(olga, "purple") == {}

    trash.purge(Task.objects.get(pk=task.pk), by=olga)
    assert found(olga, "Liza") == {"contact": 1}
    assert not SearchEntry.objects.filter(kind="task").exists()


def test_a_withdrawn_text_is_not_found(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    note = comments.add(task, by=pavel, text="The purple secret", kind="note")
    assert found(pavel, "purple") == {"comment": 1}

    corrections.withdraw(note, by=pavel)
    assert found(pavel, "purple") == {}


def test_filters_of_site_assignee_status_and_day(liza: Writer, pavel: Employee, olga: Employee) -> None:
    task = liza.says("A purple lamp")
    site = task.source_id
    assert site

    assert found(olga, "purple", site=site, assignee=pavel.pk, status=task.status_id) == {"comment": 1}
    assert found(olga, "purple", site=site + 1) == found(olga, "purple", assignee=olga.pk) == {}
    browser = signed_in(olga)
    assert "purple" in words(browser.get("/search/", {"q": "lamp", "since": "2020-01-01"}))
    assert "Nothing found" in words(browser.get("/search/", {"q": "lamp", "until": "2020-01-01"}))


def test_a_day_that_is_none_is_said_beside_its_field(liza: Writer, pavel: Employee) -> None:
    liza.says("A purple lamp")

    page = signed_in(pavel).get("/search/", {"q": "lamp", "since": "yesterday"})

    assert 'role="alert"' in page.content.decode() and "purple" in words(page)


def test_a_search_that_takes_too_long_is_stopped_and_said(pavel: Employee) -> None:
    with pytest.raises(TooBroad), limited(100), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(30)")
    # Whatever runs next on the connection has its time.
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


def test_the_time_of_a_search_is_that_of_all_its_statements(pavel: Employee) -> None:
    with pytest.raises(TooBroad), limited(300) as clock, connection.cursor() as cursor:
        for _statement in range(20):
            clock.tick()
            cursor.execute("SELECT pg_sleep(0.05)")


@pytest.mark.django_db(transaction=True, databases=["default", "search"])
def test_a_search_has_a_connection_of_its_own(liza: Writer, pavel: Employee, settings: Any) -> None:
    settings.SEARCH_DATABASE = "search"
    liza.says("Сколько стоит доставка?")

    with CaptureQueriesContext(connections["search"]) as asked:
        assert found(pavel, "доставка") == {"comment": 1}
        assert found(pavel, "доствка") == {"comment": 1}
        assert found(pavel, "Liza") == {"task": 1, "contact": 1}

    assert any("desk_comment" in one["sql"] for one in asked)


@pytest.mark.parametrize("typed", ["'", "\\", "a' | 'b", "%%%", "_", ":*&|!", "\0", "и", "x" * 3000, "а" * 3000, "()"])
def test_nothing_that_is_typed_breaks_the_search(liza: Writer, pavel: Employee, typed: str) -> None:
    liza.says("Hello")
    browser = signed_in(pavel)

    assert browser.get("/search/", {"q": typed}).status_code == 200
    assert browser.get("/search/quick/", {"q": typed}).status_code == 200


def test_old_data_enters_step_by_step(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    liza.says("One")
    oleg.says("Two")
    assert SearchWord.objects.count() == 0
    before = indexing.left()

    assert indexing.step(1) == before - 1
    assert indexing.left() == before - 1
    indexing.catch_up()
    assert indexing.left() == 0
    assert set(SearchEntry.objects.values_list("kind", flat=True)) == {"task", "contact"}


def test_the_quick_switcher_finds_tasks_and_contacts_by_name_and_number(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    browser = signed_in(pavel)

    by_name = browser.get("/search/quick/", {"q": "Liz"}).content.decode()
    assert f"/tasks/{task.number}/" in by_name and task.contact and f"/contacts/{task.contact.number}/" in by_name
    by_number = browser.get("/search/quick/", {"q": f"№{task.number}"}).content.decode()
    assert by_number.count(f'href="/tasks/{task.number}/"') == 1


def test_comments_need_no_job(liza: Writer, pavel: Employee) -> None:
    """Their words enter the index in the transaction of the comment."""
    liza.says("A purple lamp")
    stored = Comment.objects.get()
    assert "purpl" in str(stored.search)
