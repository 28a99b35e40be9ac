"""Files in the storage. Their names there are random: nothing that somebody calls his file becomes a path."""

from __future__ import annotations

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


def drop(*names: str) -> None:
    """Removes them; what is gone already is no trouble."""
    for name in names:
        if name:
            default_storage.delete(name)
