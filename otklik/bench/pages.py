"""The desk's pages with few and with many tasks: how much longer an employee waits for the same page, and how often it
asks the database."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass

import httpx2
import psycopg

from otklik.bench.growing import BASE, grow, make_long_feed, one
from otklik.bench.live import Visitor, task_of
from otklik.bench.product import Product

FEW, MANY = 1_000, 100_000
# A page of many may take so much longer.
RATIO = 1.5
# The beginning of the names of a hundred tasks, whether there are many others or not.
WORDS = {FEW: "0007", MANY: "0777"}
WARM, ROUNDS = 3, 15
PAGES = {
    "chronicle": "/",
    "active tasks": "/tasks/?show=active",
    "my tasks": "/tasks/?people=me",
    "all tasks": "/tasks/?show=all",
    "a status": "/tasks/?status={rare}",
    "sorted and filtered": "/tasks/?show=all&status={rare}&sort=due",
    "waiting": "/tasks/?waiting=1&sort=longest",
    "by words": "/tasks/?show=all&words=bench+{words}",
    "board": "/tasks/board/",
    "trash": "/tasks/trash/",
    "favourites": "/tasks/favourites/",
    "a task": "/tasks/{task}/",
    "10,000 comments": "/tasks/{long}/",
    "contacts": "/contacts/",
    "a contact's card": "/contacts/{task}/",
    "search": "/search/?q=bench+{words}",
    "search, typed wrong": "/search/?q=bnech+{words}",
}
# What the account owner alone sees, or more of than others.
OWNERS = {"owner's chronicle": "/", "reports": "/reports/", "rows of a report": "/reports/chats/"}


@dataclass(frozen=True)
class Timed:
    """Milliseconds, the median of some calls; and how often one call asks the database."""

    few: float
    many: float
    few_queries: int
    many_queries: int

    @property
    def ratio(self) -> float:
        return self.many / self.few

    @property
    def is_good(self) -> bool:
        return self.ratio <= RATIO and self.many_queries <= self.few_queries


def measure(product: Product, database: str) -> dict[str, Timed]:
    """The same pages for the same people, before and after the desk has grown."""
    with ExitStack() as stack:
        connection = stack.enter_context(psycopg.connect(database, autocommit=True))
        owner, employee = (stack.enter_context(closing(_signed_in(product, who))) for who in (0, 1))
        # One that a visitor made: the others are like it.
        visitor = Visitor(employee, product.told["site_key"])
        visitor.post()
        task = task_of(database, visitor.first_text)
        make_long_feed(connection, task)
        times, queries = [], []
        made = 0
        for size in (FEW, MANY):
            grow(connection, task, made + 1, size)
            made = size
            rare = one(connection, "SELECT id FROM desk_status WHERE key = 'delayed' ORDER BY id LIMIT 1")
            given = {"rare": rare, "task": BASE + FEW // 2, "long": BASE, "words": WORDS[size]}
            asked = [
                *((employee, 1, name, address.format(**given)) for name, address in PAGES.items()),
                *((owner, 0, name, address.format(**given)) for name, address in OWNERS.items()),
            ]
            times.append({name: _median(client, address) for client, _who, name, address in asked})
            queries.append(_queries(product, database, [(who, name, address) for _client, who, name, address in asked]))
    return {name: Timed(times[0][name], times[1][name], queries[0][name], queries[1][name]) for name in PAGES | OWNERS}


def _queries(product: Product, database: str, asked: list[tuple[int, str, str]]) -> dict[str, int]:
    """How often each page asks the database, counted in a process of its own on the product's data."""
    emails = [person["email"] for person in product.told["employees"]]
    rows = [(emails[who], name, address) for who, name, address in asked]
    counted = subprocess.run(
        [sys.executable, "-m", "otklik.bench.counting"],
        input=json.dumps(rows),
        env=product.environment() | {"DATABASE_URL": database},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, int] = json.loads(counted.stdout.splitlines()[-1])
    return found


def _signed_in(product: Product, who: int) -> httpx2.Client:
    """0: the account owner, 1: somebody who answers visitors."""
    person = product.told["employees"][who]
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


def _median(client: httpx2.Client, address: str) -> float:
    seconds = []
    for _round in range(WARM + ROUNDS):
        started = time.perf_counter()
        answer = client.get(address)
        seconds.append(time.perf_counter() - started)
        if answer.status_code != 200 or "/accounts/login/" in str(answer.url):
            raise RuntimeError(f"{address} answered {answer.status_code} at {answer.url}.")
    return 1000 * sorted(seconds[WARM:])[ROUNDS // 2]
