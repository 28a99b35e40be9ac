"""The row of recipients in the composer (§8.1)."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from otklik.desk import queries
from otklik.desk.actions import mentions, notification_settings
from otklik.desk.actions.recipients import HIDDEN, Circle, preselected
from otklik.desk.errors import DeskError
from otklik.desk.models import Comment, Employee, Task
from otklik.desk.views.access import EmployeeRequest
from otklik.desk.views.task_filters import Choice

# People and groups that one comment names.
MOST = 200


class NobodyNotified(DeskError):
    """A note that nobody would hear of."""


@dataclass(frozen=True)
class Recipients:
    """`reply`, `note`: whom each mode begins with, as codes."""

    options: list[Choice]
    reply: str
    note: str

    @property
    def state(self) -> str:
        """Changes when the choice changes; a page that shows this one needs no new."""
        offered = [(one.value, one.name) for one in self.options]
        return f"{zlib.crc32(repr([offered, self.reply, self.note]).encode()):x}"


def recipients(task: Task, employee: Employee, mode: str, *, joins: bool) -> Recipients:
    """`joins`: as queries.joins_a_colleague says."""
    circle = Circle(task)
    first = {kind: _codes(preselected(task, employee, kind, circle, joins=joins)) for kind in ("reply", "note")}
    chosen = first[mode].split()
    options = [Choice(code, name, code in chosen) for code, name in circle.offered(to=employee)]
    return Recipients(options, first["reply"], first["note"])


def of_request(task: Task, request: EmployeeRequest) -> Recipients | None:
    """The row anew, if what the page shows of it is out of date."""
    if "circle" not in request.GET:
        return None
    mode = "reply" if request.GET.get("kind") == "reply" else "note"
    anew = recipients(task, request.employee, mode, joins=queries.joins_a_colleague(task, request.employee))
    return None if anew.state == request.GET.get("circle") else anew


def codes_of(request: EmployeeRequest) -> list[str] | None:
    """What was chosen; None: this form does not ask."""
    return request.POST.getlist("who")[:MOST] if "circle" in request.POST else None


def chosen(request: EmployeeRequest, task: Task, kind: str, text: str) -> set[int] | None:
    """Ids of the employees who are to be notified; None: whoever would be chosen for him. Raises Refused, and
    NobodyNotified for a note of which its author has not said that it is for nobody."""
    codes = codes_of(request)
    if codes is None:
        return None
    circle = Circle(task)
    ids = circle.chosen(codes) - {request.employee.pk}
    is_lonely = kind == Comment.Kind.NOTE and not ids and not mentions.named_in(text)
    if (
        is_lonely
        and HIDDEN not in codes
        and circle.employees.keys() - {request.employee.pk}
        and _is_to_be_asked(request, text)
    ):
        raise NobodyNotified
    return ids


def _is_to_be_asked(request: EmployeeRequest, text: str) -> bool:
    if request.POST.get("alone") or not (text.strip() or request.POST.getlist("file")):
        return False
    return notification_settings.of(request.employee).warns_alone


def _codes(ids: set[int]) -> str:
    return " ".join(f"employee-{pk}" for pk in sorted(ids))
