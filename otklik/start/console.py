"""One terminal for several processes: whole lines, each with the name of who said it."""

import os
import selectors
import signal
import socket
import sys

WIDTH = 8


class Console:
    """Reads what the children say. It has no thread, because children are forked from this process."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._ends: dict[str, int] = {}
        self._started_lines: dict[str, bytes] = {}
        # A child's end wakes us as its words do.
        self._wakeup, self._bell = socket.socketpair()
        for end in (self._wakeup, self._bell):
            end.setblocking(False)
        self._selector.register(self._wakeup, selectors.EVENT_READ, "")
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._bell.fileno(), warn_on_full_buffer=False)

    def pipe(self, name: str) -> int:
        """The end to write to, the same for every life of a child."""
        if name not in self._ends:
            read, self._ends[name] = os.pipe()
            os.set_blocking(read, False)
            self._started_lines[name] = b""
            self._selector.register(read, selectors.EVENT_READ, name)
        return self._ends[name]

    def pump(self, timeout: float) -> None:
        """Pass on what was said; return at the latest after `timeout` seconds."""
        for key, _ in self._selector.select(timeout):
            if key.data:
                self._pass_on(key.data, os.read(key.fd, 65536))
            else:
                self._wakeup.recv(4096)

    def say(self, sentence: str) -> None:
        self._print("otklik", sentence)

    def show(self, text: str) -> None:
        print(text, flush=True)

    def _pass_on(self, name: str, said: bytes) -> None:
        *lines, self._started_lines[name] = (self._started_lines[name] + said).split(b"\n")
        for line in lines:
            self._print(name, line.decode(errors="replace").rstrip())

    def _print(self, name: str, line: str) -> None:
        print(f"{name:<{WIDTH}} | {line}", flush=True)

    def close(self) -> None:
        self.pump(0)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for key in list(self._selector.get_map().values()):
            if key.data:
                os.close(key.fd)
        for end in self._ends.values():
            os.close(end)
        self._selector.close()
        self._wakeup.close()
        self._bell.close()
        sys.stdout.flush()
