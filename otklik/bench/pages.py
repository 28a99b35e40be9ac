"""The desk's pages with few and with many tasks: how much longer an employee waits for the same page."""

from __future__ import annotations

import re
import time
from contextlib import closing
from dataclasses import dataclass

import httpx2
import psycopg

from otklik.bench.live import Visitor, task_of
from otklik.bench.product import Product

FEW, MANY = 1_000, 100_000
# The beginning of the names of 111 tasks, whether there are many others or not.
WORDS = {FEW: "7", MANY: "777"}
WARM, ROUNDS = 3, 15
PAGES = {
    "chronicle": "/",
    "active tasks": "/tasks/?show=active",
    "my tasks": "/tasks/?people=me",
    "all tasks": "/tasks/?show=all",
    "a status": "/tasks/?status={rare}",
    "waiting": "/tasks/?waiting=1&sort=longest",
    "by words": "/tasks/?show=all&words=bench+{words}",
    "board": "/tasks/board/",
    "a task": "/tasks/{task}/",
    "contacts": "/contacts/",
    "search": "/search/?q=bench+{words}",
}
# Numbers of rows of ours begin here.
BASE = 10_000_000


@dataclass(frozen=True)
class Timed:
    """Milliseconds, the median of some calls."""

    few: float
    many: float

    @property
    def ratio(self) -> float:
        return self.many / self.few


def measure(product: Product, database: str) -> dict[str, Timed]:
    """The same pages for the same employee, before and after the desk has grown."""
    with psycopg.connect(database, autocommit=True) as connection, closing(_employee(product)) as client:
        # One that a visitor made: the others are like it.
        visitor = Visitor(client, product.told["site_key"])
        visitor.post()
        task = task_of(database, visitor.first_text)
        found = []
        made = 0
        for size in (FEW, MANY):
            _grow(connection, task, made + 1, size)
            made = size
            found.append(_times(client, connection, WORDS[size]))
    return {name: Timed(found[0][name], found[1][name]) for name in PAGES}


def _employee(product: Product) -> httpx2.Client:
    """Somebody who answers visitors, signed in."""
    person = product.told["employees"][1]
    client = httpx2.Client(
        base_url=f"http://127.0.0.1:{product.port}", trust_env=False, timeout=60, follow_redirects=True
    )
    page = client.get("/accounts/login/").text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if token is None:
        raise RuntimeError("The sign-in page has no form.")
    given = {"login": person["email"], "password": person["password"], "csrfmiddlewaretoken": token[1]}
    client.post("/accounts/login/", data=given, headers={"Referer": str(client.base_url)}).raise_for_status()
    return client


def _times(client: httpx2.Client, connection: psycopg.Connection[tuple[object, ...]], words: str) -> dict[str, float]:
    rare = _one(connection, "SELECT id FROM desk_status WHERE key = 'delayed' ORDER BY id LIMIT 1")
    return {
        name: _median(client, address.format(rare=rare, task=BASE + FEW // 2, words=words))
        for name, address in PAGES.items()
    }


def _median(client: httpx2.Client, address: str) -> float:
    seconds = []
    for _round in range(WARM + ROUNDS):
        started = time.perf_counter()
        answer = client.get(address)
        seconds.append(time.perf_counter() - started)
        if answer.status_code != 200 or "/accounts/login/" in str(answer.url):
            raise RuntimeError(f"{address} answered {answer.status_code} at {answer.url}.")
    return 1000 * sorted(seconds[WARM:])[ROUNDS // 2]


def _grow(connection: psycopg.Connection[tuple[object, ...]], task: int, first: int, last: int) -> None:
    """Tasks `first` to `last` of clients of their own, each with a question, most of them answered and completed. Even
    a few of them fill each page, so that both times as much is shown."""
    contact = _one(connection, f"SELECT contact_id FROM desk_task WHERE id = {task}")
    question = _one(connection, f"SELECT id FROM desk_comment WHERE task_id = {task} AND kind = 'client' LIMIT 1")
    group = _one(connection, "SELECT group_id FROM desk_taskmember WHERE group_id IS NOT NULL LIMIT 1")
    status = "(SELECT id FROM desk_status WHERE key = '{}' ORDER BY id LIMIT 1)"
    kind = (
        f"CASE WHEN n % 5 = 0 THEN {status.format('new')} WHEN n % 13 = 0 THEN {status.format('delayed')} "
        f"ELSE {status.format('completed')} END"
    )
    key = f"{BASE} + n"
    _copy(
        connection,
        "desk_contact",
        contact,
        first,
        last,
        {"number": key, "name": "'Bench ' || n", "email": "''", "id": key},
    )
    _copy(
        connection, "desk_task", task, first, last,
        {"id": key, "number": key, "name": "'Bench ' || n", "contact_id": key, "status_id": kind, "last_event": "n",
         "comment_count": "2", "trashed_at": "NULL"},
    )  # fmt: skip
    asked = {"id": f"{BASE} + 2 * n", "task_id": key, "remote_id": "NULL"}
    _copy(connection, "desk_comment", question, first, last, asked | {"number": "1"})
    answered = {
        "id": f"{BASE} + 2 * n + 1",
        "number": "2",
        "kind": "CASE WHEN n % 10 = 0 THEN 'client' ELSE 'reply' END",
    }
    _copy(connection, "desk_comment", question, first, last, asked | answered)
    connection.execute(
        "INSERT INTO desk_taskmember (task_id, role_id, group_id) SELECT %s + n, (SELECT id FROM desk_role WHERE key = "
        "'assignee'), %s FROM generate_series(%s::int, %s::int) AS n",
        (BASE, group, first, last),
    )
    connection.execute(
        "INSERT INTO desk_searchentry (kind, object_id, words) "
        "SELECT 'task', %s + n, to_tsvector('russian', 'Bench ' || n) FROM generate_series(%s::int, %s::int) AS n",
        (BASE, first, last),
    )
    connection.execute("ANALYZE")


def _copy(
    connection: psycopg.Connection[tuple[object, ...]],
    table: str,
    like: object,
    first: int,
    last: int,
    other: dict[str, str],
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
        "generate_series(%s::int, %s::int) AS n WHERE t.id = %s",
        (first, last, like),
    )


def _one(connection: psycopg.Connection[tuple[object, ...]], sql: str) -> object:
    row = connection.execute(sql).fetchone()
    if row is None:
        raise RuntimeError(f"The demo has nothing for: {sql}")
    return row[0]
