"""Whatever channels bring comes into the desk here: a batch is one set of statements inside the caller's transaction.

The caller holds a lock on each conversation of the batch (I3, I4) and on each client (`joining.CLIENT_KEY`) until the
commit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction

from otklik.desk.actions import fetching, template_plans
from otklik.desk.actions.batch import Key, Rows, read, reserve
from otklik.desk.actions.clients import Client, Clients
from otklik.desk.actions.events import Happening, record_many
from otklik.desk.actions.history import copy_earlier_lines, tell_earlier_tasks
from otklik.desk.actions.incoming import Incoming, Line, Outcome
from otklik.desk.actions.opening import NewTask, open_many
from otklik.desk.actions.places import Place, Places, TaskState
from otklik.desk.which_task import Previous
from otklik.lib.pg import post, run


def receive_many(batch: list[Incoming]) -> list[Outcome]:
    """Finds or opens the tasks, adds the comments, updates the cards, notes enquiries and leavings. An outcome for each
    Incoming, in order. The same Incoming again changes nothing (I2)."""
    happenings: list[Happening] = []
    clients = Clients(batch)
    conversations = list(dict.fromkeys((one.channel.source_id, one.conversation) for one in batch))
    given = [(one.channel.source_id, line.remote_id) for one in batch for line in one.lines]
    known = read(conversations, clients.said, given)
    if clients.find(known, happenings):
        # Who introduces himself may take his conversations elsewhere.
        moved_now = read(conversations, (), [])
        known.targets, known.tasks = moved_now.targets, moved_now.tasks
    places = Places(batch, clients, known)
    seen = set(known.lines or ())
    new_lines = [_unknown(one, seen) for one in batch]

    rows = Rows()
    moved = _place_all(batch, new_lines, clients, places, rows)
    outcomes = [_outcome(one, clients, places, moved) for one in batch]
    comments = _add_comments(batch, new_lines, clients, places, outcomes, iter(known.comment_ids or ()))
    rows.of["comments"] += [row for row, _place in comments]
    rows.of["entries"] += _entries(batch, clients)
    rows.write()
    template_plans.write_many(rows.plans)
    if fetching.expect(rows.of["comments"]):
        transaction.on_commit(fetching.soon, robust=True)
    copy_earlier_lines(rows.of["tasks"])
    happenings += _tell_of_comments(comments, _reasons(batch, places, moved))
    happenings += tell_earlier_tasks(rows.of["tasks"])
    happenings += _leave_and_return(batch, new_lines, places)
    record_many(happenings)
    return outcomes


def _unknown(one: Incoming, known: set[Key]) -> list[Line]:
    """Lines that neither the desk nor an earlier webhook of this batch has; they are known from now on."""
    lines = []
    for line in one.lines:
        key = (one.channel.source_id, line.remote_id)
        if key not in known:
            known.add(key)
            lines.append(line)
    return lines


Move = tuple[Incoming, Client, TaskState | NewTask]


def _place_all(
    batch: list[Incoming], new_lines: list[list[Line]], clients: Clients, places: Places, rows: Rows
) -> dict[Key, str]:
    """Gives every conversation with something new to say a task, and makes those who are new; returns the conversations
    that moved, with the reason of those for which a task was opened."""
    moves, moved = _decide(batch, new_lines, clients, places)
    opened = list({id(task): task for _one, _client, task in moves if isinstance(task, NewTask)}.values())
    if not moves and not clients.new_identities:
        return moved
    reserved = reserve(
        contacts=clients.new_contacts,
        identities=clients.new_identities,
        tasks=len(opened),
        targets=len(moves),
        templates=(task.channel.task_template_id for task in opened),
    )
    clients.make(reserved, rows)
    open_many(opened, reserved, rows)
    states = {task.id: _state_of(task) for task in opened}
    where = [(one, client, states[task.id] if isinstance(task, NewTask) else task) for one, client, task in moves]
    places.put(where, reserved.target_ids or [], rows)
    rows.plans += [(task.id, task.plan) for task in opened]
    return moved


def _state_of(task: NewTask) -> TaskState:
    return TaskState(task.id, task.client.contact_id, 0, task.notified, False, Previous.ACTIVE, is_new=True)


def _decide(
    batch: list[Incoming], new_lines: list[list[Line]], clients: Clients, places: Places
) -> tuple[list[Move], dict[Key, str]]:
    """Which conversations need a place, and which tasks are to be opened for them (S11)."""
    moves: list[Move] = []
    moved: dict[Key, str] = {}
    opening: dict[tuple[int, int], NewTask] = {}
    for one, lines in zip(batch, new_lines, strict=True):
        key = (one.channel.source_id, one.conversation)
        if key in moved or all(line.is_automatic for line in lines):
            continue
        client = clients.of(one)
        previous, _state, decision = places.decide(one, client.contact_id)
        if previous and decision.use_previous:
            place = places.of(one)
            if place is None or place.task is not previous:
                moves.append((one, client, previous))
                moved[key] = ""
            continue
        # Two devices of one contact that write in the same moment get one task.
        who = (client.contact_id, one.channel.source_id)
        if who not in opening:
            previous_id = previous.id if previous else None
            opening[who] = NewTask(one.channel, client, _enquiry_of(batch, one), decision.reason, previous_id)
        moves.append((one, client, opening[who]))
        moved[key] = decision.reason
    return moves, moved


def _enquiry_of(batch: list[Incoming], first: Incoming) -> Any:
    same = (one.enquiry for one in batch if one.conversation == first.conversation and one.channel is first.channel)
    return first.enquiry or next((enquiry for enquiry in same if enquiry), None)


def _outcome(one: Incoming, clients: Clients, places: Places, moved: dict[Key, str]) -> Outcome:
    place = places.of(one)
    if place is None:
        return Outcome(clients.of(one).identity_id)
    is_moved = (one.channel.source_id, one.conversation) in moved
    return Outcome(clients.of(one).identity_id, place.task.id, place.target_id, is_moved)


def _add_comments(
    batch: list[Incoming],
    new_lines: list[list[Line]],
    clients: Clients,
    places: Places,
    outcomes: list[Outcome],
    ids: Iterator[int],
) -> list[tuple[dict[str, Any], Place]]:
    """The rows of the new comments, each with its place, in feed order."""
    employees = _employees({line.author_email for lines in new_lines for line in lines if line.author_email})
    rows: list[tuple[dict[str, Any], Place]] = []
    for one, lines, outcome in zip(batch, new_lines, outcomes, strict=True):
        place = places.of(one)
        if place is None:
            continue
        is_late = one.is_complete and not place.task.is_new
        for line in lines:
            place.task.comment_count += 1
            outcome.added += 1
            outcome.late += is_late
            rows.append((_comment(next(ids), one, line, place, clients, employees, is_late), place))
    return rows


def _comment(
    comment_id: int,
    one: Incoming,
    line: Line,
    place: Place,
    clients: Clients,
    employees: dict[str, int],
    is_late: bool,
) -> dict[str, Any]:
    return {
        "id": comment_id,
        "task": place.task.id,
        "number": place.task.comment_count,
        "kind": "client" if line.from_client else "reply",
        "employee": employees.get(line.author_email) if not line.from_client else None,
        "identity": clients.of(one).identity_id if line.from_client else None,
        "author": line.author_name,
        "text": line.text,
        "data": {"files": line.files} if line.files else {},
        "written": line.written_at.timestamp() if line.written_at else None,
        "late": is_late,
        "target": place.target_id,
        "source": one.channel.source_id,
        "remote": line.remote_id,
        # What was written elsewhere is with the client already.
        "mark": "" if line.from_client else "sent",
    }


EMPLOYEES = """
SELECT lower(u.email), e.id FROM desk_employee e JOIN people_user u ON u.id = e.user_id
WHERE lower(u.email) = ANY(%b::text[])
"""


def _employees(emails: set[str]) -> dict[str, int]:
    return dict(run(EMPLOYEES, sorted(emails))) if emails else {}


def _reasons(batch: list[Incoming], places: Places, moved: dict[Key, str]) -> dict[int, str]:
    """Why each of the new tasks was made, by its id."""
    told = [(places.of(one), moved.get((one.channel.source_id, one.conversation))) for one in batch]
    return {place.task.id: reason for place, reason in told if place and reason}


def _tell_of_comments(comments: list[tuple[dict[str, Any], Place]], reasons: dict[int, str]) -> list[Happening]:
    happenings = []
    for row, place in comments:
        task, comment_id = place.task, row["id"]
        is_first = task.is_new and row["number"] == 1
        if is_first:
            # One notice for both, the task and its first message: the chronicle says "Task created" and +1 (S13).
            happenings.append(
                Happening(
                    "task_created",
                    task.id,
                    task.contact_id,
                    comment_id,
                    notified=task.notified,
                    reason="assigned",
                    data={"reason": reasons.get(task.id, "")},
                )
            )
        from_client = row["kind"] == "client"
        happenings.append(
            Happening(
                "client_wrote" if from_client else "reply_heard",
                task.id,
                task.contact_id,
                comment_id,
                actor_id=row["employee"],
                adds_comment=True,
                notified=task.notified if from_client and not is_first else (),
                reason="client_wrote",
            )
        )
    return happenings


def _entries(batch: list[Incoming], clients: Clients) -> list[dict[str, Any]]:
    """A service entry for each new enquiry."""
    rows = []
    for one in batch:
        if one.enquiry is None:
            continue
        client, enquiry = clients.of(one), one.enquiry
        data = {
            "os": enquiry.os,
            "browser": enquiry.browser,
            "ip": enquiry.ip,
            "device": enquiry.device,
            "place": enquiry.place,
            "source": enquiry.source,
        }
        rows.append(
            {
                "contact": client.contact_id,
                "identity": client.identity_id,
                "data": data,
                "at": enquiry.at.timestamp(),
                "remote": enquiry.remote_key[:300],
            }
        )
    return rows


def _leave_and_return(batch: list[Incoming], new_lines: list[list[Line]], places: Places) -> list[Happening]:
    """The client left the chat (S17), or is there again. A message after a *left* voids it; the same leaving told
    twice, by the event and by the transcript, counts once."""
    happenings = []
    for one, lines in zip(batch, new_lines, strict=True):
        place = places.of(one)
        if place is None:
            continue
        task = place.task
        is_here = one.returned or (not one.is_complete and any(line.from_client for line in lines))
        if is_here and task.has_left:
            task.has_left, task.left_changed = False, True
            happenings.append(Happening("client_returned", task.id, task.contact_id))
        elif one.left and not task.has_left:
            task.has_left, task.left_changed = True, True
            happenings.append(Happening("client_left", task.id, task.contact_id))
    _write_left(place.task for place in map(places.of, batch) if place and place.task.left_changed)
    return happenings


def _write_left(tasks: Iterable[TaskState]) -> None:
    changed = {task.id: task.has_left for task in tasks}
    if changed:
        post(
            "UPDATE desk_task SET left_at = CASE WHEN has_left THEN now() END "
            "FROM unnest(%b::bigint[], %b::boolean[]) AS news(task, has_left) WHERE desk_task.id = task",
            list(changed),
            list(changed.values()),
        )
