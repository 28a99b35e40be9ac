"""The logic line of a scenario (contracts/planfix-behaviour.md §11.2)."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from otklik.desk.scenarios.logic import LIMIT, LogicError, all_of, appended, parse, without

Tree = int | tuple[str, list["Tree"]]

trees: st.SearchStrategy[Tree] = st.recursive(
    st.integers(1, 5),
    lambda inner: st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3)),
    max_leaves=8,
)
truths = st.fixed_dictionaries({number: st.booleans() for number in range(1, 6)})
WORDS = {"and": ["AND", "and", "И", "и", "And"], "or": ["OR", "or", "ИЛИ", "или", "Или"]}


def written(tree: Tree, draw: st.DataObject) -> str:
    if isinstance(tree, int):
        return str(tree)
    word, parts = tree
    texts = [f"({written(part, draw)})" if not isinstance(part, int) else str(part) for part in parts]
    return f" {draw.draw(st.sampled_from(WORDS[word]))} ".join(texts)


def meant(tree: Tree, holds: dict[int, bool]) -> bool:
    if isinstance(tree, int):
        return holds[tree]
    word, parts = tree
    results = [meant(part, holds) for part in parts]
    return all(results) if word == "and" else any(results)


@given(trees, truths, st.data())
def test_a_line_means_what_it_says(tree: Tree, holds: dict[int, bool], data: st.DataObject) -> None:
    line = written(tree, data)
    if len(line) <= LIMIT:
        assert parse(line, 5)(holds) == meant(tree, holds)


@given(st.text(st.sampled_from("0123456789() andorИЛИилиAO,;-"), max_size=60), st.integers(0, 9))
def test_any_line_is_a_verdict_or_says_where_it_fails(line: str, count: int) -> None:
    try:
        parse(line, count)
    except LogicError as error:
        assert error.reason in ("odd", "unknown", "ended", "unclosed", "unexpected") and 0 <= error.place <= len(line)


@pytest.mark.parametrize(
    ("line", "reason", "place"),
    [
        ("(1 AND 2", "unclosed", 1),
        ("1 AND 2)", "unexpected", 8),
        ("7", "unknown", 1),
        ("1 И 7", "unknown", 5),
        ("1 AND", "ended", 5),
        ("1 2", "unexpected", 3),
        ("AND 1", "unexpected", 1),
        ("1 XOR 2", "odd", 3),
        ("()", "unexpected", 2),
        ("1" * 10_000, "long", LIMIT),
        ("(" * 10_000, "long", LIMIT),
        ("(" * LIMIT, "ended", LIMIT),
    ],
)
def test_a_fault_says_where_it_is(line: str, reason: str, place: int) -> None:
    with pytest.raises(LogicError) as caught:
        parse(line, 3)
    assert (caught.value.reason, caught.value.place) == (reason, place)


def test_an_empty_line_is_all_of_them() -> None:
    assert parse("", 2)({1: True, 2: True}) and not parse(" ", 2)({1: True, 2: False}) and parse("", 0)({})


def test_and_binds_before_or() -> None:
    verdict = parse("1 OR 2 AND 3", 3)

    assert verdict({1: True, 2: False, 3: False}) and not verdict({1: False, 2: True, 3: False})


@pytest.mark.parametrize(
    ("line", "number", "after"),
    [
        ("1", 2, "1 AND 2"),
        ("1 OR 2", 3, "(1 OR 2) AND 3"),
        ("(1 OR 2)", 3, "(1 OR 2) AND 3"),
        ("(1) ИЛИ (2)", 3, "(1 ИЛИ 2) И 3"),
        ("1 и 2", 3, "1 И 2 И 3"),
        ("", 1, "1"),
        ("", 3, "1 AND 2 AND 3"),
        ("1 OR", 3, "1 OR AND 3"),
    ],
)
def test_a_new_condition_joins_all_that_was_said_in_the_words_of_the_line(line: str, number: int, after: str) -> None:
    with override("en"):
        assert appended(line, number) == after


def test_without_words_the_line_speaks_as_its_reader() -> None:
    with override("ru"):
        assert appended("1", 2) == all_of(2) == "1 И 2"
        assert appended("1 AND 2", 3) == "1 AND 2 AND 3"


@given(trees, truths, st.booleans(), st.data())
def test_a_grown_line_asks_for_one_more(tree: Tree, holds: dict[int, bool], sixth: bool, data: st.DataObject) -> None:
    line = appended(written(tree, data), 6)
    if len(line) <= LIMIT:
        assert parse(line, 6)(holds | {6: sixth}) == (meant(tree, holds) and sixth)


@given(trees, st.integers(1, 5), truths, st.data())
def test_a_line_without_a_condition_means_what_is_left(
    tree: Tree, number: int, holds: dict[int, bool], data: st.DataObject
) -> None:
    before = written(tree, data)
    if len(before) > LIMIT:
        return
    line = without(before, number)

    left = less(tree, number)
    assert not re.search(r"\b5\b", line) and not re.search(r"\(\s*\d+\s*\)", line)
    if left is None:
        assert line == ""
        return
    renumbered = {place: holds[place + (place >= number)] for place in range(1, 5)}
    assert parse(line, 4)(renumbered) == meant(left, holds)
    # What is in order stays as it is.
    assert without(line, 9) == line


def less(tree: Tree, number: int) -> Tree | None:
    if isinstance(tree, int):
        return None if tree == number else tree
    parts = [part for one in tree[1] if (part := less(one, number)) is not None]
    return (tree[0], parts) if parts else None


def test_deleting_renumbers_those_behind_and_leaves_no_spare_brackets() -> None:
    assert without("(1 И 2) ИЛИ (1 И 3)", 2) == "1 ИЛИ (1 И 2)"
    assert without("(1 AND 2) OR (1 AND 3)", 1) == "1 OR 2"
    assert without("1 AND 2 AND 3", 1) == "1 AND 2"
    assert without("1", 1) == without("", 2) == ""
    # What cannot be read is not thrown away.
    assert without("(1 AND 2", 1) == "(1 AND 2"
