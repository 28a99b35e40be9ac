"""The rows of a table of quick replies: what of them is new and fits."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from otklik.desk import variables
from otklik.desk.actions import quick_replies as actions
from otklik.desk.errors import Refused
from otklik.desk.models import QuickReply
from otklik.lib.spreadsheet import read_csv

# Bytes of a table.
LARGEST = 1_000_000
# How columns may be called, in the order of a table without such names.
COLUMNS = {
    "question": ("question", "вопрос", "about", "о чём"),
    "text": ("text", "answer", "текст", "ответ"),
    "group": ("group", "группа"),
    "language": ("language", "язык"),
}


@dataclass(frozen=True)
class Table:
    """What a table would bring. `rows` as the action takes them; `known`: how many are in the directory already;
    `faults`: (line, sentence) of those that do not fit."""

    rows: list[dict[str, str]]
    known: int
    faults: list[tuple[int, str]]
    # Variables that there are not, by which nobody is kept from taking the table in.
    unknown: list[str]

    @property
    def kept(self) -> str:
        return json.dumps(self.rows, ensure_ascii=False)


class TableForm(forms.Form):
    table = forms.FileField(
        label=_("Table (CSV)"),
        help_text=_(
            "Columns: question, answer, group, language. Any encoding; a first row with these names may order them."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )

    def clean_table(self) -> Table:
        file = self.cleaned_data["table"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(_("The table is too large: at most 1 MB fits."))
        try:
            rows = read_csv(file.read())
        except ValueError as error:
            raise forms.ValidationError(_("This is no table of text.")) from error
        found = looked_through(rows)
        if not found.rows and not found.known and not found.faults:
            raise forms.ValidationError(_("There is nothing in this table."))
        return found


def looked_through(rows: list[list[str]]) -> Table:
    """What of the rows is new and fits."""
    order, begin = _order(rows[0]) if rows else ({}, 0)
    there = {
        (question.casefold(), language) for question, language in QuickReply.objects.values_list("question", "language")
    }
    good: list[dict[str, str]] = []
    faults: list[tuple[int, str]] = []
    known = 0
    for line, row in enumerate(rows[begin:], start=begin + 1):
        given = {name: row[place].strip() if place < len(row) else "" for name, place in order.items()}
        try:
            values = actions.checked(given)
        except Refused as error:
            faults.append((line, str(error)))
            continue
        key = (values["question"].casefold(), values["language"])
        if key in there:
            known += 1
            continue
        there.add(key)
        good.append(values)
    unknown = variables.all_unknown_in("\n".join(row["text"] for row in good))
    return Table(good, known, faults, unknown)


def kept_rows(text: str) -> list[dict[str, str]]:
    """The rows of a table that somebody has looked at; what was tampered with is refused. Raises Refused."""
    try:
        rows = json.loads(text)
        return [{name: str(row.get(name, "")) for name in actions.FIELDS} for row in rows]
    except (ValueError, AttributeError, TypeError) as error:
        raise Refused("table", gettext("This is no table of text.")) from error


def _order(first: list[str]) -> tuple[dict[str, int], int]:
    """Where each column stands, and in which row the answers begin."""
    said = [cell.strip().casefold() for cell in first]
    named = {name: next((said.index(word) for word in words if word in said), -1) for name, words in COLUMNS.items()}
    if named["question"] >= 0 and named["text"] >= 0:
        return {name: place for name, place in named.items() if place >= 0}, 1
    return {name: place for place, name in enumerate(COLUMNS)}, 0
