"""A pytest plugin: one throw-away PostgreSQL for the run, there before Django reads its settings.

A DATABASE_URL from outside is used instead. Each worker of a run in several processes has a PostgreSQL and a data
folder of its own: some tests name their databases.
"""

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from otklik.config import database_url
from otklik.start.postgres import Postgres

# What the first process of a run chose itself, so that its workers choose anew.
CHOSEN = "OTKLIK_TESTS_CHOSE"

running: list[Postgres] = []
folders: list[Path] = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None]:
    # A wrapper runs before pytest-django, whose own hook loads the settings.
    if "PYTEST_XDIST_WORKER" in os.environ:
        for name in os.environ.pop(CHOSEN, "").split():
            del os.environ[name]
    data = _data_folder()
    try:
        _choose("OTKLIK_DATA", str(data))
        if not os.environ.get("DATABASE_URL"):
            _start(data)
        return (yield)
    except BaseException:
        # Pytest gives up before it is configured, so nobody else will tidy.
        pytest_unconfigure()
        raise


def _choose(name: str, value: str) -> None:
    if os.environ.get(name):
        return
    os.environ[name] = value
    os.environ[CHOSEN] = f"{os.environ.get(CHOSEN, '')} {name}"


def _start(data: Path) -> None:
    postgres = Postgres(data, durable=False)
    running.append(postgres)
    postgres.start()
    _choose("DATABASE_URL", database_url.of_embedded(data))


def pytest_unconfigure() -> None:
    for postgres in running:
        postgres.stop()
    for folder in folders:
        shutil.rmtree(folder)
    running.clear()
    folders.clear()


def _data_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="otklik-test-"))
    # PostgreSQL's user must pass through when we are root.
    folder.chmod(0o711)
    folders.append(folder)
    return folder
