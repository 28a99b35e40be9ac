"""What a scenario asked, found and did, kept in words as they were then and shown in the reader's language (field
note 21)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.utils import formats
from django.utils.encoding import uri_to_iri
from django.utils.translation import override

from otklik.desk import variables
from otklik.desk.actions import company
from otklik.desk.models import Comment, Scenario, ScenarioEdition, ScenarioRun
from otklik.desk.scenarios.conditions import Field, field_of, fields, typing
from otklik.desk.scenarios.conditions.operators import CONTACT, DATE, FIELD, plain
from otklik.desk.scenarios.operations import OPERATIONS, Deed
from otklik.desk.scenarios.operations.words import Words

MOST, LONGEST, FILLED = 10, 120, 300


class Told(NamedTuple):
    """A condition with what became of it; `found` in words, empty for nothing."""

    number: str
    is_held: bool
    asked: str
    found: str


class Done(NamedTuple):
    operation: str
    value: str
    # `done`, or `refused` with its sentence.
    word: str
    sentence: str


def edition_of(scenario: Scenario) -> ScenarioEdition | None:
    """The words of the scenario's conditions now; None where it asks nothing."""
    if not scenario.conditions:
        return None
    known = fields()
    with override(company.language()):
        rows = [_in_words(row, known) for row in scenario.conditions]
    last = ScenarioEdition.objects.filter(scenario=scenario).order_by("-pk").first()
    if last and last.conditions == rows:
        return last
    return ScenarioEdition.objects.create(scenario=scenario, conditions=rows)


def _in_words(row: Mapping[str, Any], known: Mapping[str, Field]) -> dict[str, Any]:
    field = known.get(row["field"])
    if field is None:
        return {**row, "name": "", "names": list(row["values"])}
    return {**row, "name": str(field.name), "names": _names(field, row, known)}


def _names(field: Field, row: Mapping[str, Any], known: Mapping[str, Field]) -> list[str]:
    operator = field.operators.get(row["operator"])
    if operator and operator.takes == FIELD:
        return [str(known[key].name) if key in known else key for key in row["values"]]
    return _shown(field, row["values"], dict(field.choices()) if field.choices else {})


def _shown(field: Field, values: Iterable[str], names: Mapping[str, str]) -> list[str]:
    values = list(values)
    if names:
        return [names.get(value, value) for value in values]
    if field.kind == DATE:
        return [formats.date_format(date.fromisoformat(one), "d.m.Y") if one[4:5] == "-" else one for one in values]
    return typing.shown(field, values)


def kept(key: str, found: Any, comment: Comment | None) -> Any:
    """What was found in the field of this key, small enough to be kept with each look. The text of a hidden note is
    for those alone who see the note (§8.2): it is asked for, and not kept."""
    if key == "comment" and comment and comment.is_hidden:
        return None
    field = field_of(key)
    found = plain(field.kind, found) if field else None
    if isinstance(found, set | frozenset | list):
        return sorted(str(one)[:LONGEST] for one in found)[:MOST]
    if isinstance(found, date):
        return found.isoformat()
    return round(found, 2) if isinstance(found, float) else found[:LONGEST] if isinstance(found, str) else found


def asked(runs: Iterable[ScenarioRun]) -> list[list[Told]]:
    """Of each run its conditions; what has a name today is called by that."""
    runs = list(runs)
    page = _Page(runs)
    return [[_told(run, number, held, page) for number, held in run.results.items()] for run in runs]


class _Page:
    """Names of today, asked for once: for the reader, and in the language of what was kept."""

    def __init__(self, runs: Sequence[ScenarioRun]) -> None:
        self.known = fields()
        self._names: dict[str, tuple[dict[str, str], dict[str, str]]] = {}
        asked = (
            (row["field"], run.found.get(str(number)))
            for run in runs
            if run.edition
            for number, row in enumerate(run.edition.conditions, start=1)
        )
        numbers = (found for key, found in asked if key in self.known and self.known[key].kind == CONTACT)
        self.contacts = typing.contacts(str(one) for found in numbers if isinstance(found, list) for one in found)

    def found(self, field: Field, key: str, texts: Sequence[str]) -> list[str]:
        if field.kind == CONTACT:
            return [self.contacts.get(one, one) for one in texts]
        return _shown(field, texts, self.names(key)[0])

    def names(self, key: str) -> tuple[dict[str, str], dict[str, str]]:
        choices = self.known[key].choices
        if choices is None:
            return {}, {}
        if key not in self._names:
            with override(company.language()):
                kept = dict(choices())
            self._names[key] = dict(choices()), kept
        return self._names[key]

    def values(self, row: Mapping[str, Any]) -> list[str]:
        """As they were called then; what is still called so, in the reader's language."""
        for_reader, kept = self.names(row["field"])
        pairs = zip(row["values"], row["names"], strict=True)
        return [for_reader.get(value, name) if kept.get(value) == name else name for value, name in pairs]


def _told(run: ScenarioRun, number: str, held: bool, page: _Page) -> Told:
    rows = run.edition.conditions if run.edition else []
    row = rows[int(number) - 1] if int(number) <= len(rows) else None
    if row is None:
        return Told(number, held, "", "")
    field = page.known.get(row["field"])
    operator = field.operators.get(row["operator"]) if field else None
    if field is None or operator is None:
        return Told(number, held, " ".join([row["name"], *row["names"]]), "")
    values = ", ".join(page.values(row))
    found = run.found.get(number)
    texts = [str(one) for one in found] if isinstance(found, list) else [] if found in (None, "") else [str(found)]
    told = ", ".join(page.found(field, row["field"], texts))
    return Told(number, held, f"{field.name} {operator.name} {values}".strip(), told)


def deed(done: Deed, kind: str) -> dict[str, str]:
    """What an operation is about to do, with its values in words."""
    words = Words(lambda text: variables.filled(text, done.scene)[:FILLED])
    parts = [part for part in OPERATIONS[kind].parts if done.values.get(part.key) and not part.is_secret]
    told = {part.key: words.of(part, done.values[part.key]) for part in parts}
    if kind == "request":
        # Letters of other alphabets instead of their codes.
        told["value"] = uri_to_iri(told["value"])
    return {"kind": kind, "value": " · ".join(told.values())}


def done(run: ScenarioRun) -> list[Done]:
    """The operations of a run, each with its end. Runs of earlier times do not know what they did."""
    if not run.deeds:
        return []
    found = []
    for (word, sentence), row in zip(run.said, run.deeds, strict=False):
        operation = OPERATIONS.get(row["kind"])
        found.append(Done(str(operation.name) if operation else row["kind"], row["value"], word, sentence))
    return found
