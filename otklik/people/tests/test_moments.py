from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from otklik.people.templatetags.moments import near_day, short_date


@pytest.mark.parametrize(("language", "said"), [("en", "4 Nov 2030"), ("ru", "4 ноя 2030")])
def test_a_short_month_beside_a_day_begins_as_the_language_has_it(language: str, said: str) -> None:
    with translation.override(language):
        assert short_date(date(2030, 11, 4), "j M Y") == said


@pytest.mark.parametrize(
    ("language", "said"), [("en", ["yesterday", "today", "tomorrow"]), ("ru", ["вчера", "сегодня", "завтра"])]
)
def test_a_near_day_within_a_sentence_begins_with_a_small_letter(language: str, said: list[str]) -> None:
    today = timezone.localdate()
    with translation.override(language):
        assert [near_day(today + timedelta(days=days)) for days in (-1, 0, 1)] == said
