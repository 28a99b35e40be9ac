"""Access rights of a card, and for what a contact is used (§4.4; filters 4012 and 4013)."""

from __future__ import annotations

import pytest

from otklik.desk import variables
from otklik.desk.actions import contact_access, contacts, indexing, making, merging, separating
from otklik.desk.errors import NotAllowed, Refused, Taken
from otklik.desk.models import Comment, Contact, ContactTemplate, Employee, Event, Group, Identity, Task
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
    assert "Access rights: everybody → Boris; not as a counterparty" in card
    told = words(signed_in(olga, "ru").get(f"/contacts/{zoya.number}/"))
    assert "Права доступа: все → Boris; не" in told, "the log speaks the reader's language"
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


def company(name: str, by: Employee) -> Contact:
    return contacts.make(ContactTemplate.objects.get(key="company"), by=by, fields={"name": name})


def person(name: str, by: Employee, **fields: str) -> Contact:
    return contacts.make(ContactTemplate.objects.get(key="contact"), by=by, fields={"name": name, **fields})


def test_4_4_numbers_and_addresses_tell_nobody_a_closed_card(zoya: Contact, olga: Employee, boris: Employee) -> None:
    acme = company("Acme", olga)
    close(zoya, olga)
    close(acme, olga)
    browser = signed_in(boris)

    assert "Zoya Petrova" not in words(browser.get("/tasks/", {"client": str(zoya.number), "show": "all"}))
    assert "Acme" not in words(browser.get("/contacts/", {"company": acme.number}))
    with pytest.raises(Refused) as refused:
        person("Nobody", boris, email="zoya@example.com")
    assert not isinstance(refused.value, Taken)
    with pytest.raises(Taken):
        person("Nobody", olga, email="zoya@example.com")


def test_4_4_a_task_tells_the_name_of_its_client_and_nothing_else_of_a_closed_card(
    zoya: Contact, olga: Employee, pavel: Employee
) -> None:
    close(zoya, olga)
    task = zoya.tasks.get()
    text = "{{Task.Client.Name}}|{{Task.Client.E-mail}}|{{Task.Client.Number}}"

    for who, told in ((pavel, "Zoya Petrova||"), (olga, f"Zoya Petrova|zoya@example.com|{zoya.number}")):
        assert variables.filled(text, variables.Scene(Task.objects.get(pk=task.pk), who)) == told
        side = signed_in(who).get(f"/tasks/{task.number}/").content.decode().partition('id="task-side"')[2]
        assert ("mailto:zoya@example.com" in side) is (who == olga)
    assert variables.filled("{{Task.Client.E-mail}}", variables.Scene(task, None)) == "zoya@example.com"


def test_4_4_a_task_made_of_a_comment_has_its_client_only_for_who_sees_the_card(
    zoya: Contact, liza: Writer, olga: Employee, pavel: Employee
) -> None:
    task = liza.says("Send me the act")
    last = Comment.objects.filter(task=task, kind="client").latest("number")
    close(zoya, olga)
    of = {"from": task.number, "comment": last.number}

    made_by = {who: signed_in(who).get("/tasks/new/", of).context["contact"] for who in (pavel, olga)}

    assert made_by == {pavel: None, olga: zoya}


def test_4_4_a_merge_opens_no_closed_card(zoya: Contact, olga: Employee, pavel: Employee, support: Group) -> None:
    other = person("Zoya", olga)
    close(zoya, olga, f"employee-{olga.pk}", f"group-{support.pk}")
    with pytest.raises(Refused):
        merging.merge(other, [zoya], by=pavel)

    merging.merge(other, [zoya], by=olga)

    now = contact_access.values_of(Contact.objects.get(pk=other.pk))
    assert (now["is_restricted"], now["who"]) == (True, [f"employee-{olga.pk}", f"group-{support.pk}"])
    merging.unmerge(zoya, by=olga)
    assert not Contact.objects.get(pk=other.pk).is_restricted
    assert Contact.objects.get(pk=zoya.pk).is_restricted


def test_4_4_of_two_closed_cards_those_see_the_merged_one_who_saw_both(
    zoya: Contact, olga: Employee, pavel: Employee, alice: Employee, boris: Employee
) -> None:
    plain, other = person("Z.", olga), person("Zoya", olga)
    close(zoya, olga, f"employee-{pavel.pk}", f"employee-{alice.pk}")
    close(other, olga, f"employee-{pavel.pk}", f"employee-{boris.pk}")

    merging.merge(plain, [zoya, other], by=olga)

    assert contact_access.values_of(Contact.objects.get(pk=plain.pk))["who"] == [f"employee-{pavel.pk}"]
    # The other one is still a part of it.
    merging.unmerge(zoya, by=olga)
    assert Contact.objects.get(pk=plain.pk).is_restricted


def test_4_4_a_device_taken_off_a_closed_card_has_a_closed_one(zoya: Contact, liza: Writer, olga: Employee,
    pavel: Employee) -> None:  # fmt: skip
    liza.says("From my phone", on="phone", email="zoya@example.com")
    close(zoya, olga, f"employee-{pavel.pk}")
    device = Identity.objects.filter(contact=zoya).latest("pk")

    card = separating.separate(device, by=olga)

    now = contact_access.values_of(card)
    assert card != zoya and (now["is_restricted"], now["who"]) == (True, [f"employee-{pavel.pk}"])


def test_4_4_a_closed_company_is_not_named_on_the_cards_of_its_people(olga: Employee, boris: Employee) -> None:
    one = person("Ivan", olga, company="Acme")
    acme = Contact.objects.get(name="Acme")
    close(acme, olga)

    for who, sees in ((boris, False), (olga, True)):
        for path in ("", f"{one.number}/", f"{one.number}/data/?edit"):
            assert ("Acme" in signed_in(who).get(f"/contacts/{path}").content.decode()) is sees, (who.name, path)
    contacts.update(one, by=boris, fields={"name": "Ivan Petrov", "company": ""})
    assert Contact.objects.get(pk=one.pk).company == acme
    assert person("Petr", boris, company="Acme").company != acme


def test_8_2_a_line_about_another_task_names_it_only_to_who_sees_that(
    liza: Writer, olga: Employee, pavel: Employee
) -> None:
    task = liza.says("Hello")
    part = making.make(
        {"name": "Dismissals", "description": "", "assignee": [f"employee-{olga.pk}"]}, by=olga, parent=task
    )
    assert not Task.objects.visible_to(pavel).filter(pk=part.pk).exists()

    for who, named in ((pavel, False), (olga, True)):
        for path in ("", "history/"):
            seen = words(signed_in(who).get(f"/tasks/{task.number}/{path}"))
            assert f"Subtask added: № {part.number}" in seen and ("Dismissals" in seen) is named, (who.name, path)
