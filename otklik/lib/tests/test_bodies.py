"""Bodies of requests: whole, in time and not too large, or none at all."""

from __future__ import annotations

import asyncio

import pytest

from otklik.lib.asgi import (
    Disconnected,
    Message,
    Receive,
    Scope,
    Send,
    TooLarge,
    TooSlow,
    read_body,
    with_whole_body,
)

GONE: Message = {"type": "http.disconnect"}
LENGTH = [(b"content-length", b"100")]


def part(body: bytes, more: bool = True) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def sender(*messages: Message) -> Receive:
    """Says nothing more after these."""
    left = list(messages)

    async def receive() -> Message:
        return left.pop(0) if left else await asyncio.Future()

    return receive


async def nowhere(message: Message) -> None:
    raise AssertionError(message)


def read(*messages: Message, patience: float = 20) -> bytes:
    return asyncio.run(read_body({"headers": []}, sender(*messages), 8, patience))


def test_a_body_in_parts_is_read_whole() -> None:
    assert read(part(b"one "), part(b""), part(b"two", more=False)) == b"one two"


@pytest.mark.parametrize("parts", [[part(b"123456789", more=False)], [part(b"12345678"), part(b"9")]])
def test_a_body_over_the_limit_is_refused(parts: list[Message]) -> None:
    with pytest.raises(TooLarge):
        read(*parts)


def test_an_announced_size_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(TooLarge):
        asyncio.run(read_body({"headers": LENGTH}, sender(), 8))


def test_a_body_that_does_not_come_is_given_up() -> None:
    with pytest.raises(TooSlow):
        read(part(b"12"), patience=0.01)


def test_half_a_body_is_never_taken_for_whole() -> None:
    with pytest.raises(Disconnected):
        read(part(b"12"), GONE)


def called(headers: list[tuple[bytes, bytes]], *messages: Message) -> list[Message]:
    """What a program hears that asks twice."""
    heard: list[Message] = []

    async def program(scope: Scope, receive: Receive, send: Send) -> None:
        heard.extend([await receive(), await receive()])

    async def call() -> None:
        await with_whole_body(program, 200, patience=0.01)({"headers": headers}, sender(*messages), nowhere)

    asyncio.run(call())
    return heard


def test_a_program_is_called_with_the_whole_body_and_still_hears_the_end() -> None:
    assert called(LENGTH, part(b"one "), part(b"two", more=False), GONE) == [part(b"one two", more=False), GONE]


def test_without_a_body_nothing_is_waited_for() -> None:
    assert called([(b"content-length", b"0")], GONE, GONE) == [GONE, GONE]


def test_a_program_is_not_called_before_the_body_is_here() -> None:
    with pytest.raises(TooSlow):
        called([(b"transfer-encoding", b"chunked")], part(b"12"))
