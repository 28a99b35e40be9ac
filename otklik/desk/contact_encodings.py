"""In which encoding a table was written, by how likely its letters are."""

from __future__ import annotations

import re

ENCODINGS = {
    "utf-8-sig": "UTF-8",
    "cp1251": "Windows-1251",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "koi8-r": "KOI8-R",
    "cp866": "CP866",
    "cp1252": "Windows-1252",
}
# The first is what spreadsheet programs in Russia write by default.
OF_ONE_BYTE = ("cp1251", "koi8-r", "cp866", "cp1252")
LOOKED_AT = 100_000
# How often a letter stands in Russian texts, in per cent; the others are rarer.
FREQUENT = {"о": 11, "е": 8, "а": 8, "и": 7, "н": 7, "т": 6, "с": 5, "р": 5, "в": 5, "л": 4, "к": 3, "м": 3, "д": 3}


def guess(body: bytes) -> str:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if wide := _wide(body[:LOOKED_AT]):
        return wide
    try:
        body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return max(OF_ONE_BYTE, key=lambda one: _likeness(body[:LOOKED_AT].decode(one, errors="replace")))
    return "utf-8-sig"


def _wide(body: bytes) -> str:
    """Without a mark at its beginning: every other byte is the page of a letter, of Latin or of Cyrillic ones."""
    for place, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        pages, letters = body[place::2], body[1 - place :: 2]
        is_page = sum(pages.count(page) for page in (0, 4))
        if pages.count(0) and not letters.count(0) and is_page > 0.9 * len(pages):
            return name
    return ""


def _likeness(text: str) -> float:
    """Of words with other letters than ASCII: letters that are frequent, in the usual case, of one alphabet."""
    score = -2.0 * len(re.findall(r"[^\w\s\x20-\x7e«»№–—“”„’…°§€ ]", text))
    for word in re.findall(r"[^\W\d_]+", text):
        if word.isascii():
            continue
        cyrillic = len(re.findall("[а-яё]", word, re.I))
        if not cyrillic:
            foreign = sum(not letter.isascii() for letter in word)
            # A few letters of a word have a mark, not most of them.
            score += 3 if 2 * foreign < len(word) else -2 * len(word)
        elif cyrillic < len(word):
            score -= 2 * len(word)
        else:
            usual = word.islower() or word.istitle() or word.isupper()
            score += sum(FREQUENT.get(letter, 1) for letter in word.lower()) / 4 * (1 if usual else -1)
    return score
