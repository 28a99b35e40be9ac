"""The processes that the supervisor keeps alive, and when a dead one is started again."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from otklik.start import kinship

SHORTEST, LONGEST = 0.5, 30.0
# Who lived this long has recovered: the next end is a new story.
STEADY = 60.0


class Kept(Protocol):
    """What the supervisor can keep alive."""

    name: str

    def start(self) -> None: ...

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""


class Child:
    """A program of ours in its own process."""

    def __init__(self, name: str, arguments: Sequence[str], environment: Mapping[str, str], output: int) -> None:
        self.name = name
        self.arguments = arguments
        self.environment = environment
        self.output = output
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.arguments,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=self.output,
            stderr=subprocess.STDOUT,
            # Out of the terminal's group: Ctrl-C reaches the supervisor, which stops all in the right order.
            start_new_session=True,
            preexec_fn=kinship.ends_with_us(signal.SIGTERM),
        )

    def poll(self) -> int | None:
        return self.process.poll() if self.process else 0

    def send(self, how: signal.Signals) -> None:
        if self.process:
            self.process.send_signal(how)


class Watch:
    """Looks after one process: starts it again when it ended, later each time when it keeps ending."""

    def __init__(self, kept: Kept, say: Callable[[str], None]) -> None:
        self.kept = kept
        self.say = say
        self.failures = 0
        self._started_at = time.monotonic()
        self._due_at: float | None = None

    def start(self) -> None:
        self._started_at = time.monotonic()
        self._due_at = None
        self.kept.start()

    def look(self) -> None:
        code = self.kept.poll()
        if code is None:
            return
        if self._due_at is None:
            self._plan(code)
        elif time.monotonic() >= self._due_at:
            self.start()
            self.say(f"{self.kept.name} runs again.")

    @property
    def waits(self) -> float:
        """Seconds until there is something to do."""
        return STEADY if self._due_at is None else max(0.0, self._due_at - time.monotonic())

    def put_off(self, reason: str) -> None:
        self.say(reason)
        self._plan(None)

    def _plan(self, code: int | None) -> None:
        if time.monotonic() - self._started_at > STEADY:
            self.failures = 0
        delay = min(LONGEST, SHORTEST * 2**self.failures)
        self.failures += 1
        self._due_at = time.monotonic() + delay
        self.say(f"{self.kept.name} {_ended(code)}; starting it again in {delay:g} s.")


def _ended(code: int | None) -> str:
    if code is None:
        return "did not start"
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with code {code}"


def environment(**changed: str) -> dict[str, str]:
    return os.environ | {"PYTHONUNBUFFERED": "1"} | changed
