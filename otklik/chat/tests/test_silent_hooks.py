from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from otklik.chat import hook_call, sending
from otklik.chat.actions import sites
from otklik.chat.models import Site
from otklik.chat.tests.opened import OpenDoor, Visiting
from otklik.chat.tests.receiver import PATIENCE, Receiver


class Mute:
    """Takes calls and holds them: says nothing, or one byte after the other."""

    def __init__(self, says: bytes = b"", again: bytes = b"") -> None:
        self._says, self._again = says, again
        self._closing = threading.Event()
        self.taken = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/hook"
        self._threads = [threading.Thread(target=self._take)]
        self._threads[0].start()

    def _take(self) -> None:
        while True:
            line = self._socket.accept()[0]
            if self._closing.is_set():
                line.close()
                return
            self.taken += 1
            self._threads.append(threading.Thread(target=self._hold, args=(line,)))
            self._threads[-1].start()

    def _hold(self, line: socket.socket) -> None:
        with line:
            try:
                line.sendall(self._says)
                while not self._closing.wait(0.05):
                    line.sendall(self._again)
            except OSError:
                # The caller has hung up.
                return

    def close(self) -> None:
        self._closing.set()
        socket.create_connection(self._socket.getsockname()).close()
        for thread in self._threads:
            thread.join(PATIENCE)
        self._socket.close()


@pytest.fixture
def mute() -> Iterator[Mute]:
    mute = Mute()
    yield mute
    mute.close()


@pytest.mark.parametrize(
    ("says", "again", "is_sent"),
    [
        (b"", b"", False),
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n", b"x", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 900000000\r\n\r\n", b"x" * 50_000, True),
    ],
)
def test_a_call_ends_whatever_the_receiver_does(
    operator_allows_this_machine: None, says: bytes, again: bytes, is_sent: bool
) -> None:
    mute = Mute(says, again)
    try:
        with hook_call.client() as client:
            outcome = hook_call.post(client, mute.address, b"{}", {}, seconds=0.5)
    finally:
        mute.close()

    assert outcome.is_sent == is_sent
    assert outcome.answer == "200 OK" if is_sent else outcome.answer == "The server does not answer in time."


def test_a_silent_hook_does_not_stop_those_of_others(
    door: OpenDoor, shop: Site, rival: Site, mute: Mute, receiver: Receiver
) -> None:
    sites.set_hook(rival, mute.address)
    sites.set_hook(shop, receiver.address)
    for number in range(12):
        Visiting(door, rival).say(f"silence {number}")
    Visiting(door, shop).say("Hello")

    assert receiver.wait_for(1)[0].texts == ["Hello"]
    assert mute.taken <= 2


def test_an_address_inside_our_network_is_not_called(mute: Mute) -> None:
    # Anybody may own a site, and its owner chooses the address.
    with hook_call.client() as client:
        outcome = hook_call.post(client, mute.address, b"{}", {})

    assert not outcome.is_sent and outcome.answer == "The address leads into a closed network."
    assert mute.taken == 0


def test_one_hook_holds_two_workers_at_most() -> None:
    with sending.turn(1) as first, sending.turn(1) as second, sending.turn(1) as third, sending.turn(2) as other:
        assert (first, second, third, other) == (True, True, False, True)
    with sending.turn(1) as again:
        assert again
