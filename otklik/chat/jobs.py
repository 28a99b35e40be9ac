"""Jobs of the chat. The rows are the record, a job is only the motion: losing one costs seconds."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from procrastinate import exceptions
from procrastinate.contrib.django import app

from otklik.chat import consents, sending
from otklik.chat.actions import conversations, files, hooks, hours, mailboxes, mails, watching
from otklik.chat.models import Mailbox
from otklik.chat.sending import Line

# Seconds after which a line looks again whether its hook is free; not all of them at once.
COME_AGAIN = (5, 20)


@app.task(name="chat.drain_line")
def drain_line(hook_id: int, conversation_id: int) -> None:
    line = Line(hook_id, conversation_id)
    with sending.turn(hook_id) as is_free:
        due_at = sending.drain(line) if is_free else timezone.now() + timedelta(seconds=random.uniform(*COME_AGAIN))
    if due_at is not None:
        defer_drain(line, due_at)


@app.periodic(cron="* * * * * */5")
@app.task(name="chat.settle_conversations", queueing_lock="chat.settle_conversations")
def settle_conversations(timestamp: int) -> None:
    conversations.settle()
    watching.forget_gone()


@app.periodic(cron="41 * * * *")
@app.task(name="chat.trim_webhooks", queueing_lock="chat.trim_webhooks")
def trim_webhooks(timestamp: int) -> None:
    hooks.trim()


@app.periodic(cron="23 * * * *")
@app.task(name="chat.sweep_files", queueing_lock="chat.sweep_files")
def sweep_files(timestamp: int) -> None:
    files.sweep()


@app.periodic(cron="41 * * * *")
@app.task(name="chat.purge_consents", queueing_lock="chat.purge_consents")
def purge_consents(timestamp: int) -> None:
    consents.purge()


@app.periodic(cron="41 3 * * *")
@app.task(name="chat.refresh_holidays", queueing_lock="chat.refresh_holidays")
def refresh_holidays(timestamp: int) -> None:
    hours.refresh_holidays()


@app.periodic(cron="* * * * * */15")
@app.task(name="chat.sweep_webhooks", queueing_lock="chat.sweep_webhooks")
def sweep_webhooks(timestamp: int) -> None:
    for line in sending.lines_without_motion():
        defer_drain(line)


@app.periodic(cron="* * * * * */5")
@app.task(name="chat.send_mails", queueing_lock="chat.send_mails")
def send_mails(timestamp: int) -> None:
    mails.send_due()


@app.periodic(cron="* * * * * */30")
@app.task(name="chat.look_for_mail", queueing_lock="chat.look_for_mail")
def look_for_mail(timestamp: int) -> None:
    for mailbox in mailboxes.present():
        # One each, so that a silent server keeps nobody else's answers waiting.
        with suppress(exceptions.AlreadyEnqueued), transaction.atomic():
            read_mailbox.configure(queueing_lock=f"chat.mailbox:{mailbox.pk}").defer(mailbox_id=mailbox.pk)


@app.task(name="chat.read_mailbox")
def read_mailbox(mailbox_id: int) -> None:
    mailbox = Mailbox.objects.select_related("site").filter(pk=mailbox_id).first()
    if mailbox is not None:
        mailboxes.read(mailbox)


def defer_drain(line: Line, at: datetime | None = None) -> None:
    """At most one job waits for each line. What keeps two from sending at once is the claim on the row, which a killed
    worker does not hold for ever as it would hold a job's lock."""
    job = drain_line.configure(queueing_lock=f"chat.line:{line.hook_id}:{line.conversation_id}", schedule_at=at)
    # A savepoint, because the second job for a line fails on a unique index.
    with suppress(exceptions.AlreadyEnqueued), transaction.atomic():
        job.defer(hook_id=line.hook_id, conversation_id=line.conversation_id)
