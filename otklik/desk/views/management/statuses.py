from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from otklik.desk.actions import statuses as actions
from otklik.desk.errors import DeskError, Outdated
from otklik.desk.models import Status
from otklik.desk.views.access import EmployeeRequest, for_account_management, whole
from otklik.desk.views.management import seen as before
from otklik.desk.views.management.forms import StatusForm, add_error


def _status(pk: int, status: int) -> Status:
    return get_object_or_404(Status.objects.select_related("set"), set=pk, pk=status)


@require_http_methods(["GET", "POST"])
@for_account_management
def own_status(request: EmployeeRequest, pk: int, status: int) -> HttpResponse:
    """A status in its form: name, colour, type, whether it is individual."""
    chosen = _status(pk, status)
    form = StatusForm(request.POST or None, status=chosen, initial=_initial(actions.values_of(chosen)))
    if request.method == "GET" or not form.is_valid():
        return _form(request, chosen, form)

    seen = before.read(request.POST.get("seen", ""))
    try:
        actions.change(chosen, form.values, seen=seen, by=request.employee)
    except Outdated as outdated:
        now = actions.values_of(_status(pk, status))
        mine = before.merged(seen, form.values, now)
        return _form(request, chosen, StatusForm(status=chosen, initial=_initial(mine)), outdated)
    except DeskError as error:
        add_error(form, error, is_active="type")
        return _form(request, chosen, form)
    messages.success(request, _("Saved."))
    return redirect("status_set", pk)


def _initial(values: dict[str, Any]) -> dict[str, Any]:
    sharing = "individual" if values.get("is_individual") else "shared"
    return {**values, "type": "active" if values["is_active"] else "inactive", "sharing": sharing}


def _form(request: EmployeeRequest, status: Status, form: StatusForm, outdated: Outdated | None = None) -> HttpResponse:
    status.refresh_from_db()
    context = {
        "status": status,
        "form": form,
        "seen": before.write(actions.values_of(status)),
        "outdated": outdated,
    }
    return render(request, "desk/management/status.html", context, status=422 if outdated or form.errors else 200)


@require_POST
@for_account_management
def place(request: EmployeeRequest, pk: int, status: int) -> HttpResponse:
    actions.move(_status(pk, status), by=request.employee, up=request.POST.get("to") == "up")
    return redirect("status_set", pk)


@require_http_methods(["GET", "POST"])
@for_account_management
def removal(request: EmployeeRequest, pk: int, status: int) -> HttpResponse:
    """Says by how many tasks the status is used, and asks for another one for them."""
    chosen = _status(pk, status)
    others = list(chosen.set.statuses.exclude(pk=chosen.pk).exclude(key="draft"))
    error = None
    if request.method == "POST":
        replacement = next((one for one in others if one.pk == whole(request.POST.get("replacement"))), None)
        try:
            moved = actions.remove(chosen, by=request.employee, replacement=replacement)
        except DeskError as refused:
            error = refused
        else:
            told = ngettext("%(count)s task has got another one.", "%(count)s tasks have got another one.", moved)
            said = _("The status “%(name)s” is removed.") % {"name": chosen.name}
            messages.success(request, f"{said} {told % {'count': moved}}" if moved else said)
            return redirect("status_set", pk)
    context = {
        "status": chosen,
        "others": others,
        "count": chosen.tasks.count(),
        "error": error,
        "replacement": whole(request.POST.get("replacement")),
    }
    return render(request, "desk/management/status_removal.html", context, status=422 if error else 200)
