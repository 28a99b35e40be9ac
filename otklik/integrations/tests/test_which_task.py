"""S11: which task does the next message go into? Every state of the task so far, with the option on and off."""

from __future__ import annotations

import pytest

from otklik.desk.actions import comments, trash
from otklik.desk.actions.foreseeing import TABLE, Previous, foresee
from otklik.desk.models import Employee, ReplyTarget, Status, Task
from otklik.integrations.accounts import account_of
from otklik.integrations.models import Connection, KindOptions
from otklik.integrations.tests.arriving import arrive, client, feed, hook, message

pytestmark = pytest.mark.django_db

STATUSES = {
    Previous.ACTIVE: ["new", "in_progress", "done"],
    Previous.COMPLETED: ["completed"],
    Previous.INACTIVE: ["draft", "delayed", "rejected", "cancelled"],
    Previous.TRASHED: ["new", "completed"],
    Previous.PURGED: ["new", "completed"],
}
CASES = [
    (previous, status, option) for previous, names in STATUSES.items() for status in names for option in (True, False)
]

# contracts/planfix-behaviour.md §3: where a new task is made.
NEW_WITH_OPTION = {Previous.NONE, Previous.COMPLETED, Previous.INACTIVE, Previous.TRASHED, Previous.PURGED}
NEW_WITHOUT = {Previous.NONE, Previous.PURGED}


def bring(task: Task, previous: Previous, status: str) -> None:
    """Puts the task into the state."""
    olga = Employee.objects.get(role=Employee.AccountRole.OWNER)
    Task.objects.filter(pk=task.pk).update(status=Status.objects.get(key=status))
    if previous in (Previous.TRASHED, Previous.PURGED):
        trash.trash(task, by=olga)
    if previous is Previous.PURGED:
        trash.purge(task, by=olga)


def now(shop: Connection, who: str = "liza") -> tuple[str, bool, str, int | None]:
    """What the simulator says of a message that came now."""
    seen = foresee(account_of(shop).channel, f"chat-{who}", f"client-{who}")
    return seen.previous, seen.decision.use_previous, seen.decision.reason, seen.task.pk if seen.task else None


def test_s11_the_table_knows_every_state_with_both_kinds_of_the_option() -> None:
    assert set(TABLE) == {(previous, option) for previous in Previous for option in (True, False)}
    for (previous, option), decision in TABLE.items():
        assert decision.use_previous is (previous not in (NEW_WITH_OPTION if option else NEW_WITHOUT))


@pytest.mark.parametrize(("previous", "status", "option"), CASES)
def test_s11_the_simulator_and_the_next_message_agree(
    shop: Connection, previous: Previous, status: str, option: bool
) -> None:
    KindOptions.objects.update(new_task_if_none_active=option)
    arrive(shop, hook("chatStarted", client(), message("m1")))
    first = Task.objects.get()
    number = first.pk
    bring(first, previous, status)

    said = now(shop)
    untouched = list(Task.objects.values_list("pk", flat=True))
    arrive(shop, hook("chatFragment", client(), message("m2")))

    goes_on = TABLE[previous, option].use_previous
    latest = Task.objects.latest("pk")
    assert said == (previous, goes_on, TABLE[previous, option].reason, None if previous is Previous.PURGED else number)
    assert untouched == ([] if previous is Previous.PURGED else [number])
    assert (latest.pk == number) is goes_on
    assert ("client", "Text of m2") in feed(latest)
    # I4: one conversation has one current task, whatever became of the others.
    assert [target.task_id for target in ReplyTarget.objects.filter(is_open=True)] == [latest.pk]
    if not goes_on:
        assert latest.reason == previous
        assert latest.previous_id == (None if previous is Previous.PURGED else number)


def test_s11_a_client_who_never_wrote_gets_a_task(shop: Connection) -> None:
    assert now(shop) == (Previous.NONE, False, "first", None)
    assert not Task.objects.exists()


def test_s11_a_task_made_active_again_is_used_again(shop: Connection) -> None:
    arrive(shop, hook("chatStarted", client(), message("m1")))
    task = Task.objects.get()
    bring(task, Previous.COMPLETED, "completed")
    bring(task, Previous.ACTIVE, "in_progress")

    arrive(shop, hook("chatFragment", client(), message("m2")))

    assert Task.objects.get().comment_count == 2


def test_s11_a_restored_task_does_not_take_the_conversation_back(shop: Connection, olga: Employee) -> None:
    arrive(shop, hook("chatStarted", client(), message("m1")))
    first = Task.objects.get()
    bring(first, Previous.TRASHED, "new")
    arrive(shop, hook("chatFragment", client(), message("m2")))
    trash.restore(first, by=olga)

    arrive(shop, hook("chatFragment", client(), message("m3")))

    assert ("client", "Text of m3") not in feed(first)
    assert feed(Task.objects.latest("pk")) == [("client", "Text of m2"), ("client", "Text of m3")]


def test_s11_a_purged_task_does_not_hide_that_the_client_is_answered_elsewhere(shop: Connection) -> None:
    known = {"email": "liza@example.com"}
    arrive(shop, hook("chatStarted", client(**known), message("m1")))
    bring(Task.objects.get(), Previous.PURGED, "new")
    arrive(shop, hook("chatStarted", client("phone", **known), message("p1")))

    arrive(shop, hook("chatFragment", client(**known), message("m2")))

    task = Task.objects.get()
    assert feed(task) == [("client", "Text of p1"), ("client", "Text of m2")]
    assert task.targets.filter(is_open=True).count() == 2


@pytest.mark.parametrize(("lines", "copied"), [
    (0, None), (1, ["five"]), (5, ["one", "two", "Good day!", "four", "five"]), (50, ["zero", "one", "two", "Good day!",
    "four", "five"]),
])  # fmt: skip
def test_s11_the_last_lines_of_the_conversation_come_along(
    shop: Connection, pavel: Employee, lines: int, copied: list[str] | None
) -> None:
    KindOptions.objects.update(earlier_lines=lines)
    arrive(shop, hook("chatStarted", client(name="Liza"), *(message(text, text) for text in ("zero", "one", "two"))))
    first = Task.objects.get()
    comments.add(first, by=pavel, text="Good day!", kind="reply")
    comments.add(first, by=pavel, text="She is angry", kind="note")
    arrive(shop, hook("chatFragment", client(name="Liza"), message("four", "four"), message("five", "five")))
    bring(first, Previous.COMPLETED, "completed")

    arrive(shop, hook("chatFragment", client(name="Liza"), message("six", "six")))

    second = Task.objects.latest("pk")
    assert second.previous == first
    if copied is None or second.earlier_lines is None:
        assert second.earlier_lines is copied
        return
    assert [line["text"] for line in second.earlier_lines] == copied
    who = {(line["author"], line["from_client"]) for line in second.earlier_lines}
    assert who == ({("Liza", True), ("Pavel", False)} if lines > 1 else {("Liza", True)})
