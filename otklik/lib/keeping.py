"""Files in the storage. Their names there are random: nothing that somebody calls his file becomes a path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from io import BytesIO
from typing import IO, NamedTuple

from django.core.files.base import File
from django.core.files.storage import default_storage

from otklik.lib.media import Examined
from otklik.lib.tokens import random_token


class Kept(NamedTuple):
    stored: str
    # Empty: there is nothing to show.
    preview: str


def keep(folder: str, examined: Examined, file: IO[bytes]) -> Kept:
    """Stores a file and its preview below a folder of the storage."""
    token = random_token(30)
    path = f"{folder}/{token[:2]}/{token}"
    stored = default_storage.save(path, File(file))
    if examined.preview is None:
        return Kept(stored, "")
    return Kept(stored, default_storage.save(f"{path}.webp", File(BytesIO(examined.preview.content))))


def copy(folder: str, kept: Kept) -> Kept:
    """The same content once more, for an owner of its own. Raises FileNotFoundError."""
    token = random_token(30)
    path = f"{folder}/{token[:2]}/{token}"
    return Kept(_copied(kept.stored, path), _copied(kept.preview, f"{path}.webp"))


def _copied(name: str, path: str) -> str:
    if not name:
        return ""
    with default_storage.open(name) as content:
        return default_storage.save(path, content)


def drop(*names: str) -> None:
    """Removes them; what is gone already is no trouble."""
    for name in names:
        if name:
            default_storage.delete(name)


def sweep(folder: str, *, before: datetime, named: Callable[[list[str]], set[str]]) -> int:
    """Removes what is older than `before` below the folder and has no row: its transaction was undone, its row was
    deleted together with its owner, or somebody was killed in between. `named` tells which of these names rows have.
    How many were removed."""
    removed = 0
    for place in _folders(folder):
        _inner, files = default_storage.listdir(place)
        old = [name for name in (f"{place}/{file}" for file in files) if _is_older(name, before)]
        lost = set(old) - named(old) if old else set()
        drop(*lost)
        removed += len(lost)
    return removed


def _folders(folder: str) -> Iterator[str]:
    try:
        inner, _files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{one}" for one in inner)


def _is_older(name: str, than: datetime) -> bool:
    try:
        return default_storage.get_modified_time(name) < than
    except FileNotFoundError:
        return False  # Removed at this moment.
