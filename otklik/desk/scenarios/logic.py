"""The line that joins the numbered conditions of a scenario: `(1 AND 2) OR (1 AND 3)`, in Russian `(1 И 2) ИЛИ (1 И 3)`
(contracts/planfix-behaviour.md §11.2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from django.utils.translation import pgettext

LIMIT = 250
TOKENS = re.compile(r"\s*(?:(\d+)|(\()|(\))|(and\b|и\b)|(or\b|или\b)|(\S+))", re.IGNORECASE)
KINDS = ("number", "open", "close", "and", "or", "odd")
# More rows than a scenario ever has: for lines that are changed and not judged.
ANY = 99_999

Verdict = Callable[[Mapping[int, bool]], bool]
# A number, or `and` or `or` with what it joins.
Tree = int | tuple[str, list["Tree"]]
Words = Mapping[str, str]


class LogicError(ValueError):
    """`place`: the sign, counted from 1, at which the line stops making sense; `reason`: one of `long`, `odd`,
    `unknown`, `ended`, `unexpected`, `unclosed`."""

    def __init__(self, reason: str, place: int, said: str = "") -> None:
        super().__init__(reason, place, said)
        self.reason, self.place, self.said = reason, place, said


Token = tuple[str, str, int]


def parse(line: str, count: int) -> Verdict:
    """What the line makes of `{number: whether it holds}`; an empty line is all of them. Raises LogicError."""
    tree = _read(line, count)
    return lambda results: _holds(tree, results) if tree is not None else all(results[n] for n in range(1, count + 1))


def all_of(count: int) -> str:
    """The line of a filter that nobody has written one for, in the reader's language."""
    return f" {_words('')['and']} ".join(str(number) for number in range(1, count + 1))


def appended(line: str, number: int) -> str:
    """The line with one more condition that must hold, in the words in which it is written. What cannot be read stays
    as it is typed."""
    if not line.strip():
        return all_of(number)
    try:
        tree = _read(line, ANY)
    except LogicError:
        return f"{line} {_words(line)['and']} {number}"
    return _written(("and", [number] if tree is None else [tree, number]), _words(line))


def without(line: str, number: int) -> str:
    """The line when a condition is deleted: its number goes with the word beside it, later ones move up, and brackets
    that say nothing go. What cannot be read stays as it is typed."""
    try:
        tree = _read(line, ANY)
    except LogicError:
        return line
    left = _less(tree, number) if tree is not None else None
    return "" if left is None else _written(left, _words(line))


def renumbered(line: str, order: list[int]) -> str:
    """The line after conditions were put into another order: `order` has the numbers of before, as they stand now."""
    places = {before: now for now, before in enumerate(order, start=1)}
    return re.sub(r"\d+", lambda found: str(places.get(int(found[0][:6]), found[0])), line)


def _holds(tree: Tree, results: Mapping[int, bool]) -> bool:
    if isinstance(tree, int):
        return results[tree]
    word, parts = tree
    told = (_holds(part, results) for part in parts)
    return all(told) if word == "and" else any(told)


def _less(tree: Tree, number: int) -> Tree | None:
    if isinstance(tree, int):
        return None if tree == number else tree - (tree > number)
    parts = [left for part in tree[1] if (left := _less(part, number)) is not None]
    return (tree[0], parts) if parts else None


def _words(line: str) -> Words:
    """Those of the line, else of the reader's language."""
    if re.search(r"\b(и|или)\b", line, re.IGNORECASE):
        return {"and": "И", "or": "ИЛИ"}
    if re.search(r"\b(and|or)\b", line, re.IGNORECASE):
        return {"and": "AND", "or": "OR"}
    return {"and": pgettext("logic", "AND"), "or": pgettext("logic", "OR")}


def _written(tree: Tree, words: Words) -> str:
    """With brackets wherever the word changes; a line that would not fit has only those that it needs."""
    tree = _flat(tree)
    line = _said(tree, words, {"and": True, "or": True})
    return line if len(line) <= LIMIT else _said(tree, words, {"and": False, "or": True})


def _said(tree: Tree, words: Words, brackets: Mapping[str, bool]) -> str:
    if isinstance(tree, int):
        return str(tree)
    texts = [
        f"({_said(part, words, brackets)})"
        if not isinstance(part, int) and brackets[part[0]]
        else _said(part, words, brackets)
        for part in tree[1]
    ]
    return f" {words[tree[0]]} ".join(texts)


def _flat(tree: Tree) -> Tree:
    """One word inside the same word is the same thing, and so is what stands there twice."""
    if isinstance(tree, int):
        return tree
    word, parts = tree
    found: list[Tree] = []
    for part in map(_flat, parts):
        inner = part[1] if not isinstance(part, int) and part[0] == word else [part]
        found += [one for one in inner if one not in found]
    return found[0] if len(found) == 1 else (word, found)


def _read(line: str, count: int) -> Tree | None:
    """None: an empty line. Raises LogicError."""
    if len(line) > LIMIT:
        raise LogicError("long", LIMIT)
    tokens = _tokens(line)
    if not tokens:
        return None
    tree, rest = _either(tokens, count)
    if rest:
        raise LogicError("unexpected", rest[0][2], rest[0][1])
    return tree


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


def _either(tokens: list[Token], count: int) -> tuple[Tree, list[Token]]:
    first, tokens = _both(tokens, count)
    parts = [first]
    while tokens and tokens[0][0] == "or":
        part, tokens = _both(_after(tokens), count)
        parts.append(part)
    return (first if len(parts) == 1 else ("or", parts)), tokens


def _both(tokens: list[Token], count: int) -> tuple[Tree, list[Token]]:
    first, tokens = _atom(tokens, count)
    parts = [first]
    while tokens and tokens[0][0] == "and":
        part, tokens = _atom(_after(tokens), count)
        parts.append(part)
    return (first if len(parts) == 1 else ("and", parts)), tokens


def _atom(tokens: list[Token], count: int) -> tuple[Tree, list[Token]]:
    kind, text, place = tokens[0]
    if kind == "number":
        number = int(text) if len(text) < 6 else 0
        if not 1 <= number <= count:
            raise LogicError("unknown", place, text[:20])
        return number, tokens[1:]
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
