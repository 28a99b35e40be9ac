from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.desk.actions import scenarios as actions
from otklik.desk.errors import DeskError, Outdated, Refused
from otklik.desk.models import Scenario, ScenarioRun, ScenarioSending, Task
from otklik.desk.scenarios import circles, holding, shipped, telling
from otklik.desk.scenarios.checking import Values
from otklik.desk.scenarios.triggers import TRIGGERS
from otklik.desk.templatetags.scenario_words import quoted
from otklik.desk.variables import listed
from otklik.desk.views.access import EmployeeRequest, for_account_management, whole
from otklik.desk.views.management import scenario_form, scenario_trials, seen

SHOWN = 50


class ListRow(NamedTuple):
    scenario: Scenario
    event: str | Promise
    # How much waits because the brake holds it, and with whom it was found in a circle.
    held: int
    partners: list[str]


@require_GET
@for_account_management
def scenarios(request: EmployeeRequest) -> HttpResponse:
    found = list(Scenario.objects.all())
    held = holding.waiting(found)
    rows = [
        ListRow(
            one, TRIGGERS.get(one.event, ("", frozenset()))[0], held.get(one.pk, 0),
            circles.partners(one, found),
        )
        for one in found
    ]  # fmt: skip
    deleted = Scenario.everything.filter(deleted_at__isnull=False).order_by("-deleted_at")
    context = {"rows": rows, "has_ready": shipped.left(), "deleted": deleted[:SHOWN]}
    context["has_deleted_ready"] = shipped.deleted()
    return render(request, "desk/management/scenarios.html", context)


@require_POST
@for_account_management
def ready_made(request: EmployeeRequest) -> HttpResponse:
    """Adds those that the product brings along and that are not there, all switched off; deleted ones if asked."""
    found = shipped.deleted() if request.POST.get("do") == "deleted" else shipped.left()
    try:
        shipped.add(found, by=request.employee)
    except DeskError as error:
        messages.error(request, str(error))
    return redirect("scenarios")


@require_http_methods(["GET", "POST"])
@for_account_management
def new(request: EmployeeRequest) -> HttpResponse:
    values = scenario_form.read(request.POST) if request.method == "POST" else scenario_form.empty(request.employee)
    return _edited(request, None, values)


@require_http_methods(["GET", "POST"])
@for_account_management
def scenario(request: EmployeeRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Scenario, pk=pk)
    values = scenario_form.read(request.POST) if request.method == "POST" else actions.values_of(found)
    return _edited(request, found, values)


@require_POST
@for_account_management
def change(request: EmployeeRequest, pk: int) -> HttpResponse:
    """What the list of scenarios does: switching, order, copy, deletion."""
    found = get_object_or_404(Scenario, pk=pk)
    deed = request.POST.get("do", "")
    try:
        if deed in ("on", "off"):
            actions.switch(found, on=deed == "on", by=request.employee)
            told = _("The scenario “%(name)s” is on.") if deed == "on" else _("The scenario “%(name)s” is off.")
            messages.success(request, told % {"name": found.name})
            _warn_of_circle(request, found)
        elif deed in ("up", "down"):
            actions.move(found, up=deed == "up", by=request.employee)
        elif deed == "place":
            actions.place(found, whole(request.POST.get("at")), by=request.employee)
        elif deed in ("go_on", "give_up"):
            actions.let_go_on(found, with_held=deed == "go_on", by=request.employee)
        elif deed == "copy":
            copied = actions.copy(found, by=request.employee)
            return redirect("scenario", copied.pk)
    except DeskError as error:
        messages.error(request, str(error))
    return redirect("scenarios")


@require_http_methods(["GET", "POST"])
@for_account_management
def removal(request: EmployeeRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Scenario, pk=pk)
    if request.method == "POST":
        actions.delete(found, by=request.employee)
        messages.success(request, _("The scenario “%(name)s” is deleted.") % {"name": found.name})
        return redirect("scenarios")
    waiting = ScenarioRun.objects.filter(scenario=found, state=ScenarioRun.State.WAITING).count()
    return render(request, "desk/management/scenario_removal.html", {"scenario": found, "waiting": waiting})


@require_GET
@for_account_management
def log(request: EmployeeRequest, pk: int) -> HttpResponse:
    """What it looked at, each condition and what came of it, the latest first. `task`: of that number alone; `before`:
    the run at which the page begins."""
    found = get_object_or_404(Scenario.everything, pk=pk)
    runs = ScenarioRun.objects.filter(scenario=found).select_related("task", "edition").order_by("-at", "-pk")
    runs = runs.prefetch_related(Prefetch("sendings", ScenarioSending.objects.order_by("pk")))
    if not request.employee.is_administrator:
        runs = runs.filter(task__in=Task.objects.visible_to(request.employee))
    is_fired, number = bool(request.GET.get("fired")), request.GET.get("task", "").strip().lstrip("№#").strip()[:20]
    if is_fired:
        runs = runs.exclude(state__in=["not_met", "steady"])
    if number:
        runs = runs.filter(task__number=whole(number))
    if before := ScenarioRun.objects.filter(scenario=found, pk=whole(request.GET.get("before"))).first():
        runs = runs.filter(Q(at__lt=before.at) | Q(at=before.at, pk__lte=before.pk))
    shown = list(runs[: SHOWN + 1])
    older = shown[SHOWN].pk if len(shown) > SHOWN else None
    shown = shown[:SHOWN]
    rows = [(run, asked, telling.done(run)) for run, asked in zip(shown, telling.asked(shown), strict=True)]
    kept = {"fired": "1" if is_fired else "", "task": number}
    context = {
        "scenario": found, "event": TRIGGERS.get(found.event, ("", frozenset()))[0], "rows": rows,
        "is_fired": is_fired, "number": number, "before": before, "older": older,
        "kept": urlencode({key: value for key, value in kept.items() if value}),
    }  # fmt: skip
    return render(request, "desk/management/scenario_log.html", context)


def _warn_of_circle(request: EmployeeRequest, found: Scenario) -> None:
    found.refresh_from_db()
    if found.is_on and (others := circles.partners(found)):
        told = {"name": found.name, "others": quoted(others)}
        messages.warning(request, _("“%(name)s” and %(others)s answer each other.") % told)


def _edited(request: EmployeeRequest, found: Scenario | None, values: Values) -> HttpResponse:
    """The form: shown, changed by a button of its own, or saved."""
    error: DeskError | None = None
    deed = request.POST.get("do", "")
    trial: dict[str, Any] = {}
    if deed == "trial":
        trial = scenario_trials.on_task(request, values)
    elif deed and deed != "save":
        values = scenario_form.changed(values, deed)
    elif request.method == "POST":
        try:
            saved = _save(request, found, values)
        except (Refused, Outdated) as refused:
            error = refused
        else:
            messages.success(request, _("Saved."))
            return redirect("scenario", saved.pk)
    context: dict[str, Any] = scenario_form.shown(
        values, error or trial.get("fault"), is_later=request.POST.get("when") == "later", held=trial.get("held")
    ) | {
        "trial": trial,
        "trial_tasks": scenario_trials.offered(request),
        "scenario": found,
        "held": holding.waiting([found]).get(found.pk, 0) if found else 0,
        "partners": circles.partners(found) if found else [],
        "variables": listed(request.employee),
        "seen": request.POST.get("seen") or (seen.write(actions.values_of(found)) if found else ""),
    }
    if isinstance(error, Outdated) and found:
        context["seen"] = seen.write(actions.values_of(found))
    return render(request, "desk/management/scenario.html", context, status=422 if error else 200)


def _save(request: EmployeeRequest, found: Scenario | None, values: Values) -> Scenario:
    if found is None:
        return actions.make(values, by=request.employee)
    return actions.change(found, values, seen=seen.read(request.POST.get("seen", "")), by=request.employee)
