"""Words typed while the keyboard was in the other language: "ljcnfdrf" is «доставка»."""

from __future__ import annotations

import re

LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./"
CYRILLIC = "ёйцукенгшщзхъфывапролджэячсмитьбю."
TO_CYRILLIC = str.maketrans(LATIN, CYRILLIC)
TO_LATIN = str.maketrans(CYRILLIC, LATIN)


def other(text: str) -> str:
    """The same keys in the other language; empty where there is none: a text of both, or without letters."""
    text = text.lower()
    is_latin, is_cyrillic = re.search("[a-z]", text), re.search("[а-яё]", text)
    if is_latin and not is_cyrillic:
        return text.translate(TO_CYRILLIC)
    return text.translate(TO_LATIN) if is_cyrillic and not is_latin else ""
