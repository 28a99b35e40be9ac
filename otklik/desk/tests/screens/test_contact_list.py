from __future__ import annotations

from typing import Any

import pytest

from otklik.desk.actions import contacts as actions
from otklik.desk.actions import merging
from otklik.desk.models import Contact, ContactTemplate, Employee
from otklik.desk.tests.screens.stage import Writer, queries_of, signed_in, words
from otklik.desk.views.contact_orders import ORDERS


def make(by: Employee, name: str, kind: str = "contact", **fields: str) -> Contact:
    return actions.make(ContactTemplate.objects.get(key=kind), by=by, fields={"name": name, **fields})


def names(employee: Employee, **asked: Any) -> list[str]:
    answer = signed_in(employee).get("/contacts/", asked)
    assert answer.status_code == 200
    return [contact.name for contact in answer.context["contacts"]]


def test_the_list_is_filtered_and_sorted(pavel: Employee) -> None:
    make(pavel, "Zoya", phone="+7 900 1")
    make(pavel, "anna", email="anna@example.com", company="Horns and Hooves")
    make(pavel, "Boris")
    company = ContactTemplate.objects.get(key="company").pk

    assert names(pavel, sort="name") == ["anna", "Boris", "Horns and Hooves", "Zoya"]
    assert names(pavel, template=company) == ["Horns and Hooves"]
    assert names(pavel, having="email") == ["anna"]
    assert names(pavel, having="phone") == ["Zoya"]
    assert names(pavel, having="none", q="o") == ["Boris", "Horns and Hooves"]
    number = Contact.objects.get(name="Horns and Hooves").number
    assert names(pavel, company=number) == ["anna"]


def test_a_filter_of_nonsense_shows_all(pavel: Employee) -> None:
    make(pavel, "Zoya")

    assert names(pavel, sort="x", having="y", template="z", before="-1", company="\0") == ["Zoya"]
    assert names(pavel, template=999) == []


def test_7_open_tasks_are_those_that_one_may_see(liza: Writer, pavel: Employee, boris: Employee) -> None:
    liza.says("Hello")

    assert names(pavel, having="open") == ["Liza"]
    assert names(boris, having="open") == []


@pytest.mark.parametrize("sort", ORDERS)
def test_pages_show_everybody_once(liza: Writer, oleg: Writer, pavel: Employee, sort: str) -> None:
    liza.says("Hello")
    oleg.says("Hello")
    shops = [None, *(make(pavel, f"Shop {number}", "company") for number in range(3))]
    template = ContactTemplate.objects.get(key="contact")
    Contact.objects.bulk_create(
        Contact(number=1000 + number, template=template, name=f"Client {number % 40}", company=shops[number % 4])
        for number in range(118)
    )
    assert Contact.objects.count() == 123
    browser = signed_in(pavel)
    shown: list[int] = []
    older: str | None = ""
    while older is not None:
        page = browser.get(f"/contacts/?sort={sort}&before={older}").context
        shown += [contact.number for contact in page["contacts"]]
        older = page["older"]

    assert len(shown) == 123 == len(set(shown))
    assert (shown == sorted(shown, reverse=True)) is (sort == "newest")
    assert (shown == sorted(shown)) is (sort == "oldest")


def test_heads_of_columns_sort_and_turn_round(liza: Writer, pavel: Employee, boris: Employee) -> None:
    make(pavel, "Zoya", company="Horns")
    make(pavel, "Anna", company="hooves")
    liza.says("Hello")

    assert names(pavel, sort="company") == ["Anna", "Zoya", "Horns", "hooves", "Liza"]
    assert names(pavel, sort="company-down")[:2] == ["Zoya", "Anna"], "who works nowhere comes last"
    assert names(pavel, sort="name-down")[0] == "Zoya"
    assert names(pavel, sort="latest")[0] == "Liza" == names(pavel, sort="quiet")[-1]
    assert names(boris, sort="latest")[-1] != names(boris, sort="quiet")[-1], "§7: what he may not see sorts nothing"
    page = signed_in(pavel).get("/contacts/?sort=name&having=none")
    assert [page.context["heads"][one].direction for one in ("name", "company")] == ["ascending", ""]
    html = page.content.decode()
    assert html.count('aria-sort="ascending"') == 1
    assert 'class="list__sort" href="/contacts/?having=none&amp;sort=name-down"' in html


def test_what_happens_meanwhile_does_not_turn_pages_back(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    for who in (liza, oleg):
        who.says("Hello")
    for number in range(48):
        make(pavel, f"Client {number}")
    for who in (oleg, liza):
        who.says("Anybody?")
    make(pavel, "Last")
    page = signed_in(pavel).get("/contacts/?sort=quiet").context
    assert [one.name for one in page["contacts"]][-1] == "Oleg"
    oleg.says("Hello again")

    assert names(pavel, sort="quiet", before=page["older"]) == ["Liza", "Oleg"]


def test_companies_cost_no_further_queries(pavel: Employee) -> None:
    make(pavel, "One", company="Shop 1")
    browser = signed_in(pavel)
    few = queries_of(browser, "/contacts/?sort=name")
    for number in range(2, 30):
        make(pavel, f"Client {number}", company=f"Shop {number}")

    assert queries_of(browser, "/contacts/?sort=name") == few


def test_4_4_a_contact_is_made_by_hand(pavel: Employee) -> None:
    browser = signed_in(pavel)
    given = {"name": "Zoya Petrova", "email": "zoya@example.com", "phone": "+7 900 123-45-67", "company": "Hooves"}

    answer = browser.post("/contacts/new/", given, follow=True)

    page = words(answer)
    assert "Zoya Petrova" in page and "zoya@example.com" in page and "Hooves" in page and "Added to the base" in page
    zoya = Contact.objects.get(name="Zoya Petrova")
    assert zoya.employer and zoya.employer.template.is_company
    assert "Zoya Petrova" in words(browser.get(f"/contacts/{zoya.employer.number}/"))


def test_4_2_an_email_of_somebody_else_is_refused(pavel: Employee, olga: Employee) -> None:
    make(pavel, "Zoya", email="zoya@example.com")
    browser = signed_in(pavel)

    answer = browser.post("/contacts/new/", {"name": "Other", "email": "ZOYA@example.com", "notes": "kept"})
    assert answer.status_code == 422 and "Another contact has this address" in words(answer)
    assert "kept" in answer.content.decode()
    answer = browser.post("/contacts/new/", {"name": "Other", "email": "olga@example.com"})
    assert "An employee has this address." in words(answer)
    assert Contact.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "phone", "is_warned"),
    [
        ("Zoy Petrova", "", True),
        ("Anna", "8 (900) 123 45 67", True),
        ("Zoya Petrov", "", False),
        ("Petrova", "", False),
        ("Anna", "12", False),
    ],
)
def test_4_2_name_and_phone_are_a_warning(pavel: Employee, name: str, phone: str, is_warned: bool) -> None:
    zoya = make(pavel, "Zoya Petrova", phone="+7 900 123-45-67")
    browser = signed_in(pavel)

    answer = browser.post("/contacts/new/", {"name": name, "phone": phone})

    assert (answer.status_code == 422) is is_warned
    if is_warned:
        assert f'href="/contacts/{zoya.number}/"' in answer.content.decode()
        assert browser.post("/contacts/new/", {"name": name, "phone": phone, "sure": "1"}).status_code == 302
    assert Contact.objects.count() == 2


def test_a_name_with_a_nul_is_a_name_without_it(pavel: Employee) -> None:
    answer = signed_in(pavel).post("/contacts/new/", {"name": "Zoya\0 Petrova", "notes": "\0"})

    assert answer.status_code == 302 and Contact.objects.get().name == "Zoya Petrova"


def test_4_4_a_company_shows_its_people_and_their_tasks(liza: Writer, pavel: Employee, boris: Employee) -> None:
    contact = liza.says("Hello").contact
    assert contact
    actions.update(contact, by=pavel, fields={"company": "Hooves"})
    company = Contact.objects.get(name="Hooves")

    page = words(signed_in(pavel).get(f"/contacts/{company.number}/"))
    assert "People" in page and "Liza (Chatra)" in page
    assert "Liza (Chatra)" not in words(signed_in(boris).get(f"/contacts/{company.number}/"))
    assert "Company: — → Hooves" in words(signed_in(pavel).get(f"/contacts/{contact.number}/"))


def test_4_3_people_follow_a_merged_company(pavel: Employee) -> None:
    zoya = make(pavel, "Zoya", company="Horns")
    horns, hooves = Contact.objects.get(name="Horns"), make(pavel, "Hooves", "company")

    merging.merge(hooves, [horns], by=pavel)

    zoya.refresh_from_db()
    assert zoya.employer == hooves
    assert names(pavel, company=hooves.number) == ["Zoya"]
    browser = signed_in(pavel)
    assert "Zoya" in words(browser.get(f"/contacts/{hooves.number}/"))
    actions.update(zoya, by=pavel, fields={"company": "Hooves"})
    assert Contact.objects.filter(template__is_company=True).count() == 2
    actions.update(zoya, by=pavel, fields={"company": ""})
    assert names(pavel, company=hooves.number) == []
