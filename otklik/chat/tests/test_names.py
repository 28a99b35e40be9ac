from __future__ import annotations

import pytest

from otklik.chat.names import NAMES, generate


@pytest.mark.parametrize("language", ["ru", "en"])
def test_s18_names_are_many_and_tell_visitors_apart(language: str) -> None:
    assert len(NAMES[language]) >= 2500
    assert len(NAMES[language]) == len(set(NAMES[language]))
    assert len({generate(language) for _number in range(200)}) > 100


def test_s18_russian_adjectives_agree_with_their_nouns() -> None:
    assert {"Медная река", "Северный ветер", "Синее море", "Золотое облако", "Тихая гавань", "Морской берег"} <= set(
        NAMES["ru"]
    )


def test_s18_a_language_without_words_of_its_own_gets_english_ones() -> None:
    assert generate("de") in NAMES["en"]
