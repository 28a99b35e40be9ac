from __future__ import annotations

from contextlib import suppress

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from otklik.desk.actions import (
    contact_imports,
    delaying,
    delays,
    due_telling,
    fetching,
    files,
    indexing,
    mass,
    notices,
    notification_mail,
    notification_push,
    notifying,
    own_statuses,
    reminders,
    unfolding,
)
from otklik.desk.models import MassAction
from otklik.desk.scenarios import dates, dry_run, engine, sending


@app.task(name="desk.fetch_files", queueing_lock="desk.fetch_files")
def fetch_files() -> None:
    fetching.fetch_due()


@app.periodic(cron="* * * * * */10")
@app.task(name="desk.sweep_fetching", queueing_lock="desk.sweep_fetching")
def sweep_fetching(timestamp: int) -> None:
    fetching.fetch_due()


@app.task(name="desk.unfold", queueing_lock="desk.unfold")
def unfold() -> None:
    while unfolding.unfold_next():
        pass


@app.periodic(cron="* * * * * */10")
@app.task(name="desk.sweep_unfolding", queueing_lock="desk.sweep_unfolding")
def sweep_unfolding(timestamp: int) -> None:
    """What a worker that died has left undone goes on."""
    while unfolding.unfold_next():
        pass


@app.periodic(cron="17 * * * *")
@app.task(name="desk.sweep_files", queueing_lock="desk.sweep_files")
def sweep_files(timestamp: int) -> None:
    files.sweep()


@app.periodic(cron="* * * * * */10")
@app.task(name="desk.index", queueing_lock="desk.index")
def index(timestamp: int) -> None:
    indexing.catch_up()


@app.task(name="desk.mass_action")
def mass_action(action: int) -> None:
    found = MassAction.objects.select_related("by__user").filter(pk=action).first()
    if found and not mass.run(found):
        defer_mass_action(action)


@app.periodic(cron="* * * * *")
@app.task(name="desk.sweep_mass_actions", queueing_lock="desk.sweep_mass_actions")
def sweep_mass_actions(timestamp: int) -> None:
    """What a worker that died has left undone goes on."""
    for action in mass.left_undone():
        defer_mass_action(action)


@app.periodic(cron="* * * * *")
@app.task(name="desk.bring_back", queueing_lock="desk.bring_back")
def bring_back(timestamp: int) -> None:
    notices.bring_back()


@app.task(name="desk.contact_import")
def contact_import(pk: int) -> None:
    if not contact_imports.run(pk):
        defer_contact_import(pk)


@app.periodic(cron="* * * * *")
@app.task(name="desk.sweep_contact_imports", queueing_lock="desk.sweep_contact_imports")
def sweep_contact_imports(timestamp: int) -> None:
    """What a worker that died has left undone goes on."""
    for pk in contact_imports.left_undone():
        defer_contact_import(pk)
    contact_imports.sweep()


def defer_contact_import(pk: int) -> None:
    with suppress(AlreadyEnqueued), transaction.atomic():
        contact_import.configure(queueing_lock=f"desk.contact_import.{pk}").defer(pk=pk)


@app.periodic(cron="* * * * * */10")
@app.task(name="desk.notify", queueing_lock="desk.notify")
def notify(timestamp: int) -> None:
    notifying.plan()
    notifying.give_up()


@app.periodic(cron="* * * * *")
@app.task(name="desk.notify_of_waiting", queueing_lock="desk.notify_of_waiting")
def notify_of_waiting(timestamp: int) -> None:
    notifying.tell_of_waiting()


@app.periodic(cron="* * * * * */20")
@app.task(name="desk.notify_by_mail", queueing_lock="desk.notify_by_mail")
def notify_by_mail(timestamp: int) -> None:
    notification_mail.send_due()


@app.periodic(cron="* * * * * */5")
@app.task(name="desk.notify_by_push", queueing_lock="desk.notify_by_push")
def notify_by_push(timestamp: int) -> None:
    notification_push.send_due()


@app.periodic(cron="23 3 * * *")
@app.task(name="desk.sweep_notifications", queueing_lock="desk.sweep_notifications")
def sweep_notifications(timestamp: int) -> None:
    notifying.sweep()


@app.periodic(cron="* * * * * */5")
@app.task(name="desk.scenarios", queueing_lock="desk.scenarios")
def scenarios(timestamp: int = 0) -> None:
    is_over = False
    while not is_over:
        while engine.step():
            pass
        # What was done then are events for the others.
        is_over = not engine.due()


@app.periodic(cron="* * * * *")
@app.task(name="desk.scenario_dates", queueing_lock="desk.scenario_dates")
def scenario_dates(timestamp: int = 0) -> None:
    dates.reached()


@app.periodic(cron="* * * * * */5")
@app.task(name="desk.scenario_sendings", queueing_lock="desk.scenario_sendings")
def scenario_sendings(timestamp: int = 0) -> None:
    for target in sending.targets_due():
        defer_sending(target)


@app.task(name="desk.send_of_scenarios")
def send_of_scenarios(target: str) -> None:
    """One stream for each target: a second job of the same one waits."""
    while sending.send_next(target):
        pass


def defer_scenarios() -> None:
    """At most one such job waits; the events are the record."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        scenarios.defer()


def defer_sending(target: str) -> None:
    name = f"desk.sending.{target}"
    with suppress(AlreadyEnqueued), transaction.atomic():
        send_of_scenarios.configure(lock=name, queueing_lock=name).defer(target=target)


@app.periodic(cron="23 3 * * *")
@app.task(name="desk.sweep_scenarios", queueing_lock="desk.sweep_scenarios")
def sweep_scenarios(timestamp: int) -> None:
    engine.sweep()
    dates.sweep()


@app.task(name="desk.dry_run")
def dry_run_of(pk: int) -> None:
    while dry_run.step(pk):
        pass


@app.periodic(cron="* * * * *")
@app.task(name="desk.resume_dry_runs", queueing_lock="desk.resume_dry_runs")
def resume_dry_runs(timestamp: int) -> None:
    """What a worker that died has left undone goes on."""
    for pk in dry_run.left_undone():
        defer_dry_run(pk)


def defer_dry_run(pk: int) -> None:
    with suppress(AlreadyEnqueued), transaction.atomic():
        dry_run_of.configure(queueing_lock=f"desk.dry_run.{pk}").defer(pk=pk)


def defer_mass_action(action: int) -> None:
    with suppress(AlreadyEnqueued), transaction.atomic():
        mass_action.configure(queueing_lock=f"desk.mass_action.{action}").defer(action=action)


@app.periodic(cron="* * * * * */10")
@app.task(name="desk.remind", queueing_lock="desk.remind")
def remind(timestamp: int) -> None:
    reminders.fire_due()
    due_telling.tell()


@app.periodic(cron="* * * * * */5")
@app.task(name="desk.settle_delayed", queueing_lock="desk.settle_delayed")
def settle_delayed(timestamp: int) -> None:
    while delaying.settle() >= delaying.BATCH:
        pass


@app.periodic(cron="* * * * * */10")
@app.task(name="desk.wake_delayed", queueing_lock="desk.wake_delayed")
def wake_delayed(timestamp: int = 0) -> None:
    while delays.wake_due() >= delays.BATCH:
        pass


@app.task(name="desk.settle_own_statuses")
def settle_own_statuses(employees: list[int]) -> None:
    own_statuses.settle_of(employees)


def defer_settling(employees: list[int]) -> None:
    settle_own_statuses.defer(employees=employees)


def defer_fetch() -> None:
    """At most one such job waits; the rows are the record."""
    # A savepoint, because a second job fails on a unique index.
    with suppress(AlreadyEnqueued), transaction.atomic():
        fetch_files.defer()


def defer_unfolding() -> None:
    with suppress(AlreadyEnqueued), transaction.atomic():
        unfold.defer()
