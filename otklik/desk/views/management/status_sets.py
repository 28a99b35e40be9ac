from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from otklik.desk.actions import status_sets as actions
from otklik.desk.actions import statuses
from otklik.desk.errors import DeskError, Outdated
from otklik.desk.models import Status, StatusSet, TaskTemplate
from otklik.desk.models.status import STANDARD, SYSTEM_NAMES
from otklik.desk.views.access import EmployeeRequest, for_account_management
from otklik.desk.views.management import seen as before
from otklik.desk.views.management.forms import SetForm, StatusForm, add_error


@require_http_methods(["GET", "POST"])
@for_account_management
def status_sets(request: EmployeeRequest) -> HttpResponse:
    """All sets, and a new one like another."""
    form = SetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make(form.cleaned_data["name"], like=form.cleaned_data["like"], by=request.employee)
        except DeskError as error:
            add_error(form, error)
        else:
            return redirect("status_set", made.pk)
    sets = StatusSet.objects.prefetch_related("statuses").order_by("pk")
    context = {"sets": sets, "form": form}
    return render(request, "desk/management/status_sets.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@for_account_management
def status_set(request: EmployeeRequest, pk: int) -> HttpResponse:
    """One set; a post adds a status of the account's own."""
    chosen = get_object_or_404(StatusSet, pk=pk)
    form = StatusForm(request.POST or None, initial={"colour": "blue"})
    if request.method == "POST" and form.is_valid():
        try:
            statuses.add(chosen, by=request.employee, **form.values)
        except DeskError as error:
            add_error(form, error, is_active="type")
        else:
            return redirect("status_set", pk)
    return page(request, chosen, form=form)


@require_POST
@for_account_management
def name(request: EmployeeRequest, pk: int) -> HttpResponse:
    chosen = get_object_or_404(StatusSet, pk=pk)
    given = request.POST.get("name", "")
    try:
        actions.rename(chosen, given, by=request.employee)
    except DeskError as error:
        return page(request, get_object_or_404(StatusSet, pk=pk), given_name=given, name_error=error)
    return redirect("status_set", pk)


@require_POST
@for_account_management
def removal(request: EmployeeRequest, pk: int) -> HttpResponse:
    chosen = get_object_or_404(StatusSet, pk=pk)
    try:
        actions.remove(chosen, by=request.employee)
    except DeskError as error:
        return page(request, get_object_or_404(StatusSet, pk=pk), removal_error=error)
    messages.success(request, _("“%(name)s” is deleted.") % {"name": chosen})
    return redirect("status_sets")


@require_POST
@for_account_management
def transitions(request: EmployeeRequest, pk: int) -> HttpResponse:
    """The steps that the set allows, all at once."""
    chosen = get_object_or_404(StatusSet, pk=pk)
    now = actions.steps_of(chosen)
    seen = before.read(request.POST.get("seen", ""))
    given = {row: request.POST.getlist(f"from-{row}") for row in now}
    try:
        actions.allow(chosen, given, seen=seen, by=request.employee)
    except Outdated as outdated:
        return page(request, chosen, steps=before.merged(seen, given, now), steps_error=outdated)
    except DeskError as error:
        return page(request, chosen, steps=given, steps_error=error)
    messages.success(request, _("Saved."))
    return redirect("status_set", pk)


@require_POST
@for_account_management
def rules(request: EmployeeRequest, pk: int) -> HttpResponse:
    """How the tasks of the set are accepted."""
    chosen = get_object_or_404(StatusSet, pk=pk)
    given = {name: name in request.POST for name in actions.rules_of(chosen)}
    seen = before.read(request.POST.get("seen", ""))
    try:
        actions.rule(chosen, given, seen=seen, by=request.employee)
    except DeskError as error:
        now = actions.rules_of(get_object_or_404(StatusSet, pk=pk))
        return page(request, chosen, rules=before.merged(seen, given, now), rules_error=error)
    messages.success(request, _("Saved."))
    return redirect("status_set", pk)


@require_POST
@for_account_management
def system_status(request: EmployeeRequest, pk: int) -> HttpResponse:
    """Puts a system status back into the set."""
    chosen = get_object_or_404(StatusSet, pk=pk)
    try:
        statuses.put_back(chosen, request.POST.get("key", ""), by=request.employee)
    except DeskError as error:
        messages.error(request, str(error))
    return redirect("status_set", pk)


def page(request: EmployeeRequest, chosen: StatusSet, **more: Any) -> HttpResponse:
    """The page of a set. `more`: a form with errors, errors of its other parts, and what was typed there."""
    rows = list(Status.objects.filter(set=chosen).annotate(tasks_in=Count("tasks")).order_by("place"))
    steps = actions.steps_of(chosen)
    given = more.get("steps", steps)
    error = more.get("steps_error")
    changed = error.now if isinstance(error, Outdated) else {}
    context = {
        "form": StatusForm(initial={"colour": "blue"}),
        "given_name": chosen.name,
        **more,
        "set": chosen,
        "rows": rows,
        "missing": [(key, SYSTEM_NAMES[key]) for key in STANDARD if key not in {row.key for row in rows}],
        "templates": TaskTemplate.objects.filter(status_set=chosen).order_by("number"),
        "afters": [row for row in rows if row.key != "draft"],
        "matrix": [_matrix_row(row, rows, given.get(str(row.pk), []), changed) for row in rows],
        "seen": before.write(steps),
        "rules": more.get("rules", actions.rules_of(chosen)),
        "seen_rules": before.write(actions.rules_of(StatusSet.objects.get(pk=chosen.pk))),
    }
    is_wrong = (
        error
        or context["form"].errors
        or more.get("name_error")
        or more.get("removal_error")
        or more.get("rules_error")
    )
    return render(request, "desk/management/status_set.html", context, status=422 if is_wrong else 200)


def _matrix_row(row: Status, rows: Sequence[Status], allowed: list[str], changed: dict[str, Any]) -> dict[str, Any]:
    return {
        "status": row,
        "cells": [(other, str(other.pk) in allowed) for other in rows if other.key != "draft"],
        "is_changed": str(row.pk) in changed,
    }
