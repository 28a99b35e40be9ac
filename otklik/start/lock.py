"""One Otklik per data folder."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from otklik.config.env import StartRefused


class DataLock:
    """Held while we run; the system lets it go however we end.

    `left_by_crash` tells that the last run had no time to tidy.
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        self.left_by_crash = False

    def __enter__(self) -> Self:
        self._file = (self.data / "lock").open("a+")
        self._file.seek(0)
        holder = self._file.read().strip()
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise StartRefused(
                f"Otklik already runs on {self.data} (process {holder}): stop it, or set OTKLIK_DATA to another folder."
            ) from None
        self.left_by_crash = bool(holder)
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.truncate(0)
        self._file.close()
