"""How many webhooks a second become comments that a person can see, against a program that only journals them."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import psycopg

from otklik.bench.floor import Floor
from otklik.bench.product import Product

CONNECTIONS = 64
KNOWN = 1000
ROUNDS = 3
SECONDS = 6


@dataclass(frozen=True)
class Run:
    rate: float
    p50: float
    p99: float
    busy: float
    answers: int


def load(port: int, path: str, seed: int, *, seconds: float = SECONDS, rate: float = 0, connections: int = 64) -> Run:
    """One run of the load in its own process."""
    process = start_load(port, path, seed, seconds=seconds, rate=rate, connections=connections)
    return finish_load(process)


def start_load(
    port: int, path: str, seed: int, *, seconds: float, rate: float = 0, connections: int = CONNECTIONS
) -> subprocess.Popen[str]:
    orders = {
        "host": "127.0.0.1",
        "port": port,
        "path": path,
        "seed": seed,
        "known": KNOWN,
        "seconds": seconds,
        "rate": rate,
        "connections": connections,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "otklik.bench.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(orders))
    process.stdin.close()
    return process


def finish_load(process: subprocess.Popen[str]) -> Run:
    assert process.stdout is not None
    seen: dict[str, Any] = json.load(process.stdout)
    process.wait()
    if seen["failures"]:
        raise RuntimeError(f"{seen['failures']} webhooks were not answered with 200.")
    return Run(seen["rate"], seen["p50"], seen["p99"], seen["busy"], seen["answers"])


def measure(product: Product, floor: Floor, database: str) -> tuple[Run, Run, Run, float]:
    """Nothing but an answer, the bare journal, the whole pipeline, and the comments a second that can be seen: medians
    of interleaved rounds."""
    path = urlsplit(product.told["hook_url"]).path
    # The first round opens the thousand conversations and warms both up.
    load(product.port, path, 1, seconds=SECONDS / 2)
    load(floor.port, "/journal", 1, seconds=SECONDS / 2)
    nothing, bare, whole, comments = [], [], [], []
    for place in range(ROUNDS):
        nothing.append(load(floor.port, "/nothing", place, seconds=SECONDS / 2))
        bare.append(load(floor.port, "/journal", place + 10))
        before = _comments(database)
        whole.append(load(product.port, path, place + 20))
        comments.append((_comments(database) - before) / SECONDS)
    return middle(nothing), middle(bare), middle(whole), statistics.median(comments)


def middle(runs: list[Run]) -> Run:
    return sorted(runs, key=lambda run: run.rate)[len(runs) // 2]


def _comments(database: str) -> int:
    """Comments in tasks that an employee can open."""
    with psycopg.connect(database) as connection:
        row = connection.execute(
            "SELECT count(*) FROM desk_comment c JOIN desk_task t ON t.id = c.task_id "
            "WHERE c.kind = 'client' AND c.number <= t.comment_count AND cardinality(t.notified) > 0"
        ).fetchone()
    return int(row[0]) if row else 0
