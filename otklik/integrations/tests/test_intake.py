from __future__ import annotations

import pytest

from otklik.desk.models import Comment, Contact, Employee, Event, Notice, ServiceEntry, Status, Task
from otklik.integrations.models import Connection, KindOptions, Link, Receipt
from otklik.integrations.tests.arriving import arrive, client, feed, hook, message

pytestmark = pytest.mark.django_db


def test_s13_a_first_message_opens_a_task_by_the_template(shop: Connection, pavel: Employee) -> None:
    arrive(shop, hook("chatStarted", client(), message("m1", "Здравствуйте!")))

    task = Task.objects.get()
    assert task.name == "Медная река (Chatra)"
    assert task.status.key == "new"
    assert feed(task) == [("client", "Здравствуйте!")]
    assert Link.objects.get().task == task
    notice = Notice.objects.get(employee=pavel)
    assert (notice.event.kind, notice.reason) == ("task_created", "assigned")


def test_s14_client_is_the_assigner(shop: Connection) -> None:
    arrive(shop, hook("chatStarted", client(), message("m1")))

    task = Task.objects.get()
    roles = {member.role.key for member in task.members.filter(contact=Contact.objects.get())}
    assert roles == {"assigner", "counterparty"}


def test_s10_the_accounts_people_are_added_to_the_assignees(shop: Connection, pavel: Employee, alice: Employee) -> None:
    arrive(shop, hook("chatStarted", client(), message("m1")))

    task = Task.objects.get()
    assert [member.group.name for member in task.members.filter(role__key="assignee") if member.group] == ["Support"]
    assert set(task.notified) == {pavel.pk, alice.pk}


def test_a_task_without_assignees_belongs_to_who_connected_the_account(shop: Connection, olga: Employee) -> None:
    shop.groups.clear()

    arrive(shop, hook("chatStarted", client(), message("m1")))

    assert Task.objects.get().members.get(role__key="assignee").employee == olga


def test_s15_place_pages_source_and_device_are_quoted(shop: Connection) -> None:
    who = client(
        location={"country": "Russian Federation", "city": "Moscow"},
        pages=[{"title": "Микрофон", "link": "https://shop.example.com/mic"}],
        source="widget",
        os="Windows 10",
        browser="Chrome 130",
    )

    arrive(shop, hook("chatStarted", who, message("m1")))

    assert Task.objects.get().additional_data == [
        {"title": "", "lines": [{"text": "Russian Federation, Moscow"}]},
        {"title": "pages", "lines": [{"text": "Микрофон", "link": "https://shop.example.com/mic"}]},
        {"title": "source", "lines": [{"text": "widget"}]},
        {"title": "", "lines": [{"text": "Windows 10 · Chrome 130"}]},
    ]


def test_s16_further_messages_are_comments_of_the_same_task(shop: Connection) -> None:
    arrive(shop, hook("chatStarted", client(), message("m1", "one")))
    arrive(shop, hook("chatFragment", client(), message("m2", "two"), message("m3", "three")))

    assert feed(Task.objects.get()) == [("client", "one"), ("client", "two"), ("client", "three")]
    assert Task.objects.get().comment_count == 3


def test_s19_who_introduces_himself_updates_his_card(shop: Connection) -> None:
    arrive(shop, hook("chatStarted", client(), message("m1")))

    arrive(shop, hook("chatFragment", client(name="Елизавета", email="Liza@Example.com"), message("m2")))

    contact = Contact.objects.get()
    assert (contact.name, contact.email) == ("Елизавета", "liza@example.com")
    assert Task.objects.get().name == "Медная река (Chatra)"
    changes = Event.objects.get(kind="contact_updated").data["changes"]
    assert changes == {"name": ["Медная река", "Елизавета"], "email": ["", "liza@example.com"]}


def test_s19_a_generated_name_never_replaces_a_told_one(shop: Connection) -> None:
    arrive(shop, hook("chatStarted", client(name="Елизавета"), message("m1")))

    arrive(shop, hook("chatFragment", client(), message("m2")))

    assert Contact.objects.get().name == "Елизавета"


def test_s18_the_card_knows_that_its_name_was_made_up_until_one_is_told(shop: Connection) -> None:
    arrive(shop, hook("chatStarted", client(), message("m1")))
    contact = Contact.objects.get()
    assert (contact.name, contact.told_name) == ("Медная река", "")

    arrive(shop, hook("chatFragment", client(name="Елизавета"), message("m2")))
    assert Contact.objects.get().told_name == "Елизавета"


def test_s19_what_an_employee_typed_is_kept(shop: Connection) -> None:
    arrive(shop, hook("chatStarted", client(), message("m1")))
    Contact.objects.update(name="Liza from Tver", kept_fields=["name"])

    arrive(shop, hook("chatFragment", client(name="Елизавета"), message("m2")))

    assert Contact.objects.get().name == "Liza from Tver"


def test_s20_a_phone_with_the_same_email_joins_the_task(shop: Connection) -> None:
    arrive(shop, hook("chatStarted", client(email="liza@example.com"), message("m1", "from the PC")))

    arrive(shop, hook("chatStarted", client("phone", email="LIZA@example.com"), message("p1", "from the phone")))

    task = Task.objects.get()
    assert Contact.objects.get().identities.count() == 2
    assert feed(task) == [("client", "from the PC"), ("client", "from the phone")]
    assert task.targets.filter(is_open=True).count() == 2


def test_s20_two_tasks_that_became_one_persons_both_stay(shop: Connection) -> None:
    arrive(shop, hook("chatStarted", client(email="liza@example.com"), message("m1")))
    arrive(shop, hook("chatStarted", client("phone"), message("p1")))
    assert Contact.objects.count() == 2

    arrive(shop, hook("chatFragment", client("phone", email="liza@example.com"), message("p2")))

    contact = Contact.objects.current().get()
    assert Task.objects.filter(contact=contact).count() == 2
    assert all(task.targets.filter(is_open=True).count() == 1 for task in Task.objects.all())


def test_s20_two_new_devices_with_one_email_in_one_batch_make_one_contact(shop: Connection) -> None:
    arrive(
        shop,
        hook("chatStarted", client(email="liza@example.com"), message("m1")),
        hook("chatStarted", client("phone", email="liza@example.com"), message("p1")),
    )

    assert Contact.objects.count() == 1
    assert Task.objects.count() == 1


def test_i7_an_employees_email_joins_nobody(shop: Connection, pavel: Employee) -> None:
    arrive(shop, hook("chatStarted", client(email=pavel.user.email), message("m1")))
    arrive(shop, hook("chatStarted", client("stranger", email=pavel.user.email), message("p1")))

    assert Contact.objects.count() == 2
    assert not Contact.objects.exclude(email="").exists()


def test_i7_who_takes_another_address_moves_alone(shop: Connection) -> None:
    arrive(shop, hook("chatStarted", client(email="liza@example.com"), message("m1")))
    arrive(shop, hook("chatStarted", client("oleg", email="oleg@example.com"), message("o1")))

    arrive(shop, hook("chatFragment", client("oleg", email="liza@example.com"), message("o2", "I am Liza")))

    liza, oleg = Contact.objects.get(email="liza@example.com"), Contact.objects.get(email="oleg@example.com")
    assert liza.identities.count() == 2
    assert feed(Task.objects.get(contact=oleg)) == [("client", "Text of o1")]
    assert ("client", "I am Liza") in feed(Task.objects.get(contact=liza))


def test_s21_each_new_enquiry_is_noted_on_the_card_once(shop: Connection) -> None:
    started = hook("chatStarted", client(os="Windows 10", browser="Chrome 130", ip="81.2.69.142"), message("m1"))

    arrive(shop, started, started)

    entry = ServiceEntry.objects.get()
    assert (entry.data["os"], entry.data["browser"], entry.data["ip"]) == ("Windows 10", "Chrome 130", "81.2.69.142")


def test_s17_leaving_is_noted_once_and_a_message_voids_it(shop: Connection) -> None:
    arrive(shop, hook("chatStarted", client(), message("m1")))
    arrive(shop, hook("visitorLeft", client()), hook("chatTranscript", client(), message("m1")))
    assert Task.objects.get().left_at is not None
    assert Event.objects.filter(kind="client_left").count() == 1

    arrive(shop, hook("chatStarted", client(), message("m2")))

    assert Task.objects.get().left_at is None


@pytest.mark.parametrize(("status", "option", "tasks"), [
    ("new", True, 1), ("completed", True, 2), ("delayed", True, 2), ("completed", False, 1), ("delayed", False, 1),
])  # fmt: skip
def test_s11_an_inactive_task_is_followed_by_a_new_one(shop: Connection, status: str, option: bool, tasks: int) -> None:
    KindOptions.objects.update(new_task_if_none_active=option)
    arrive(shop, hook("chatStarted", client(), message("m1")))
    first = Task.objects.get()
    Task.objects.update(status=Status.objects.get(key=status))

    arrive(shop, hook("chatFragment", client(), message("m2")))

    assert Task.objects.count() == tasks
    if tasks == 2:
        second = Task.objects.latest("number")
        assert second.previous == first
        assert second.reason == ("completed" if status == "completed" else "inactive")
        assert [target.task for target in first.targets.model.objects.filter(is_open=True)] == [second]


def test_a_message_of_the_console_is_a_reply_of_that_employee(shop: Connection, pavel: Employee) -> None:
    arrive(shop, hook("chatStarted", client(), message("m1")))

    agent = {"id": "a1", "name": "Паша", "email": pavel.user.email}
    arrive(shop, hook("chatFragment", client(), message("m2", "Hello", "agent", agentId="a1"), agents=[agent]))

    reply = Comment.objects.get(kind="reply")
    assert (reply.employee, reply.mark) == (pavel, "sent")


def test_an_automatic_message_starts_no_task(shop: Connection) -> None:
    arrive(shop, hook("chatFragment", client(), message("m1", kind="agent", isPushed=True)))

    assert not Task.objects.exists()


def test_what_only_the_transcript_brings_comes_late(shop: Connection) -> None:
    arrive(shop, hook("chatStarted", client(), message("m1")))

    arrive(shop, hook("chatTranscript", client(), message("m1"), message("lost")))

    assert [(c.remote_id, c.is_late) for c in Comment.objects.order_by("number")] == [
        ("chat-liza/m1", False),
        ("chat-liza/lost", True),
    ]


def test_a_switched_off_account_opens_no_task_and_loses_nothing(shop: Connection) -> None:
    Connection.objects.update(is_on=False)
    shop.refresh_from_db()

    arrive(shop, hook("chatStarted", client(), message("m1")))

    assert not Task.objects.exists()
    assert Receipt.objects.get().state == "set_aside"


def test_events_have_no_holes(shop: Connection) -> None:
    for place in range(5):
        arrive(shop, hook("chatStarted", client(f"v{place}"), message("a"), message("b")))

    numbers = list(Event.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
