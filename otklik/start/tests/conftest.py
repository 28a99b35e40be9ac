import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from otklik.start.postgres import Postgres


def folder_for_all() -> Path:
    # pytest's own folders are closed, and PostgreSQL's user must pass through when we are root.
    folder = Path(tempfile.mkdtemp(prefix="otklik-start-test-"))
    folder.chmod(0o711)
    return folder


@pytest.fixture
def empty() -> Iterator[Path]:
    folder = folder_for_all()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def made_once() -> Iterator[Path]:
    folder = folder_for_all()
    postgres = Postgres(folder, durable=False)
    postgres.start()
    postgres.stop()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def data(empty: Path, made_once: Path) -> Path:
    """A data folder with a database that ran before."""
    subprocess.run(["cp", "-a", made_once / "postgres", empty], check=True)
    return empty


@pytest.fixture
def postgres(data: Path) -> Iterator[Postgres]:
    server = Postgres(data)
    server.start()
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith(("OTKLIK_", "DATABASE_URL")):
            monkeypatch.delenv(name)
