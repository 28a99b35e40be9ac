from __future__ import annotations

from typing import Any

import pytest

from otklik.desk.actions import contacts, merging
from otklik.desk.errors import Refused, Taken
from otklik.desk.models import Comment, Contact, Distinct, Employee, Event, Identity, Task, TaskMember
from otklik.desk.tests.screens.stage import Writer


def card_of(writer: Writer, *texts: str, **more: Any) -> Contact:
    contact = writer.says(*(texts or ("Hello",)), **more).contact
    assert contact
    return contact


def state_of(*cards: Contact) -> list[Any]:
    """All that belongs to these contacts."""
    ids = [card.pk for card in cards]
    return [
        sorted(Contact.objects.filter(pk__in=ids).values_list("pk", "name", "email", "phone", "merged_into")),
        sorted(Identity.objects.filter(contact__in=ids).values_list("pk", "contact")),
        sorted(Task.objects.filter(contact__in=ids).values_list("pk", "contact")),
        sorted(TaskMember.objects.filter(contact__in=ids).values_list("task", "role", "contact")),
        sorted(Comment.objects.values_list("task", "number", "text", "identity")),
        sorted((card.pk, entry.pk) for card in cards for entry in card.service_entries.all()),
    ]


def test_s20_a_merged_contact_brings_devices_tasks_roles_and_addresses(
    liza: Writer, oleg: Writer, pavel: Employee
) -> None:
    one, other = card_of(liza, email="liza@example.com"), card_of(oleg, email="oleg@example.com")

    merging.merge(one, [other], by=pavel, name="Oleg")

    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.name, one.emails) == ("Oleg", ["liza@example.com", "oleg@example.com"])
    assert other.merged_into == one
    assert one.identities.count() == one.tasks.count() == one.service_entries.count() == 2
    assert TaskMember.objects.filter(contact=one).count() == 4
    event = Event.objects.get(kind="contacts_merged")
    assert event.contact_id == one.pk and event.actor_id == pavel.pk
    assert event.data["contacts"] == [{"id": other.pk, "number": other.number, "name": "Oleg"}]


def test_s20_an_undone_merge_puts_everything_back(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    one, other = card_of(liza, email="liza@example.com"), card_of(oleg, email="oleg@example.com")
    before = state_of(one, other)

    merging.merge(one, [other], by=pavel, name="Oleg")
    merging.unmerge(other, by=pavel)

    assert state_of(one, other) == before
    one.refresh_from_db()
    assert one.kept_fields == []
    assert Event.objects.filter(kind="contacts_unmerged", contact=one).count() == 1


def test_s20_what_came_since_stays_with_its_identity(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    one, other = card_of(liza, email="liza@example.com"), card_of(oleg, email="oleg@example.com")
    merging.merge(one, [other], by=pavel)
    oleg.says("And another thing", email="oleg@example.com")
    phone = oleg.says("From my phone", on=" phone", email="oleg@example.com")
    assert phone.contact == one

    merging.unmerge(other, by=pavel)

    assert set(Identity.objects.filter(contact=other).values_list("remote_id", flat=True)) == {
        "client-Oleg",
        "client-Oleg phone",
    }
    assert list(Comment.objects.filter(identity__contact=one).values_list("text", flat=True)) == ["Hello"]
    # The conversation of the phone has gone on in a task of its own since.
    assert oleg.says("Still here", on=" phone", email="oleg@example.com").contact == other
    assert liza.says("Me too", email="liza@example.com").contact == one


def test_s20_an_undone_merge_is_not_repeated_by_an_email(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    one, other = card_of(liza, email="liza@example.com"), card_of(oleg)
    merging.merge(one, [other], by=pavel)
    merging.unmerge(other, by=pavel)

    assert card_of(oleg, "It is me", email="liza@example.com") == other
    assert Distinct.objects.count() == 1


def test_s20_a_card_joined_by_an_email_comes_apart_too(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    one, other = card_of(liza, email="liza@example.com"), card_of(oleg)
    before = state_of(one, other)
    oleg.says(email="liza@example.com", named="")
    other.refresh_from_db()
    assert other.merged_into == one

    merging.unmerge(other, by=pavel)

    assert state_of(one, other) == before
    assert card_of(oleg, "Again", email="liza@example.com") == other


def test_a_merge_inside_a_merge_is_undone_alone(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    ann = Writer(liza.channel, "Ann")
    one, two, three = card_of(liza), card_of(oleg), card_of(ann)
    before = state_of(two)
    merging.merge(one, [two], by=pavel)
    merging.merge(three, [one], by=pavel)
    assert Identity.objects.filter(contact=three).count() == 3

    merging.unmerge(two, by=pavel)

    assert state_of(two) == before
    assert set(three.identities.values_list("name", flat=True)) == {"Liza", "Ann"}
    merging.unmerge(one, by=pavel)
    assert [card.identities.get().name for card in (one, two, three)] == ["Liza", "Oleg", "Ann"]


def test_both_in_one_task_keep_their_roles(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    one, other = card_of(liza), card_of(oleg)
    member = TaskMember.objects.filter(contact=one).first()
    assert member
    TaskMember.objects.create(task=member.task, role=member.role, contact=other)
    before = state_of(one, other)

    merging.merge(one, [other], by=pavel)
    merging.unmerge(other, by=pavel)

    assert state_of(one, other) == before


def test_a_name_given_since_stays(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    one, other = card_of(liza), card_of(oleg)
    merging.merge(one, [other], by=pavel, name="Oleg")
    contacts.update(one, by=pavel, fields={"name": "Elizabeth"})

    merging.unmerge(other, by=pavel)

    one.refresh_from_db()
    assert one.name == "Elizabeth"


def test_a_further_email_is_nobody_elses(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    ann = card_of(Writer(liza.channel, "Ann"))
    one, other = card_of(liza, email="liza@example.com"), card_of(oleg, email="oleg@example.com")
    merging.merge(one, [other], by=pavel)

    with pytest.raises(Taken) as refused:
        contacts.update(ann, by=pavel, fields={"email": "OLEG@example.com"})
    assert refused.value.number == one.number
    with pytest.raises(Refused):
        contacts.update(one, by=pavel, fields={"email": "oleg@example.com"})
    assert liza.says("This one, please", email="oleg@example.com").contact == one


def test_a_merge_that_is_out_of_date_is_refused(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    one, other = card_of(liza), card_of(oleg)

    with pytest.raises(Refused):
        merging.merge(one, [one], by=pavel)
    with pytest.raises(Refused):
        merging.unmerge(other, by=pavel)
    with pytest.raises(Refused):
        merging.merge(one, [other], by=pavel, name="Somebody")
    merging.merge(one, [other], by=pavel)
    with pytest.raises(Refused):
        merging.merge(one, [other], by=pavel)
