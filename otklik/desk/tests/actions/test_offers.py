from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from otklik.desk.actions import contacts, offers
from otklik.desk.errors import Refused
from otklik.desk.models import Contact, Employee, Event
from otklik.desk.tests.screens.stage import Writer


@pytest.fixture
def card(liza: Writer, pavel: Employee) -> Contact:
    """Pavel has typed the name and the e-mail; then she introduces herself otherwise."""
    contact = liza.says("Hello").contact
    assert contact
    contacts.update(contact, by=pavel, fields={"name": "Elizabeth Stone", "email": "stone@example.com"})
    liza.says("It is Liza", named="Liza Stone", email="liza@example.com")
    contact.refresh_from_db()
    return contact


def test_s19_what_she_says_is_offered_beside_what_was_typed(card: Contact) -> None:
    assert (card.name, card.email) == ("Elizabeth Stone", "stone@example.com")
    assert {offer["field"]: offer["value"] for offer in card.open_offers} == {
        "name": "Liza Stone",
        "email": "liza@example.com",
    }
    told = Event.objects.filter(kind="contact_updated", contact=card).latest("number").data
    assert told["offered"]["name"] == ["Elizabeth Stone", "Liza Stone"] and told["source"] == "Chatra"


def test_s19_an_offer_is_taken_over_or_dismissed_once(card: Contact, liza: Writer, pavel: Employee) -> None:
    offers.take_over(card, by=pavel, field="name")
    offers.dismiss(card, by=pavel, field="email")

    card.refresh_from_db()
    assert (card.name, card.email, card.open_offers) == ("Liza Stone", "stone@example.com", [])
    with pytest.raises(Refused):
        offers.dismiss(card, by=pavel, field="email")
    liza.says("Once more", named="Liza Stone", email="liza@example.com")
    card.refresh_from_db()
    assert card.open_offers == []


def test_s19_the_same_words_again_cost_nothing(card: Contact, liza: Writer) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            liza.says("Again", named="Liza Stone", email="liza@example.com")
        return len(captured)

    count = Event.objects.filter(kind="contact_updated").count()
    statements()
    assert statements() == statements()
    assert Event.objects.filter(kind="contact_updated").count() == count


def test_s19_an_address_of_somebody_else_is_not_offered(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    other = oleg.says("Hello", email="oleg@example.com").contact
    contact = liza.says("Hello").contact
    assert contact and other
    contacts.update(contact, by=pavel, fields={"email": "stone@example.com"})

    liza.says("And I am", email=pavel.user.email)

    contact.refresh_from_db()
    assert contact.open_offers == []
