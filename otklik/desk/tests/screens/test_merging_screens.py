from __future__ import annotations

import pytest

from otklik.desk.actions import contacts, merging
from otklik.desk.models import Contact, Employee
from otklik.desk.tests.screens.stage import Writer, part, queries_of, signed_in, words


@pytest.fixture
def pair(liza: Writer, oleg: Writer) -> tuple[Contact, Contact]:
    one = liza.says("Hello", email="liza@example.com").contact
    other = oleg.says("Good day", email="oleg@example.com").contact
    assert one and other
    return one, other


def test_s20_contacts_are_compared_merged_and_separated(pair: tuple[Contact, Contact], pavel: Employee) -> None:
    one, other = pair
    browser = signed_in(pavel)
    page = words(browser.get("/contacts/merge/", {"contact": [one.number, other.number]}))
    assert "liza@example.com" in page and "oleg@example.com" in page and "What will happen" in page

    chosen = {"contact": [one.number, other.number], "into": one.number, "name": "Oleg"}
    assert browser.post("/contacts/merge/", chosen)["Location"] == f"/contacts/{one.number}/"
    card = words(browser.get(f"/contacts/{one.number}/"))
    assert "oleg@example.com" in card and "Undo the merge" in card and "Merged with Oleg" in card
    assert browser.get(f"/contacts/{other.number}/")["Location"] == f"/contacts/{one.number}/"

    browser.post(f"/contacts/{other.number}/separation/")
    assert "Undo the merge" not in words(browser.get(f"/contacts/{one.number}/"))
    assert "Good day" in words(browser.get(f"/contacts/{other.number}/"))


def test_s20_the_card_has_one_feed_of_all_devices(pair: tuple[Contact, Contact], pavel: Employee) -> None:
    one, other = pair
    merging.merge(one, [other], by=pavel)
    feed = part(signed_in(pavel).get(f"/contacts/{one.number}/"), "contact-feed")
    assert "Hello" in feed and "Good day" in feed and "Oleg (Chatra)" in feed


def test_the_feed_shows_only_tasks_that_one_may_see(pair: tuple[Contact, Contact], boris: Employee) -> None:
    assert "Hello" not in words(signed_in(boris).get(f"/contacts/{pair[0].number}/"))


def test_a_merge_of_one_or_of_a_merged_one_is_refused(pair: tuple[Contact, Contact], pavel: Employee) -> None:
    one, other = pair
    browser = signed_in(pavel)
    alone = browser.post("/contacts/merge/", {"contact": [one.number], "into": one.number})
    assert alone.status_code == 422 and "Choose between two and 10 contacts." in words(alone)

    merging.merge(one, [other], by=pavel)
    late = browser.post("/contacts/merge/", {"contact": [one.number, other.number], "into": one.number})
    assert late.status_code == 422 and "has been merged in the meantime" in words(late)
    assert browser.post(f"/contacts/{one.number}/separation/").status_code == 302
    assert browser.get("/contacts/merge/", {"contact": "x", "into": "99"}).status_code == 200


@pytest.mark.parametrize(
    ("mine", "theirs", "reason"),
    [
        ({"phone": "+7 (900) 123-45-67"}, {"phone": "8 900 123 45 67"}, "same phone"),
        ({"name": "Ann Stone"}, {"name": "Annabel Stone"}, "similar name"),
        ({"name": "liza"}, {"name": "Liza"}, "similar name"),
    ],
)
def test_s20_duplicates_are_suggested_with_a_reason(
    pair: tuple[Contact, Contact], pavel: Employee, mine: dict[str, str], theirs: dict[str, str], reason: str
) -> None:
    one, other = pair
    browser = signed_in(pavel)
    contacts.update(one, by=pavel, fields={"name": "Liza Stone"})
    assert "Possible duplicates" not in part(browser.get(f"/contacts/{one.number}/"), "contact-news")

    contacts.update(one, by=pavel, fields=mine)
    contacts.update(other, by=pavel, fields=theirs)
    for path in (f"/contacts/{one.number}/", f"/contacts/{other.number}/", "/contacts/", "/contacts/duplicates/"):
        assert reason in words(browser.get(path)), path

    browser.post(f"/contacts/{other.number}/distinct/", {"other": one.number})
    for path in (f"/contacts/{one.number}/", f"/contacts/{other.number}/", "/contacts/", "/contacts/duplicates/"):
        page = browser.get(path)
        assert f'<span class="label">{reason}' not in page.content.decode() and "Duplicate of" not in words(page)


def test_s20_an_email_of_another_card_is_a_reason(pair: tuple[Contact, Contact], liza: Writer, pavel: Employee) -> None:
    one, other = pair
    contacts.update(one, by=pavel, fields={"email": "stone@example.com"})
    contacts.update(other, by=pavel, fields={"email": "liza@example.com"})

    assert "same e-mail" in words(signed_in(pavel).get(f"/contacts/{other.number}/"))


def test_a_surname_that_differs_is_nobodys_duplicate(pair: tuple[Contact, Contact], pavel: Employee) -> None:
    contacts.update(pair[0], by=pavel, fields={"name": "Ann Stone"})
    contacts.update(pair[1], by=pavel, fields={"name": "Ann Stones"})

    assert "No two cards look like one person" in words(signed_in(pavel).get("/contacts/duplicates/"))


def test_s19_the_card_shows_changes_and_offers(pair: tuple[Contact, Contact], liza: Writer, pavel: Employee) -> None:
    one, _other = pair
    browser = signed_in(pavel)
    path = f"/contacts/{one.number}/"
    liza.says("It is Ann", named="Ann", email="liza@example.com")
    assert "Name: Liza → Ann Chatra, Chrome 130, Windows 10, Moscow" in words(browser.get(path))

    contacts.update(one, by=pavel, fields={"name": "Ann Stone"})
    liza.says("Or rather", named="Anna", email="liza@example.com")
    card = words(browser.get(path))
    assert "Name: Ann → Ann Stone Pavel" in card and "The client says: Anna" in card

    browser.post(f"{path}offer/", {"field": "name", "answer": "take"})
    card = words(browser.get(path))
    assert "Name: Ann Stone → Anna Pavel (from Chatra)" in card and "The client says" not in card
    assert browser.post(f"{path}offer/", {"field": "name", "answer": "dismiss"}).status_code == 302


def test_an_email_of_another_contact_is_refused_with_a_link(pair: tuple[Contact, Contact], pavel: Employee) -> None:
    one, other = pair
    given = {"name": "Liza", "email": "oleg@example.com", "phone": "", "notes": ""}
    answer = signed_in(pavel).post(f"/contacts/{one.number}/data/", given)

    assert answer.status_code == 422
    assert f'<a href="/contacts/{other.number}/">contact № {other.number}</a>' in answer.content.decode()


def test_many_merged_contacts_cost_no_more_queries(liza: Writer, pavel: Employee) -> None:
    cards = [Writer(liza.channel, f"Visitor {number}").says("Hello").contact for number in range(8)]
    first, second, *rest = [card for card in cards if card]
    merging.merge(first, [second], by=pavel)
    browser = signed_in(pavel)
    few = queries_of(browser, "/contacts/"), queries_of(browser, f"/contacts/{first.number}/")

    merging.merge(first, rest[:3], by=pavel)

    assert (queries_of(browser, "/contacts/"), queries_of(browser, f"/contacts/{first.number}/")) == few


def test_i8_an_open_task_shows_its_new_client_at_once(pair: tuple[Contact, Contact], pavel: Employee) -> None:
    one, other = pair
    task = other.tasks.get()
    browser = signed_in(pavel)

    def news(since: int) -> str:
        answer = browser.get(f"/tasks/{task.number}/feed/", {"after": 1, "since": since, "first": 1})
        return part(answer, "task-side")

    seen = task.last_event
    assert news(seen) == ""
    merging.merge(one, [other], by=pavel)
    assert "Liza" in news(seen)

    task.refresh_from_db()
    seen = task.last_event
    merging.unmerge(other, by=pavel)
    assert "Oleg" in news(seen)
