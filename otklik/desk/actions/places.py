"""Where a conversation belongs: its open reply target and the task behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from otklik.desk.actions.batch import Key, Read, Rows, read
from otklik.desk.actions.clients import Client, Clients
from otklik.desk.actions.incoming import Incoming
from otklik.desk.which_task import Decision, Previous, decide, state_of
from otklik.lib.pg import post, run


@dataclass(slots=True)
class TaskState:
    """A task's row, locked until the commit."""

    id: int
    contact_id: int
    comment_count: int
    notified: list[int]
    has_left: bool
    previous: Previous
    left_changed: bool = False
    is_new: bool = False


@dataclass(slots=True)
class Place:
    task: TaskState
    target_id: int
    identity_id: int


# The contact's latest task of this source, an active one before all others: where his second device joins (S20).
OF_CONTACT = """
SELECT DISTINCT ON (t.contact_id, t.source_id) t.contact_id, t.source_id, t.id
FROM unnest(%b::bigint[], %b::bigint[]) AS wanted(contact, source)
JOIN desk_task t ON t.contact_id = wanted.contact AND t.source_id = wanted.source
JOIN desk_status s ON s.id = t.status_id
ORDER BY t.contact_id, t.source_id, (s.is_active AND t.trashed_at IS NULL) DESC, t.number DESC
"""


class Places:
    """The places of a batch's conversations, as they were before it and as it changes them."""

    def __init__(self, batch: list[Incoming], clients: Clients, known: Read) -> None:
        self._batch = batch
        self._clients = clients
        self.tasks = _states(known)
        self._places: dict[Key, Place] = {
            (source, remote): Place(self.tasks[task], target, identity)
            for source, remote, target, task, identity in known.targets or ()
            if task in self.tasks
        }
        # Conversations whose task is gone for good, with the target that is left of it.
        self._gone: dict[Key, int] = {
            (source, remote): target
            for source, remote, target, task, _identity in known.targets or ()
            if task not in self.tasks
        }
        # Only a conversation without an active task has to look where else its contact is being answered.
        self._latest = _latest_of(
            (client.contact_id, one.channel.source_id)
            for one in batch
            if not (client := clients.of(one)).is_new and not self._is_active(one)
        )
        further = set(self._latest.values()) - set(self.tasks)
        if further:
            self.tasks |= _states(read((), (), [], sorted(further)))

    def _is_active(self, one: Incoming) -> bool:
        place = self.of(one)
        return place is not None and place.task.previous is Previous.ACTIVE

    def of(self, one: Incoming) -> Place | None:
        return self._places.get((one.channel.source_id, one.conversation))

    def previous_of(self, one: Incoming, contact_id: int) -> TaskState | None:
        """The task of the conversation so far; where that is not active any more, an active one in which the same
        contact is being answered on another device."""
        place = self.of(one)
        if place is not None and place.task.previous is Previous.ACTIVE:
            return place.task
        latest = self.tasks.get(self._latest.get((contact_id, one.channel.source_id), 0))
        if place is None or (latest and latest.previous is Previous.ACTIVE):
            return latest
        return place.task

    def decide(self, one: Incoming, contact_id: int) -> tuple[TaskState | None, Previous, Decision]:
        """The task so far, its state, and what becomes of the next message (S11)."""
        previous = self.previous_of(one, contact_id)
        state = previous.previous if previous else Previous.NONE
        if state is not Previous.ACTIVE and (one.channel.source_id, one.conversation) in self._gone:
            previous, state = None, Previous.PURGED
        return previous, state, decide(state, new_task_if_none_active=one.channel.new_task_if_none_active)

    def put(self, moves: list[tuple[Incoming, Client, TaskState]], ids: list[int], rows: Rows) -> None:
        """Gives conversations a new place; an old one is closed, for a conversation has one current task (I4)."""
        closed = [place.target_id for one, _client, _task in moves if (place := self.of(one))]
        keys = ((one.channel.source_id, one.conversation) for one, _client, _task in moves)
        closed += [self._gone.pop(key) for key in keys if key in self._gone]
        if closed:
            post("UPDATE desk_replytarget SET is_open = false WHERE id = ANY(%b::bigint[])", closed)
        for target_id, (one, client, task) in zip(ids, moves, strict=True):
            row = {"id": target_id, "task": task.id, "identity": client.identity_id, "remote": one.conversation}
            rows.of["targets"].append({**row, "source": one.channel.source_id})
            self._places[one.channel.source_id, one.conversation] = Place(task, target_id, client.identity_id)


def _latest_of(wanted: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    pairs = sorted(set(wanted))
    if not pairs:
        return {}
    rows = run(OF_CONTACT, [contact for contact, _source in pairs], [source for _contact, source in pairs])
    return {(row[0], row[1]): row[2] for row in rows}


def _states(known: Read) -> dict[int, TaskState]:
    return {
        row[0]: TaskState(
            id=row[0],
            contact_id=row[1],
            comment_count=row[2],
            notified=row[3],
            has_left=row[4],
            previous=state_of(is_active=row[5], is_completed=row[6], is_trashed=row[7]),
        )
        for row in known.tasks or ()
    }
