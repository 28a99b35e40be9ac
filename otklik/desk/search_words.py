"""What somebody typed, as a query of PostgreSQL's text search: forms of words, parts of words, slips of the finger."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import connections

from otklik.desk.models.contact import phone_digits
from otklik.desk.models.searching import spelling

MOST_WORDS = 8
# Letters of which a part of a word must consist; shorter ones are only beginnings of words.
PART = 3
MOST_PARTS = 60
MOST_SLIPS = 6
# A number as people write it: nothing but digits and signs between them, at least so many digits.
PHONE = re.compile(r"\+?[\d\s().\-–/]+")
FEWEST_DIGITS = 5

STEMS = """
    SELECT tsvector_to_array(to_tsvector('russian', word))
    FROM unnest(%s::text[]) WITH ORDINALITY AS w(word, place) ORDER BY place
"""
PARTS = "SELECT word FROM desk_searchword WHERE key LIKE %s ORDER BY length(word), word LIMIT %s"
# 0.3 is the limit of the operator: of six letters one may be wrong, left out, or too many.
SLIPS = "SELECT word FROM desk_searchword WHERE key %% %s ORDER BY similarity(key, %s) DESC, word LIMIT %s"


@dataclass(frozen=True)
class Asked:
    """A query, or an empty one when there is nothing in it to look for."""

    words: tuple[str, ...]
    query: str

    def __bool__(self) -> bool:
        return bool(self.query)


def asked(text: str, *, forgiving: bool = False, using: str = "default") -> Asked:
    """All words must be there, in any form and any order. `forgiving`: also words that are only like them."""
    text = text.lower().replace("\0", "")
    words = tuple(dict.fromkeys(re.findall(r"\w+", text)))[:MOST_WORDS]
    stems = _stems(words, using)
    # Words without a meaning of their own are in no index; alone they may still be a name.
    kept = [(word, stem) for word, stem in zip(words, stems, strict=True) if stem or len(words) == 1]
    query = " & ".join(f"({_alternatives(word, stem, forgiving, using)})" for word, stem in kept)
    if len(words) > 1 and (digits := _phone(text)):
        # In the index a phone is one word, its digits, and a second one, the last ten of them.
        found = dict.fromkeys([digits, *_known(using, PARTS, f"%{digits}%", MOST_PARTS)])
        as_phone = " | ".join([f"{_quoted(digits)}:*", *(_quoted(one) for one in found)])
        query = f"({query}) | {as_phone}" if query else as_phone
    return Asked(words, query)


def _phone(text: str) -> str:
    """The digits of what looks like a phone number, at most the last ten (+7 and 8 before them are the same)."""
    if not PHONE.fullmatch(text.strip()):
        return ""
    digits = phone_digits(text)
    return digits if len(digits) >= FEWEST_DIGITS else ""


def _stems(words: tuple[str, ...], using: str) -> list[list[str]]:
    with connections[using].cursor() as cursor:
        cursor.execute(STEMS, [list(words)])
        return [row[0] for row in cursor.fetchall()]


def _alternatives(word: str, stems: list[str], forgiving: bool, using: str) -> str:
    exact = dict.fromkeys([*stems, word])
    # The stem of a word that is still being typed may be longer than the word: both are beginnings.
    found = [f"{_quoted(one)}:*" for one in exact]
    shortest = min(exact, key=len)
    if len(shortest) >= PART:
        found += [_quoted(one) for one in _known(using, PARTS, f"%{_plain(spelling(shortest))}%", MOST_PARTS)]
        if forgiving:
            key = spelling(shortest)
            found += [_quoted(one) for one in _known(using, SLIPS, key, key, MOST_SLIPS)]
    return " | ".join(dict.fromkeys(found))


def _known(using: str, sql: str, *given: str | int) -> list[str]:
    with connections[using].cursor() as cursor:
        cursor.execute(sql, given)
        return [row[0] for row in cursor.fetchall()]


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _plain(text: str) -> str:
    """For LIKE: the underscore and the percent sign as they are."""
    return re.sub(r"([\\%_])", r"\\\1", text)
