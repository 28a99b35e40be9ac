"""The line that joins the numbered conditions of a scenario: `(1 AND 2) OR (1 AND 3)`, in Russian `(1 И 2) ИЛИ (1 И 3)`
(contracts/planfix-behaviour.md §11.2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

LIMIT = 250
TOKENS = re.compile(r"\s*(?:(\d+)|(\()|(\))|(and\b|и\b)|(or\b|или\b)|(\S+))", re.IGNORECASE)
KINDS = ("number", "open", "close", "and", "or", "odd")

Verdict = Callable[[Mapping[int, bool]], bool]


class LogicError(ValueError):
    """`place`: the sign, counted from 1, at which the line stops making sense; `reason`: one of `long`, `odd`,
    `unknown`, `ended`, `unexpected`, `unclosed`."""

    def __init__(self, reason: str, place: int, said: str = "") -> None:
        super().__init__(reason, place, said)
        self.reason, self.place, self.said = reason, place, said


Token = tuple[str, str, int]


def parse(line: str, count: int) -> Verdict:
    """What the line makes of `{number: whether it holds}`; an empty line is all of them. Raises LogicError."""
    if len(line) > LIMIT:
        raise LogicError("long", LIMIT)
    tokens = _tokens(line)
    if not tokens:
        return lambda holds: all(holds[number] for number in range(1, count + 1))
    verdict, rest = _either(tokens, count)
    if rest:
        raise LogicError("unexpected", rest[0][2], rest[0][1])
    return verdict


def numbers(line: str) -> set[int]:
    return {int(number) for number in re.findall(r"\d+", line[:LIMIT])}


def all_of(count: int) -> str:
    """The line of a filter that nobody has written one for."""
    return " AND ".join(str(number) for number in range(1, count + 1))


def appended(line: str, number: int) -> str:
    return f"({line}) AND {number}" if re.search(r"\b(or|или)\b", line, re.IGNORECASE) else f"{line} AND {number}"


def _tokens(line: str) -> list[Token]:
    found = []
    for match in TOKENS.finditer(line):
        kind = KINDS[(match.lastindex or 1) - 1]
        text = match.group(match.lastindex or 1)
        place = match.start(match.lastindex or 1) + 1
        if kind == "odd":
            raise LogicError("odd", place, text[:20])
        found.append((kind, text, place))
    return found


def _either(tokens: list[Token], count: int) -> tuple[Verdict, list[Token]]:
    first, tokens = _both(tokens, count)
    parts = [first]
    while tokens and tokens[0][0] == "or":
        part, tokens = _both(_after(tokens), count)
        parts.append(part)
    return (parts[0] if len(parts) == 1 else lambda holds: any(part(holds) for part in parts)), tokens


def _both(tokens: list[Token], count: int) -> tuple[Verdict, list[Token]]:
    first, tokens = _atom(tokens, count)
    parts = [first]
    while tokens and tokens[0][0] == "and":
        part, tokens = _atom(_after(tokens), count)
        parts.append(part)
    return (parts[0] if len(parts) == 1 else lambda holds: all(part(holds) for part in parts)), tokens


def _atom(tokens: list[Token], count: int) -> tuple[Verdict, list[Token]]:
    kind, text, place = tokens[0]
    if kind == "number":
        number = int(text) if len(text) < 6 else 0
        if not 1 <= number <= count:
            raise LogicError("unknown", place, text[:20])
        return (lambda holds: holds[number]), tokens[1:]
    if kind == "open":
        inner, rest = _either(_after(tokens), count)
        if not rest:
            raise LogicError("unclosed", place)
        if rest[0][0] != "close":
            raise LogicError("unexpected", rest[0][2], rest[0][1])
        return inner, rest[1:]
    raise LogicError("unexpected", place, text)


def _after(tokens: list[Token]) -> list[Token]:
    """What follows a word or a bracket that something must follow."""
    if len(tokens) < 2:
        raise LogicError("ended", tokens[0][2] + len(tokens[0][1]) - 1)
    return tokens[1:]


def without(line: str, number: int) -> str:
    """The line when a condition is deleted: its number goes with the word beside it, later ones move up. What cannot be
    kept in good order becomes all of the rest."""
    if number not in numbers(line):
        return _moved_up(line, number)
    word = r"\b(?:and|or|и|или)\b"
    for pattern in (rf"\b{number}\b\s*{word}\s*", rf"\s*{word}\s*{number}\b", rf"\(\s*{number}\s*\)"):
        shorter = re.sub(pattern, "", line, flags=re.IGNORECASE)
        if number not in numbers(shorter):
            return _moved_up(shorter.strip(), number)
    return ""


def renumbered(line: str, order: list[int]) -> str:
    """The line after conditions were put into another order: `order` has the numbers of before, as they stand now."""
    places = {before: now for now, before in enumerate(order, start=1)}
    return re.sub(r"\d+", lambda found: str(places.get(int(found[0][:6]), found[0])), line)


def _moved_up(line: str, number: int) -> str:
    return re.sub(r"\d+", lambda found: str(int(found[0]) - (int(found[0]) > number)), line)
