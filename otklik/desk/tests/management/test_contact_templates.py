from __future__ import annotations

import pytest

from otklik.desk.actions.incoming import Channel
from otklik.desk.models import Contact, ContactTemplate, Employee
from otklik.desk.tests.screens.stage import Writer, signed_in, words
from otklik.integrations.models import Connection

pytestmark = pytest.mark.django_db

LIST = "/management/contact-templates/"


@pytest.fixture
def dealers(olga: Employee) -> ContactTemplate:
    assert signed_in(olga).post(f"{LIST}new/", {"name": " Dealers ", "is_company": "on"}).status_code == 302
    return ContactTemplate.objects.get(own_name="Dealers")


def test_s08_clients_enter_by_a_template_of_ones_own(
    dealers: ContactTemplate, shop_chat: Channel, olga: Employee
) -> None:
    channel = Channel(shop_chat.source_id, "Chatra", shop_chat.task_template_id, dealers.pk)
    Writer(channel, "Liza").says("Hello")

    assert Contact.objects.get().template == dealers
    assert "Dealers Companies · 1 contact" in words(signed_in(olga).get(LIST))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (" ", "Give the template a name."),
        ("contact TEMPLATE", "There is a template with this name already."),
        ("x" * 201, "200"),
    ],
)
def test_a_wrong_name_is_refused_beside_its_field(olga: Employee, name: str, sentence: str) -> None:
    answer = signed_in(olga).post(f"{LIST}new/", {"name": name})

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert 'aria-invalid="true"' in answer.content.decode()


def test_a_system_template_can_be_renamed_but_not_deleted(olga: Employee) -> None:
    template = ContactTemplate.objects.get(key="company")
    browser = signed_in(olga)
    page = browser.get(f"{LIST}{template.pk}/")
    assert 'name="is_company"' not in page.content.decode()

    browser.post(f"{LIST}{template.pk}/", {"name": "Firms", "seen": page.context["seen"]})
    template.refresh_from_db()
    assert (template.name, template.is_company) == ("Firms", True)

    answer = browser.post(f"{LIST}{template.pk}/removal/")
    assert answer.status_code == 422 and "A system template cannot be deleted." in words(answer)


def test_of_two_administrators_the_later_sees_what_changed(olga: Employee, dealers: ContactTemplate) -> None:
    browser, path = signed_in(olga), f"{LIST}{dealers.pk}/"
    seen = browser.get(path).context["seen"]
    browser.post(path, {"name": "Partners", "is_company": "on", "seen": seen})

    answer = browser.post(path, {"name": "Big dealers", "seen": seen})

    assert answer.status_code == 422
    assert "Somebody else changed this template meanwhile." in words(answer)
    assert "Name: Partners" in words(answer)
    assert 'value="Big dealers"' in answer.content.decode()
    browser.post(path, {"name": "Big dealers", "seen": answer.context["seen"]})
    dealers.refresh_from_db()
    assert (dealers.own_name, dealers.is_company) == ("Big dealers", False)


def test_one_with_contacts_asks_for_another_for_them(liza: Writer, olga: Employee, dealers: ContactTemplate) -> None:
    liza.says("Hello")
    Contact.objects.update(template=dealers)
    browser, path = signed_in(olga), f"{LIST}{dealers.pk}/removal/"

    refused = browser.post(path)
    assert refused.status_code == 422
    assert "1 contact has this template. Choose the template that they get." in words(refused)

    other = ContactTemplate.objects.get(key="contact")
    assert browser.post(path, {"replacement": other.pk}).status_code == 302
    assert Contact.objects.get().template == other
    assert not ContactTemplate.objects.filter(pk=dealers.pk).exists()


def test_one_that_a_connection_uses_is_not_deleted_silently(
    shop: Connection, olga: Employee, dealers: ContactTemplate
) -> None:
    Connection.objects.update(contact_template=dealers)

    answer = signed_in(olga).post(f"{LIST}{dealers.pk}/removal/")

    assert answer.status_code == 422
    assert "It is still used by: shop.example.com." in words(answer)


def test_templates_are_for_administrators_alone(pavel: Employee, dealers: ContactTemplate) -> None:
    for path in ("", "new/", f"{dealers.pk}/", f"{dealers.pk}/removal/"):
        assert signed_in(pavel).get(LIST + path).status_code == 404


def offered() -> list[str]:
    return [one.name for one in ContactTemplate.objects.offered()]


def test_4_5_templates_are_put_in_order_and_offered_so(dealers: ContactTemplate, olga: Employee) -> None:
    browser, address = signed_in(olga), f"{LIST}{dealers.pk}/change/"
    assert offered()[-1] == "Dealers"

    browser.post(address, {"do": "up"})
    assert offered()[-2] == "Dealers"
    browser.post(address, {"do": "place", "at": "0"})
    assert offered()[0] == "Dealers"

    page = words(browser.get("/contacts/new/"))
    assert page.index("Dealers") < page.index("Contact template"), "offered in this order"
    assert browser.get("/contacts/new/").context["template"].key == "contact", "what comes first is no choice"


def test_4_5_a_template_in_the_archive_is_offered_no_more_and_keeps_its_contacts(
    dealers: ContactTemplate, shop_chat: Channel, olga: Employee, pavel: Employee
) -> None:
    Writer(Channel(shop_chat.source_id, "Chatra", shop_chat.task_template_id, dealers.pk), "Liza").says("Hello")
    browser, address = signed_in(olga), f"{LIST}{dealers.pk}/change/"

    browser.post(address, {"do": "archive"})

    assert "Dealers" in words(browser.get(LIST)) and "Offer again" in words(browser.get(LIST))
    assert "Dealers" not in words(signed_in(pavel).get("/contacts/new/"))
    assert Contact.objects.get().template == dealers
    assert "Liza" in words(browser.get(f"/contacts/?template={dealers.pk}"))
    browser.post(address, {"do": "restore"})
    assert "Dealers" in words(signed_in(pavel).get("/contacts/new/"))


def test_4_5_a_system_template_stays_out_of_the_archive(dealers: ContactTemplate, olga: Employee) -> None:
    system, browser = ContactTemplate.objects.get(key="contact"), signed_in(olga)

    answer = browser.post(f"{LIST}{system.pk}/change/", {"do": "archive"}, follow=True)

    assert "A system template is offered to everybody, so it stays." in words(answer)
    browser.post(f"{LIST}{dealers.pk}/change/", {"do": "archive"})
    browser.post(
        f"{LIST}{dealers.pk}/",
        {"name": "Dealers", "is_system": "on", "seen": browser.get(f"{LIST}{dealers.pk}/").context["seen"]},
    )
    assert "Dealers" in offered()
