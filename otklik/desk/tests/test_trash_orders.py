"""S11: whatever happens to the tasks of a conversation, the next message goes where the table says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otklik.desk.actions import tasks, trash
from otklik.desk.actions.incoming import Channel
from otklik.desk.models import Contact, Employee, ReplyTarget, Status, Task
from otklik.desk.tests.screens.stage import Writer

STEPS = ("message", "complete", "delay", "reopen", "trash", "restore", "restore the one before", "purge")


class Undo(Exception):
    pass


class Model:
    """What contracts/planfix-behaviour.md §3 says, in the fewest words: tasks are (status, where), the last one is the
    conversation's."""

    def __init__(self, *, new_task_if_none_active: bool) -> None:
        self.option = new_task_if_none_active
        self.status: list[str] = []
        self.where: list[str] = []

    def message(self) -> int:
        """The place of the task into which it goes."""
        if not self.status or self.where[-1] == "gone" or (self.option and not self._is_active):
            self.status.append("new")
            self.where.append("kept")
        return len(self.status) - 1

    @property
    def _is_active(self) -> bool:
        return self.where[-1] == "kept" and self.status[-1] in ("new", "in_progress")


def run(steps: Sequence[str], channel: Channel, olga: Employee) -> None:
    model, liza = Model(new_task_if_none_active=channel.new_task_if_none_active), Writer(channel, "Liza")
    made: list[int] = []
    for step in steps:
        if step == "message":
            place, task = model.message(), liza.says("Hello")
            if place == len(made):
                made.append(task.pk)
                before = made[-2] if len(made) > 1 and model.where[-2] != "gone" else None
                assert task.previous_id == before
            assert task.pk == made[place]
        elif made:
            act(step, model, made, olga)
    assert set(Task.objects.values_list("pk", flat=True)) == {
        pk for pk, where in zip(made, model.where, strict=True) if where != "gone"
    }
    assert set(Task.objects.kept().values_list("pk", flat=True)) == {
        pk for pk, where in zip(made, model.where, strict=True) if where == "kept"
    }
    if made:
        # I4, and whatever became of its tasks, the contact is there.
        assert ReplyTarget.objects.filter(is_open=True).values_list("task", flat=True).get() == made[-1]
        assert Contact.objects.count() == 1


def act(step: str, model: Model, made: list[int], olga: Employee) -> None:
    place = len(made) - (2 if step == "restore the one before" and len(made) > 1 else 1)
    task = Task.objects.filter(pk=made[place]).first()
    if task is None:
        return
    if step in ("complete", "delay", "reopen"):
        key = {"complete": "completed", "delay": "delayed", "reopen": "in_progress"}[step]
        tasks.set_status(task, Status.objects.get(set__key="standard", key=key), by=olga)
        model.status[place] = key
    elif step == "trash":
        trash.trash(task, by=olga)
        model.where[place] = "trashed"
    elif step.startswith("restore"):
        trash.restore(task, by=olga)
        model.where[place] = "kept"
    elif task.trashed_at:
        trash.purge(task, by=olga)
        model.where[place] = "gone"


@pytest.mark.parametrize("option", [True, False])
@given(steps=st.lists(st.sampled_from(STEPS), min_size=3, max_size=14))
@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_s11_in_every_order_of_trash_status_and_message(
    shop_chat: Channel, olga: Employee, option: bool, steps: list[str]
) -> None:
    # Each order begins with the same empty desk.
    with pytest.raises(Undo), transaction.atomic():
        run(["message", *steps, "message"], replace(shop_chat, new_task_if_none_active=option), olga)
        raise Undo
