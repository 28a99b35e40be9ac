"""A line to a server that can be cut: TCP in between, so that both ends see what they would see in life."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from enum import Enum


class State(Enum):
    OPEN = "all passes"
    DOWN = "nobody answers the call"
    SILENT = "the call is taken, and nothing is said"
    DEAF = "what the server answers is lost, and the call ends"


class Line:
    def __init__(self, upstream: int, port: int = 0) -> None:
        self.upstream = upstream
        self.state = State.OPEN
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def set(self, state: State) -> None:
        """From now on the line is so; calls that are going on are cut, unless it opens or only loses answers."""
        self.state = state
        if state in {State.DOWN, State.SILENT}:
            for pair in list(self._pairs):
                self._end(pair)

    def close(self) -> None:
        self.set(State.DOWN)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[near], daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        if self.state is State.SILENT:
            # Kept, so that the caller waits; its end is noticed by nobody.
            self._pairs.add((near, near))
            return
        if self.state is State.DOWN:
            near.close()
            return
        try:
            far = socket.create_connection(("127.0.0.1", self.upstream))
        except OSError:
            near.close()
            return
        pair = (near, far)
        self._pairs.add(pair)
        threading.Thread(target=self._pump, args=[pair, near, far], daemon=True).start()
        self._pump(pair, far, near)

    def _pump(self, pair: tuple[socket.socket, socket.socket], source: socket.socket, target: socket.socket) -> None:
        is_answer = source is pair[1]
        with suppress(OSError):
            while data := source.recv(65536):
                if is_answer and self.state is State.DEAF:
                    break
                target.sendall(data)
        self._end(pair)

    def _end(self, pair: tuple[socket.socket, socket.socket]) -> None:
        self._pairs.discard(pair)
        for end in set(pair):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
