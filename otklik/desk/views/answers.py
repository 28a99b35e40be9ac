"""How a page of a task is answered after a click on one of its lines."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django_htmx.http import trigger_client_event

from otklik.desk.errors import DeskError
from otklik.desk.views.access import EmployeeRequest


def changed(request: EmployeeRequest, number: int) -> HttpResponse:
    """Its feed is to be looked at anew."""
    if not request.htmx:
        return redirect("task", number)
    return trigger_client_event(HttpResponse(status=204), "feed-changed", {})


def refused(request: EmployeeRequest, number: int, error: DeskError) -> HttpResponse:
    """The sentence stands where the click was; without scripts above the task."""
    if request.htmx:
        return render(request, "desk/_composer_error.html", {"error": error}, status=422)
    messages.error(request, str(error))
    return redirect("task", number)


def done(request: EmployeeRequest, number: int, deed: Callable[[], object]) -> HttpResponse:
    """Does it, and tells how it went."""
    try:
        deed()
    except DeskError as error:
        return refused(request, number, error)
    return changed(request, number)
