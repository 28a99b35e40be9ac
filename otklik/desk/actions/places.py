"""Where a conversation belongs: its open reply target and the task behind it, found for a whole batch and locked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from otklik.desk.actions.clients import Client, Clients
from otklik.desk.actions.incoming import Incoming
from otklik.desk.which_task import Previous, state_of
from otklik.lib.pg import Rows, as_json, keys_json, post, run

Key = tuple[int, str]


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


TARGETS = """
SELECT t.source_id, t.remote_id, t.id, t.task_id, t.identity_id
FROM json_to_recordset(%b::json) AS wanted(source bigint, remote text)
JOIN desk_replytarget t ON t.source_id = wanted.source AND t.remote_id = wanted.remote AND t.is_open
"""

# The contact's latest task of this source, an active one before all others: where his second device joins (S20).
OF_CONTACT = """
SELECT DISTINCT ON (t.contact_id, t.source_id) t.contact_id, t.source_id, t.id
FROM unnest(%b::bigint[], %b::bigint[]) AS wanted(contact, source)
JOIN desk_task t ON t.contact_id = wanted.contact AND t.source_id = wanted.source
JOIN desk_status s ON s.id = t.status_id
ORDER BY t.contact_id, t.source_id, (s.is_active AND t.trashed_at IS NULL) DESC, t.number DESC
"""

TASKS = """
SELECT t.id, t.contact_id, t.comment_count, t.notified, t.left_at IS NOT NULL,
       s.is_active, s.key = 'completed', t.trashed_at IS NOT NULL
FROM desk_task t JOIN desk_status s ON s.id = t.status_id
WHERE t.id = ANY({ids}) ORDER BY t.id FOR NO KEY UPDATE OF t
"""
LOCK_TASKS = TASKS.format(ids="%b::bigint[]")
# The array comes before the locks, so that they are taken in the order of ids.
LOCK_TASKS_OF = TASKS.format(
    ids="""ARRAY(
    SELECT r.task_id FROM json_to_recordset(%b::json) AS wanted(source bigint, remote text)
    JOIN desk_replytarget r ON r.source_id = wanted.source AND r.remote_id = wanted.remote AND r.is_open)"""
)

ADD_TARGETS = """
INSERT INTO desk_replytarget (id, task_id, identity_id, remote_id, source_id, is_open, created_at)
SELECT id, task, identity, remote, source, true, now() FROM json_to_recordset(%b::json) AS t(
    id bigint, task bigint, identity bigint, remote text, source bigint)
"""
RESERVE = "SELECT nextval('desk_replytarget_id_seq') FROM generate_series(1, %s)"


class Places:
    """The places of a batch's conversations, as they were before it and as it changes them. Asked for at once; the
    answer is waited for by `find`."""

    def __init__(self, batch: list[Incoming]) -> None:
        self._batch = batch
        self.tasks: dict[int, TaskState] = {}
        self._places: dict[Key, Place] = {}
        self._latest: dict[tuple[int, int], int] = {}
        self.ask()

    def ask(self) -> None:
        """Asks for places and locks their tasks; again when clients have moved meanwhile."""
        keys = keys_json(dict.fromkeys((one.channel.source_id, one.conversation) for one in self._batch))
        self._asked = (post(TARGETS, keys), post(LOCK_TASKS_OF, keys))

    def find(self, clients: Clients) -> None:
        targets, tasks = self._asked
        self.tasks = _states(tasks.rows())
        self._places = {
            (row[0], row[1]): Place(self.tasks[row[3]], row[2], row[4])
            for row in targets.rows()
            if row[3] in self.tasks
        }
        # Only a conversation without an active task has to look where else its contact is being answered.
        self._latest = _latest_of(
            (clients.of(one).contact_id, one.channel.source_id)
            for one in self._batch
            if not self._is_active(one) and not clients.of(one).is_new
        )
        further = set(self._latest.values()) - set(self.tasks)
        if further:
            self.tasks |= _states(run(LOCK_TASKS, sorted(further)))

    def _is_active(self, one: Incoming) -> bool:
        place = self.of(one)
        return place is not None and place.task.previous is Previous.ACTIVE

    def of(self, one: Incoming) -> Place | None:
        return self._places.get((one.channel.source_id, one.conversation))

    def previous_of(self, one: Incoming, contact_id: int) -> TaskState | None:
        """The task of the conversation so far; where that is not active any more, an active one in which the same
        contact is being answered on another device."""
        place = self.of(one)
        latest = self.tasks.get(self._latest.get((contact_id, one.channel.source_id), 0))
        if place is None or (latest and latest.previous is Previous.ACTIVE and not self._is_active(one)):
            return latest
        return place.task

    def put(self, moves: list[tuple[Incoming, Client, TaskState]]) -> None:
        """Gives conversations a new place; an old one is closed, for a conversation has one current task (I4)."""
        if not moves:
            return
        closed = [place.target_id for one, _client, _task in moves if (place := self.of(one))]
        if closed:
            post("UPDATE desk_replytarget SET is_open = false WHERE id = ANY(%b::bigint[])", closed)
        ids = [row[0] for row in run(RESERVE, len(moves))]
        rows: list[dict[str, Any]] = []
        for target_id, (one, client, task) in zip(ids, moves, strict=True):
            row = {"task": task.id, "identity": client.identity_id, "remote": one.conversation}
            rows.append({**row, "id": target_id, "source": one.channel.source_id})
            self._places[one.channel.source_id, one.conversation] = Place(task, target_id, client.identity_id)
        post(ADD_TARGETS, as_json(rows))

    def add_latest(self, contact_id: int, source_id: int, task: TaskState) -> None:
        self.tasks[task.id] = task
        self._latest[contact_id, source_id] = task.id


def _latest_of(wanted: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    pairs = sorted(set(wanted))
    if not pairs:
        return {}
    rows = run(OF_CONTACT, [contact for contact, _source in pairs], [source for _contact, source in pairs])
    return {(row[0], row[1]): row[2] for row in rows}


def _states(rows: Rows) -> dict[int, TaskState]:
    return {
        row[0]: TaskState(
            id=row[0],
            contact_id=row[1],
            comment_count=row[2],
            notified=row[3],
            has_left=row[4],
            previous=state_of(is_active=row[5], is_completed=row[6], is_trashed=row[7]),
        )
        for row in rows
    }
