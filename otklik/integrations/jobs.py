from __future__ import annotations

from contextlib import suppress

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from otklik.integrations import asking, chat_users, correcting, outbox, sweep


@app.task(queueing_lock="take-waiting")
def take_waiting() -> None:
    sweep.take_waiting()


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="sweep-deliveries")
def sweep_deliveries(timestamp: int) -> None:
    for link_id in outbox.due_links():
        defer_drain(link_id)
    for correction_id in correcting.due():
        defer_once(bring_correction.configure(queueing_lock=f"correction:{correction_id}"), correction_id=correction_id)
    if sweep.waiting_lines():
        defer_once(take_waiting.configure())


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="refresh-chat-users")
def refresh_chat_users(timestamp: int) -> None:
    chat_users.refresh_all()


@app.task
def drain_link(link_id: int) -> None:
    outbox.drain(link_id)


@app.task
def bring_correction(correction_id: int) -> None:
    correcting.bring(correction_id)


@app.task(retry=RetryStrategy(max_attempts=5, exponential_wait=5))
def ask_client(connection_id: int, conversation: str) -> None:
    asking.ask(connection_id, conversation)


def defer_drain(link_id: int) -> None:
    """At most one job waits for each link. What keeps two from sending at once is the claim on the row, which a killed
    worker does not hold for ever as it would hold a job's lock."""
    defer_once(drain_link.configure(queueing_lock=f"link:{link_id}"), link_id=link_id)


def defer_once(job, **given) -> None:  # type: ignore[no-untyped-def]  # Procrastinate's deferrer has no public name
    """Defers a job unless the same one waits already."""
    with suppress(AlreadyEnqueued):
        job.defer(**given)
