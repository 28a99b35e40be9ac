from __future__ import annotations

from contextlib import suppress

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from otklik.desk.actions import fetching, files, indexing


@app.task(name="desk.fetch_files", queueing_lock="desk.fetch_files")
def fetch_files() -> None:
    fetching.fetch_due()


@app.periodic(cron="* * * * * */10")
@app.task(name="desk.sweep_fetching", queueing_lock="desk.sweep_fetching")
def sweep_fetching(timestamp: int) -> None:
    fetching.fetch_due()


@app.periodic(cron="17 * * * *")
@app.task(name="desk.sweep_files", queueing_lock="desk.sweep_files")
def sweep_files(timestamp: int) -> None:
    files.sweep()


@app.periodic(cron="* * * * * */10")
@app.task(name="desk.index", queueing_lock="desk.index")
def index(timestamp: int) -> None:
    indexing.catch_up()


def defer_fetch() -> None:
    """At most one such job waits; the rows are the record."""
    # A savepoint, because a second job fails on a unique index.
    with suppress(AlreadyEnqueued), transaction.atomic():
        fetch_files.defer()
