"""A pytest plugin: one throw-away PostgreSQL for the run, there before Django reads its settings.

A DATABASE_URL from outside is used instead.
"""

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from otklik.config import database_url
from otklik.start.postgres import Postgres

running: list[Postgres] = []
folders: list[Path] = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None]:
    # A wrapper runs before pytest-django, whose own hook loads the settings.
    data = _data_folder()
    os.environ.setdefault("OTKLIK_DATA", str(data))
    try:
        if not os.environ.get("DATABASE_URL"):
            _start(data)
        return (yield)
    except BaseException:
        # Pytest gives up before it is configured, so nobody else will tidy.
        pytest_unconfigure()
        raise


def _start(data: Path) -> None:
    postgres = Postgres(data, durable=False)
    running.append(postgres)
    postgres.start()
    os.environ["DATABASE_URL"] = database_url.of_embedded(data)


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
