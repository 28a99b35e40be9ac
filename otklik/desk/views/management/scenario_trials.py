"""What a scenario would have done in the past, with its days, its tasks and its messages (field note 21)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from otklik.desk import jobs, variables
from otklik.desk.errors import Refused
from otklik.desk.models import DryRun, DryRunFiring, Employee, Event, Scenario, Task
from otklik.desk.scenarios import dry_run as trials
from otklik.desk.scenarios import engine
from otklik.desk.scenarios.checking import Values, checked
from otklik.desk.scenarios.conditions import fields
from otklik.desk.scenarios.operations import OPERATIONS
from otklik.desk.scenarios.operations.words import Words
from otklik.desk.scenarios.robot import silent_robot
from otklik.desk.views.access import EmployeeRequest, for_administrators, whole

PAGE = 50
OFFERED = 20
# Operations that say something to somebody, with the parts of their forms that do.
SAID = {"reply": ("value",), "note": ("value",), "mail": ("value", "subject", "body"), "request": ("value", "body")}
WIDTH, HEIGHT, GROUND = 960, 170, 180


@dataclass(frozen=True)
class Bar:
    day: date
    count: int
    x: float
    y: float
    width: float
    height: float


@require_http_methods(["GET", "POST"])
@for_administrators
def dry_run(request: EmployeeRequest, pk: int) -> HttpResponse:
    scenario = get_object_or_404(Scenario, pk=pk)
    if request.method == "POST":
        with transaction.atomic():
            run = trials.begin(scenario, by=request.employee)
            jobs.defer_dry_run(run.pk)
        return redirect("scenario_dry_run", scenario.pk)
    found = DryRun.objects.filter(scenario=scenario).first()
    context: dict[str, Any] = {"scenario": scenario, "run": found}
    if found:
        is_running = found.state == DryRun.State.RUNNING
        context |= {"is_running": True} if is_running else _result(request, scenario, found)
    return render(request, "desk/management/scenario_dry_run.html", context)


def _result(request: EmployeeRequest, scenario: Scenario, run: DryRun) -> dict[str, Any]:
    firings = DryRunFiring.objects.filter(run=run)
    page = Paginator(
        firings.select_related("task__status", "task__contact", "task__source").order_by("-at", "-pk"), PAGE
    )
    shown = page.get_page(request.GET.get("page"))
    rows = list(shown)
    now = {part: getattr(scenario, part) for part in trials.PARTS}
    words = Words(str)
    return {
        "count": page.count,
        "sure": firings.filter(is_sure=True).count(),
        "tasks": firings.values("task").distinct().count(),
        "page": shown,
        "rows": _with_messages(rows, run.values["operations"]),
        "deeds": [_deed(row, words) for row in run.values["operations"]],
        "bars": _bars(trials.per_day(run)),
        "unknown": _unknown(run),
        "is_outdated": now != run.values,
        "asks_people": any(row["field"] in ("assignee", "participant") for row in run.values["conditions"]),
    }


def offered(request: EmployeeRequest) -> list[Task]:
    """On which a scenario may be tried: the latest that one sees."""
    return list(Task.objects.visible_to(request.employee).kept().order_by("-last_event")[:OFFERED])


def on_task(request: EmployeeRequest, values: Values) -> dict[str, Any]:
    """What the scenario, as it stands in the form, says of one task (§11.5, rule 10)."""
    asked = request.POST.get("trial_task", "").strip().lstrip("№#").strip()
    task = Task.objects.visible_to(request.employee).kept().select_related("status__set").filter(number=whole(asked))
    trial: dict[str, Any] = {"asked": asked, "task": task.first()}
    try:
        # What it is called and what it does is not asked.
        fit = checked(values | {"name": values["name"] or "—", "operations": [{"kind": "complete", "value": ""}]})
    except Refused as error:
        return trial | {"fault": error}
    trial["found"] = found = engine.tried(Scenario(**fit), trial["task"]) if trial["task"] else None
    return trial | ({"held": found[0], "verdict": found[1]} if found else {})


def _with_messages(firings: list[DryRunFiring], operations: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Each with what it would write, and send, filled in with what is known of the task today."""
    texts = [row for row in operations if row["kind"] in SAID]
    events = Event.objects.filter(pk__in=[one.event for one in firings]) if texts else Event.objects.none()
    actors = {event.pk: event.actor for event in events.select_related("actor__user")}
    return [
        {"firing": one, "messages": [_message(row, one, actors.get(one.event)) for row in texts]} for one in firings
    ]


def _message(row: dict[str, str], firing: DryRunFiring, actor: Employee | None) -> dict[str, str]:
    scene = variables.Scene(firing.task, actor or silent_robot())
    parts = [variables.filled(row.get(part, ""), scene) for part in SAID[row["kind"]]]
    return {"kind": row["kind"], "text": "\n".join(part for part in parts if part)}


def _deed(row: dict[str, str], words: Words) -> str:
    """With what is chosen in it; its texts stand with each time."""
    operation = OPERATIONS.get(row["kind"])
    if operation is None:
        return ""
    chosen = [part for part in operation.parts if part.choices and row.get(part.key)]
    value = ", ".join(words.of(part, row[part.key]) for part in chosen)
    return f"{operation.name}: {value}" if value else str(operation.name)


def _unknown(run: DryRun) -> list[dict[str, Any]]:
    """The conditions of which something is not kept, with how often."""
    asked = fields()
    return [
        {"number": number, "name": asked[row["field"]].name, "count": run.unknown[str(number)]}
        for number, row in enumerate(run.values["conditions"], start=1)
        if run.unknown.get(str(number)) and row["field"] in asked
    ]


def _bars(days: Iterable[tuple[date, int]]) -> list[Bar]:
    days = list(days)
    most = max([count for _day, count in days], default=0) or 1
    step = WIDTH / len(days)
    return [
        Bar(
            day, count, round(place * step + 1, 1), round(GROUND - HEIGHT * count / most, 1), round(step - 2, 1),
            round(HEIGHT * count / most, 1),
        )
        for place, (day, count) in enumerate(days)
    ]  # fmt: skip
