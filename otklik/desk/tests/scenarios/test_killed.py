"""A process that is killed in the midst of a scenario (issue of every queue: done twice, or never)."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from otklik.desk.models import Comment, Employee, Event, ScenarioRun, Task
from otklik.desk.tests.browser.running_desk import environment_here
from otklik.desk.tests.scenarios.test_engine import built, does, now, runs
from otklik.desk.tests.scenarios.test_operations import doing
from otklik.desk.tests.screens.conftest import liza, shop_chat
from otklik.desk.tests.screens.stage import Writer

__all__ = ["liza", "shop_chat"]

PATIENCE = 60
PROGRAM = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "otklik.config.settings"
django.setup()
from otklik.desk import jobs
jobs.scenarios()
"""


@pytest.mark.django_db(transaction=True)
def test_what_kill_9_leaves_is_done_once_and_whole(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    built(olga, "left", doing("contact", field="phone", value="112"), does("note", "She has left"), does("complete"))
    liza.leaves()

    with transaction.atomic():
        # The first operation goes through, the second waits for the task.
        Task.objects.select_for_update(no_key=True).get(pk=task.pk)
        worker = subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment_here())
        _until(lambda: ScenarioRun.objects.filter(step=1).exists() and _is_waited_for())
        worker.kill()
        worker.wait()
    # The database notices the death when it has got the lock.
    _until(lambda: not _count("pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"))
    assert now(task) == "new" and not Comment.objects.filter(kind="note").exists()

    runs()
    runs()

    assert Event.objects.filter(kind="contact_updated").count() == 1
    assert Comment.objects.filter(text="She has left").count() == 1
    assert now(task) == "completed" and ScenarioRun.objects.get().state == "done"


def _is_waited_for() -> bool:
    return _count("pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") > 0


def _count(rows: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {rows}")
        return int(cursor.fetchone()[0])


def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)
