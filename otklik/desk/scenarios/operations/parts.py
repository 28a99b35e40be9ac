"""What an operation is made of: its own form, and the deed that it gets to do (§11.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.utils.functional import Promise

from otklik.desk import variables
from otklik.desk.models import Comment, Employee, Event, ScenarioRun, Task

Choices = Callable[[], list[tuple[str, str]]]


@dataclass(frozen=True)
class Deed:
    """`by`: in whose name it is done, with every right (§11.5, rule 6). `actor`: who made the change at which the
    scenario fired; None: a client, or the system. `values`: by the keys of the operation's parts."""

    task: Task
    values: Mapping[str, str]
    actor: Employee | None
    by: Employee
    run: ScenarioRun

    @property
    def value(self) -> str:
        return self.values.get("value", "")

    @cached_property
    def scene(self) -> variables.Scene:
        return variables.Scene(self.task, self.actor or self.by, comment=self._comment)

    @property
    def _comment(self) -> Comment | None:
        """At which the scenario started."""
        events = Event.objects.select_related("comment__employee__user", "comment__identity__contact")
        event = events.filter(pk=self.run.event).first()
        return event.comment if event else None

    def filled(self, key: str) -> str:
        """A text with what is known of the task in the place of its variables."""
        return variables.filled(self.values.get(key, ""), self.scene)


@dataclass(frozen=True)
class Part:
    """One thing that is to be said of an operation. `choices`: (value, name) to choose from; None: a text of at most
    `limit` characters, in which variables may stand."""

    key: str
    name: str | Promise
    choices: Choices | None = None
    limit: int = 0
    is_long: bool = False
    is_required: bool = True
    help: str | Promise = ""
    # Several of the choices, or of a text its lines, with line breaks between.
    is_several: bool = False
    # Neither shown again nor told in the log.
    is_secret: bool = False


class Fault(NamedTuple):
    """What does not fit: in which part, and a sentence about it."""

    part: str
    sentence: str


@dataclass(frozen=True)
class Operation:
    name: str | Promise
    do: Callable[[Deed], None]
    parts: tuple[Part, ...] = ()
    # What does not fit about these values; None: nothing.
    fault: Callable[[Mapping[str, str]], Fault | None] | None = None
