"""A device joined by an e-mail turns out to be somebody else's (S20, I7)."""

from __future__ import annotations

import pytest

from otklik.desk.actions import separating
from otklik.desk.actions.incoming import Channel
from otklik.desk.errors import Refused
from otklik.desk.models import Contact, Employee, Identity
from otklik.desk.tests.screens.stage import Writer, signed_in, words


@pytest.fixture
def card(liza: Writer) -> Contact:
    """Of Liza, with a phone that was joined by her e-mail."""
    liza.says("Hello", email="liza@example.com")
    contact = liza.says("From a phone", on=" phone", email="liza@example.com").contact
    assert contact and contact.identities.count() == 2
    return contact


def phone() -> Identity:
    return Identity.objects.get(remote_id="client-Liza phone")


def test_s20_a_single_device_is_separated_and_put_back(card: Contact, liza: Writer, pavel: Employee) -> None:
    browser = signed_in(pavel)
    page = words(browser.get(f"/contacts/{card.number}/"))
    assert "This is somebody else" in page

    moved = browser.post(f"/contacts/{card.number}/devices/{phone().pk}/separation/")["Location"]

    other = phone().contact
    assert other != card and moved == f"/contacts/{other.number}/" and other.email == ""
    assert "Taken off the card of Liza" in words(browser.get(moved))
    assert "is somebody else now, apart from" in words(browser.get(f"/contacts/{card.number}/"))
    # Remembered: neither the same e-mail nor its next message joins it again.
    assert liza.says("Still me", on=" phone", email="liza@example.com").contact == other
    assert liza.says("And I", email="liza@example.com").contact == card

    browser.post(f"{moved}devices/{phone().pk}/separation/", {"undo": "1"})

    assert phone().contact == card and phone().not_linked_by == ""
    assert liza.says("Together again", on=" phone", email="liza@example.com").contact == card


def test_s20_a_separated_device_is_not_joined_by_another_address_of_the_card(
    card: Contact, liza: Writer, pavel: Employee
) -> None:
    separating.separate(phone(), by=pavel)
    other = phone().contact

    liza.says("Mine", on=" phone", email="oleg@example.com")
    assert liza.says("Hers", on=" phone", email="liza@example.com").contact == other


def test_s20_a_device_that_an_email_brought_with_its_card_gets_that_card_back(
    liza: Writer, oleg: Writer, pavel: Employee
) -> None:
    one, other = liza.says("Hello", email="liza@example.com").contact, oleg.says("Hello").contact
    oleg.says("Also me", email="liza@example.com")
    device = Identity.objects.get(remote_id="client-Oleg")
    assert one and device.contact == one

    assert separating.separate(device, by=pavel) == other

    other = separating.put_back(Identity.objects.get(pk=device.pk), by=pavel)
    assert other == one and one.identities.count() == 2


def test_a_device_that_is_alone_is_not_separated(oleg: Writer, pavel: Employee) -> None:
    contact = oleg.says("Hello").contact
    assert contact
    browser = signed_in(pavel)
    assert "This is somebody else" not in words(browser.get(f"/contacts/{contact.number}/"))

    with pytest.raises(Refused):
        separating.separate(contact.identities.get(), by=pavel)
    with pytest.raises(Refused):
        separating.put_back(contact.identities.get(), by=pavel)


def test_s20_clients_whom_the_site_knows_are_not_joined_by_an_email(shop_chat: Channel, pavel: Employee) -> None:
    ann, bob = (Writer(shop_chat, name, is_bound=True) for name in ("Ann", "Bob"))
    cat = Writer(shop_chat, "Cat")

    one = ann.says("Hello", email="family@example.com").contact
    other = bob.says("Hello", email="family@example.com").contact
    third = cat.says("Hello", email="family@example.com").contact

    assert one and other and one != other and third == one
    assert (one.email, other.email) == ("family@example.com", "")
    browser = signed_in(pavel)
    answer = browser.post("/contacts/merge/", {"contact": [one.number, other.number], "into": one.number})
    assert answer.status_code == 422 and "The site knows them as different clients" in words(answer)
    assert "No two cards look like one person" in words(browser.get("/contacts/duplicates/"))
    assert "known to the site" in words(browser.get(f"/contacts/{other.number}/"))


def test_s20_a_client_of_whom_the_site_says_later_that_he_is_another_leaves_the_card(shop_chat: Channel) -> None:
    ann, bob = Writer(shop_chat, "Ann", is_bound=True), Writer(shop_chat, "Bob")
    card = ann.says("Hello", email="family@example.com").contact
    assert bob.says("Hello", email="family@example.com").contact == card

    bob.is_bound = True
    assert bob.says("I have signed in", email="family@example.com").contact != card
    assert ann.says("And I", email="family@example.com").contact == card
