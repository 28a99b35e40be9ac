"""Access rights of a card, and for what a contact is used (§4.4; filters 4012 and 4013)."""

from __future__ import annotations

import pytest

from otklik.desk.actions import contact_access, indexing
from otklik.desk.errors import NotAllowed
from otklik.desk.models import Contact, Employee, Event, Group
from otklik.desk.search import Filters, find
from otklik.desk.tests.screens.stage import Writer, signed_in, words
from otklik.desk.views import duplicates


@pytest.fixture
def zoya(liza: Writer, olga: Employee) -> Contact:
    contact = liza.says("Hello", named="Zoya Petrova", email="zoya@example.com").contact
    assert contact
    return contact


def close(contact: Contact, by: Employee, *who: str, **flags: bool) -> None:
    now = contact_access.values_of(contact)
    contact_access.change(contact, now | {"is_restricted": True, "who": sorted(who)} | flags, seen=now, by=by)


def test_4_4_a_closed_card_does_not_exist_for_others(
    zoya: Contact, oleg: Writer, olga: Employee, pavel: Employee, boris: Employee, support: Group
) -> None:
    oleg.says("Hello", named="Zoya Petrova")
    number = zoya.number
    close(zoya, olga, f"group-{support.pk}")
    indexing.catch_up()

    for who, sees in ((boris, False), (pavel, True), (olga, True)):
        browser = signed_in(who)
        codes = {browser.get(f"/contacts/{number}/{page}").status_code for page in ("", "data/", "files/")}
        assert codes == {200 if sees else 404}, who.name
        assert (f"/contacts/{number}/" in browser.get("/contacts/").content.decode()) is sees
        assert ("zoya@example.com" in words(browser.get("/contacts/", {"q": "zoya"}))) is sees
        assert (zoya in find(who, "zoya", Filters()).hits["contact"]) is sees
        assert (f"/contacts/{number}/" in browser.get("/search/quick/", {"q": "zoya"}).content.decode()) is sees
        assert any(zoya in (one.one, one.other) for one in duplicates.suggest(None, who)) is sees
        assert (zoya in duplicates.alike("Zoya Petrova", "", who)) is sees
        assert (f'value="{number}"' in browser.get("/contacts/merge/", {"contact": number}).content.decode()) is sees
    for path in ("notes/", "writing/", "offer/", "separation/", "feed/", "data/"):
        assert signed_in(boris).post(f"/contacts/{number}/{path}").status_code == 404, path


def test_4_4_who_has_a_role_in_a_task_sees_the_name_of_its_client(
    zoya: Contact, olga: Employee, pavel: Employee
) -> None:
    close(zoya, olga)
    task = zoya.tasks.get()

    assert "Zoya Petrova" in words(signed_in(pavel).get(f"/tasks/{task.number}/"))
    assert signed_in(pavel).get(f"/contacts/{zoya.number}/").status_code == 404


def test_4_4_the_panel_says_who_sees_the_card_and_the_log_who_changed_it(
    zoya: Contact, olga: Employee, pavel: Employee, boris: Employee
) -> None:
    browser, address = signed_in(olga), f"/contacts/{zoya.number}/access/"
    seen = browser.get(address).context["seen"]
    given = {"is_restricted": "1", "who": [f"employee-{boris.pk}"], "may_participate": "on", "seen": seen}

    assert browser.post(address, given).status_code == 302

    card = words(browser.get(f"/contacts/{zoya.number}/"))
    assert "Only those chosen and administrators see this card." in card and "2 employees see this card" in card
    assert "Boris; not as a counterparty" in card
    assert Event.objects.filter(kind="contact_access", contact=zoya).count() == 1
    late = browser.post(address, given | {"who": [f"employee-{olga.pk}"]})
    assert late.status_code == 422 and "Somebody else has changed the access meanwhile." in words(late)
    assert late.context["form"].initial["who"] == [f"employee-{olga.pk}"], "what he chose is kept"
    with pytest.raises(NotAllowed):
        contact_access.change(zoya, {}, seen={}, by=pavel)


def test_4012_4013_a_contact_that_is_no_counterparty_is_not_offered_as_one(zoya: Contact, olga: Employee) -> None:
    browser = signed_in(olga)
    given = {"name": "A call", "client": "zoya@example.com"}
    now = contact_access.values_of(zoya)
    contact_access.change(zoya, now | {"may_be_counterparty": False}, seen=now, by=olga)

    assert "No contact is found by these words." in words(browser.post("/tasks/new/", given))
    assert "Zoya Petrova" not in words(browser.get("/contacts/", {"having": "counterparty"}))
    assert "Zoya Petrova" in words(browser.get("/contacts/", {"having": "participant"}))
