from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from otklik.chat.actions import messages, sites
from otklik.chat.actions.messages import Post
from otklik.chat.models import Site, Visitor
from otklik.chat.tests.keyholder import Desk
from otklik.chat.tests.opened import OpenDoor, Visiting
from otklik.chat.tests.receiver import Receiver
from otklik.chat.tests.test_posting import arrival
from otklik.people.models import User


@pytest.fixture
def olga(db: None) -> User:
    return User.objects.create_user("olga@example.com", "correct horse battery", name="Olga")


@pytest.fixture
def pavel(db: None) -> User:
    return User.objects.create_user("pavel@example.com", "correct horse battery", name="Pavel")


@pytest.fixture
def shop(olga: User) -> Site:
    return sites.make("Garden tools", olga, language="en")


@pytest.fixture
def desk(shop: Site) -> Desk:
    return Desk(shop)


@pytest.fixture
def anna(shop: Site) -> Visitor:
    """She has said hello."""
    messages.post([Post(arrival(shop, "anna"), "m1", "Hello")])
    return Visitor.objects.get(site=shop)


@pytest.fixture
def rival(pavel: User) -> Site:
    return sites.make("Another shop", pavel)


@pytest.fixture
def operator_allows_this_machine(settings: Any) -> None:
    """Webhooks may be sent to servers of the tests."""
    settings.INTERNAL_HOSTS = ["127.0.0.1"]


@pytest.fixture
def receiver(operator_allows_this_machine: None) -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def door(transactional_db: None) -> Iterator[OpenDoor]:
    """The widget's door behind a real web server, with live notices and the sender of webhooks."""
    door = OpenDoor()
    yield door
    door.close()


@pytest.fixture
def liza(door: OpenDoor, shop: Site) -> Visiting:
    return Visiting(door, shop)


@pytest.fixture
def oleg(door: OpenDoor, shop: Site) -> Visiting:
    return Visiting(door, shop)
