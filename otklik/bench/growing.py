"""A desk grows: many tasks like one that is there."""

from __future__ import annotations

import psycopg

Connection = psycopg.Connection[tuple[object, ...]]

# Numbers of rows of ours begin here.
BASE = 10_000_000
LONG = 10_000
DIGITS = "lpad(n::text, 6, '0')"
# Back in time; even the latest so long ago that nobody is notified any more.
AT = "now() - interval '2 hours' - n * interval '40 minutes'"
# Nobody has more favourites, however many tasks there are.
FAVOURITES = 200


def grow(connection: Connection, task: int, first: int, last: int) -> None:
    """Tasks `first` to `last` of clients of their own, each with a question, most of them answered and completed, some
    in the trash, and each with what the account owner was told of it. Even a few of them fill each page, so that both
    times as much is shown; they go back in time, so that a month has as many."""
    contact, question, group = _sources(connection, task)
    status = "(SELECT id FROM desk_status WHERE key = '{}' ORDER BY id LIMIT 1)"
    kind = (
        f"CASE WHEN n % 5 = 0 THEN {status.format('new')} WHEN n % 13 = 0 THEN {status.format('delayed')} "
        f"ELSE {status.format('completed')} END"
    )
    key = f"{BASE} + n"
    named = {"id": key, "number": key, "name": f"'Bench ' || {DIGITS}"}
    _copy(connection, "desk_contact", contact, first, last, named | {"email": "''"})
    of_task = named | {
        "contact_id": key, "status_id": kind, "last_event": "n", "comment_count": "2", "created_at": AT,
        "trashed_at": "CASE WHEN n % 10 = 7 THEN now() END",
    }  # fmt: skip
    _copy(connection, "desk_task", task, first, last, of_task)
    asked = {"id": f"{BASE} + 2 * n", "task_id": key, "remote_id": "NULL", "number": "1", "at": AT}
    _copy(connection, "desk_comment", question, first, last, asked)
    said = {"id": f"{BASE} + 2 * n + 1", "number": "2", "kind": "CASE WHEN n % 10 = 0 THEN 'client' ELSE 'reply' END"}
    _copy(connection, "desk_comment", question, first, last, asked | said)
    _of_group(connection, group, first, last)
    _to_be_found(connection, first, last)
    _told(connection, first, last)
    # As the database does by itself within the minute.
    connection.execute("VACUUM (ANALYZE)")


def make_long_feed(connection: Connection, task: int) -> None:
    """One more task, whose number is BASE, with LONG comments."""
    _contact, question, group = _sources(connection, task)
    of_task = {"id": str(BASE), "number": str(BASE), "name": "'Long'", "comment_count": str(LONG), "last_event": "0"}
    _copy(connection, "desk_task", task, 0, 0, of_task)
    line = {
        "id": f"{BASE} - n", "task_id": str(BASE), "remote_id": "NULL", "number": "n",
        "at": f"now() - ({LONG} - n) * interval '1 minute'",
        "kind": "CASE WHEN n % 2 = 1 THEN 'client' ELSE 'reply' END",
    }  # fmt: skip
    _copy(connection, "desk_comment", question, 1, LONG, line)
    _of_group(connection, group, 0, 0)


def _sources(connection: Connection, task: int) -> tuple[object, object, object]:
    """A contact, a comment and a group like which others are made."""
    return (
        one(connection, f"SELECT contact_id FROM desk_task WHERE id = {task}"),
        one(connection, f"SELECT id FROM desk_comment WHERE task_id = {task} AND kind = 'client' LIMIT 1"),
        one(connection, "SELECT group_id FROM desk_taskmember WHERE group_id IS NOT NULL LIMIT 1"),
    )


def _of_group(connection: Connection, group: object, first: int, last: int) -> None:
    connection.execute(
        "INSERT INTO desk_taskmember (task_id, role_id, group_id) SELECT %s + n, (SELECT id FROM desk_role WHERE key = "
        "'assignee'), %s FROM generate_series(%s::int, %s::int) AS n",
        (BASE, group, first, last),
    )


def _to_be_found(connection: Connection, first: int, last: int) -> None:
    connection.execute(
        "INSERT INTO desk_searchentry (kind, object_id, words) "
        f"SELECT 'task', %s + n, to_tsvector('russian', 'Bench ' || {DIGITS}) FROM "
        "generate_series(%s::int, %s::int) AS n",
        (BASE, first, last),
    )
    connection.execute(
        f"INSERT INTO desk_searchword (word) SELECT 'bench' UNION SELECT {DIGITS} FROM "
        "generate_series(%s::int, %s::int) AS n ON CONFLICT DO NOTHING",
        (first, last),
    )


def _told(connection: Connection, first: int, last: int) -> None:
    """What happened in each task, and of whom it was told: to the account owner, and to who answers visitors; they have
    not read what is not answered. Some are favourites of both."""
    # Before all that has happened so far: who reads events after a number has read these.
    event = {
        "number": f"n - {BASE}", "task_id": f"{BASE} + n", "contact_id": f"{BASE} + n", "actor_id": "NULL",
        "comment_id": f"{BASE} + 2 * n", "kind": "'client_wrote'", "at": AT,
    }  # fmt: skip
    like = one(connection, "SELECT number FROM desk_event WHERE comment_id IS NOT NULL LIMIT 1")
    _copy(connection, "desk_event", like, first, last, event, key="number")
    of_both = (
        "FROM generate_series(%s::int, %s::int) AS n, desk_employee e WHERE (e.role = 'owner' OR e.id IN "
        "(SELECT employee_id FROM desk_group_members))"
    )
    connection.execute(
        "INSERT INTO desk_notice (employee_id, task_id, event_id, reason, read_at) SELECT e.id, %s + n, n - %s, "
        f"'client_wrote', CASE WHEN n %% 5 > 0 THEN now() END {of_both}",
        (BASE, BASE, first, last),
    )
    connection.execute(
        f"INSERT INTO desk_favourite (task_id, employee_id, at) SELECT %s + n, e.id, now() {of_both} AND n <= %s",
        (BASE, first, last, FAVOURITES),
    )


def _copy(
    connection: Connection,
    table: str,
    like: object,
    first: int,
    last: int,
    other: dict[str, str],
    key: str = "id",
) -> None:
    """Rows like one that is there, with `other` columns of their own; n counts them."""
    rows = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'", (table,)
    )
    columns = [str(row[0]) for row in rows.fetchall()]
    # A percent sign of SQL stands twice where values are bound.
    values = ", ".join(other.get(column, f"t.{column}") for column in columns).replace("%", "%%")
    connection.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} t, "
        f"generate_series(%s::int, %s::int) AS n WHERE t.{key} = %s",
        (first, last, like),
    )


def one(connection: Connection, sql: str) -> object:
    row = connection.execute(sql).fetchone()
    if row is None:
        raise RuntimeError(f"The demo has nothing for: {sql}")
    return row[0]
