"""Names of languages, and which of them are written from the right."""

from __future__ import annotations

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext

RIGHT_TO_LEFT = {"ar", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"}


def is_right_to_left(language: str) -> bool:
    return language.partition("-")[0] in RIGHT_TO_LEFT


def name_of(language: str) -> str:
    """In the language itself, or its tag where we do not know it."""
    info = LANG_INFO.get(language) or LANG_INFO.get(language.partition("-")[0]) or {}
    return str(info.get("name_local") or gettext("Language “%s”") % language).capitalize()
