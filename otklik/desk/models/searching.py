from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Lower

# Trigrams are made of letters as the server's locale knows them, and the bundled PostgreSQL has one in which only the
# Latin ones are any. So words are compared in a spelling of 36 signs; that also finds what was typed as it sounds.
CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
LATIN = "abvgdee1zijklmnoprstufhc2345y5967"


def spelling(word: str) -> str:
    """The same in Python as in `SearchWord.key`."""
    return word.lower().translate(str.maketrans(CYRILLIC, LATIN))


def _key(field: str) -> Func:
    cyrillic, latin = Value(CYRILLIC), Value(LATIN)
    return Func(Lower(F(field)), cyrillic, latin, function="translate", output_field=models.TextField())


class SearchEntry(models.Model):
    """Words of a task, a contact or a file. Kept apart from them and filled by a job: rows that change with each
    message stay as light as they are. What a comment says is in its own index with its own transaction."""

    class Kind(models.TextChoices):
        TASK = "task"
        CONTACT = "contact"
        FILE = "file"

    kind = models.CharField(max_length=7, choices=Kind)
    object_id = models.BigIntegerField()
    words = SearchVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_once")]
        indexes = [GinIndex(fields=["words"], name="search_entry_words")]


class SearchWord(models.Model):
    """A word that occurs somewhere, as the index has it: through these a part of a word or a slip of the finger leads
    to words that exist. Whose it is, nobody can tell from here."""

    word = models.TextField(primary_key=True)
    key = models.GeneratedField(expression=_key("word"), output_field=models.TextField(), db_persist=True)

    class Meta:
        indexes = [GinIndex(OpClass("key", name="gin_trgm_ops"), name="search_word_key")]


class SearchProgress(models.Model):
    """One row: the number of the last event whose task, contact, comment and files are in the index."""

    event = models.BigIntegerField(default=0)
