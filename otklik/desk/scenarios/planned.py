"""What scenarios are about to do, for everybody who sees the task."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from otklik.desk import variables
from otklik.desk.models import Scenario, Task
from otklik.desk.scenarios.operations import OPERATIONS, Part
from otklik.desk.scenarios.operations.words import Words
from otklik.desk.scenarios.robot import silent_robot

SHOWN = 100


class Planned:
    """In the reader's words; names are asked for once. Nobody who merely sees the task is told where a request goes,
    what a letter says, or a note that is to be hidden."""

    QUIET = ("request", "mail")
    TOLD = ("field", "value")

    def __init__(self, task: Task) -> None:
        scene = variables.Scene(task, silent_robot())
        self._words = Words(lambda text: variables.filled(text, scene) if "{{" in text else text)

    def of(self, scenario: Scenario) -> list[str]:
        return [self._said(row) for row in scenario.operations if row.get("kind") in OPERATIONS]

    def _said(self, row: Mapping[str, str]) -> str:
        operation = OPERATIONS[row["kind"]]
        if row["kind"] in self.QUIET or row.get("hidden"):
            return str(operation.name)
        told = [part for part in operation.parts if part.key in self.TOLD and row.get(part.key)]
        values = ", ".join(self._value(part, row[part.key]) for part in told)
        return f"{operation.name}: {values}" if values else str(operation.name)

    def _value(self, part: Part, given: str) -> str:
        text = self._words.of(part, given)
        return _("“%(text)s”") % {"text": Truncator(text).chars(SHOWN)} if part.limit > SHOWN else text
