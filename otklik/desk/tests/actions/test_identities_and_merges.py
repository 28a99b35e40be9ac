"""Whatever is merged, taken apart, introduced and written in whatever order: no message is lost or stands under two
contacts, and an undone merge leaves what was there before it (S20, I7)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from otklik.desk.actions import merging, separating
from otklik.desk.actions.incoming import Channel
from otklik.desk.errors import Refused
from otklik.desk.models import Comment, Contact, Employee, Identity, Merge, Task
from otklik.desk.tests.screens.stage import Writer
from otklik.desk.views.contact_feed import of_contact

NAMES = ("Ann", "Bob", "Cat", "Dan", "Eve")
BOUND = ("Ann", "Bob", "Eve")
EMAILS = ("", "a@example.com", "b@example.com")
who = st.integers(0, len(NAMES) - 1)


@pytest.mark.django_db
def test_s20_no_message_is_lost_or_shown_twice(shop_chat: Channel, pavel: Employee) -> None:
    class Merges(RuleBasedStateMachine):
        @initialize()
        def begin(self) -> None:
            self.savepoint = transaction.savepoint()
            # The site vouches for Ann, Bob and Eve: they are three people.
            self.writers = [Writer(shop_chat, name, is_bound=name in BOUND) for name in NAMES]
            self.emails = dict.fromkeys(range(len(NAMES)), "")
            self.written: set[str] = set()
            for one in range(len(NAMES)):
                self.write(one)

        @rule(one=who, email=st.sampled_from(EMAILS))
        def introduce(self, one: int, email: str) -> None:
            self.emails[one] = email or self.emails[one]
            self.write(one)

        @rule(one=who)
        def write(self, one: int) -> None:
            text = f"message {len(self.written)}"
            self.writers[one].says(text, email=self.emails[one])
            self.written.add(text)

        @rule(data=st.data())
        def merge(self, data: st.DataObject) -> None:
            cards = list(Contact.objects.current().order_by("pk"))
            if len(cards) > 1:
                into, other = data.draw(st.permutations(cards))[:2]
                with suppress(Refused):
                    merging.merge(into, [other], by=pavel, name=other.name)

        @rule(data=st.data())
        def separate(self, data: st.DataObject) -> None:
            identity = data.draw(st.sampled_from(list(Identity.objects.order_by("pk"))))
            with suppress(Refused):
                card = separating.separate(identity, by=pavel)
                assert identity in card.identities.all()

        @rule(data=st.data())
        def put_back(self, data: st.DataObject) -> None:
            identity = data.draw(st.sampled_from(list(Identity.objects.order_by("pk"))))
            with suppress(Refused):
                separating.put_back(identity, by=pavel)

        @precondition(lambda self: Merge.objects.filter(undone_at=None).exists())
        @rule(data=st.data())
        def unmerge(self, data: st.DataObject) -> None:
            done = data.draw(st.sampled_from(list(Merge.objects.filter(undone_at=None).order_by("pk"))))
            merging.unmerge(done.contact, by=pavel)

        @rule(data=st.data())
        def merge_and_unmerge(self, data: st.DataObject) -> None:
            cards = list(Contact.objects.current().order_by("pk"))
            if len(cards) > 1:
                into, other = data.draw(st.permutations(cards))[:2]
                before = belongings()
                with suppress(Refused):
                    merging.merge(into, [other], by=pavel)
                if belongings() == before:
                    return
                merging.unmerge(other, by=pavel)
                assert belongings() == before

        @invariant()
        def each_message_stands_under_one_contact(self) -> None:
            cards = Contact.objects.current()
            shown = [text for card in cards for text in of_contact(card).values_list("text", flat=True)]
            assert sorted(shown) == sorted(self.written)
            assert Comment.objects.count() == len(self.written)

        @invariant()
        def ids_for_which_the_site_vouches_never_share_a_card(self) -> None:
            cards = list(Identity.objects.filter(is_bound=True).values_list("contact", flat=True))
            assert len(cards) == len(set(cards)) == len(BOUND)

        @invariant()
        def nothing_belongs_to_a_merged_contact(self) -> None:
            merged = Contact.objects.filter(merged_into__isnull=False)
            assert not Identity.objects.filter(contact__in=merged).exists()
            assert not Task.objects.filter(contact__in=merged).exists()
            assert not merged.filter(merged_into__merged_into__isnull=False).exists()

        def teardown(self) -> None:
            if hasattr(self, "savepoint"):
                transaction.savepoint_rollback(self.savepoint)

    few = settings(
        max_examples=15, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(Merges, settings=few)


def belongings() -> list[Any]:
    return [
        sorted(Contact.objects.values_list("pk", "name", "email", "merged_into")),
        sorted(Identity.objects.values_list("pk", "contact")),
        sorted(Task.objects.values_list("pk", "contact")),
    ]
