"""Notes stored once and read in several languages: a sentence of ours, and behind it words of somebody else."""

from __future__ import annotations

from django.utils.translation import gettext


def note_of(sentence: str, detail: str = "") -> str:
    """`sentence` is English and marked by `gettext_noop`; `detail` is kept as it is."""
    return f"{sentence}\n{detail}" if detail else sentence


def told(note: str) -> str:
    """The note in the reader's language."""
    sentence, _, detail = note.partition("\n")
    translated = gettext(sentence) if sentence else ""
    return f"{translated} {detail}" if detail else translated
