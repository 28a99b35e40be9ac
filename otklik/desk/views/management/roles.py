from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from otklik.desk.actions import roles as actions
from otklik.desk.errors import DeskError, Outdated
from otklik.desk.models import Role
from otklik.desk.views.access import EmployeeRequest, for_account_management
from otklik.desk.views.management import seen as before

NAMES = {
    "may_view": gettext_lazy("View and comment"),
    "may_change_status": gettext_lazy("Change the status"),
    "may_edit": gettext_lazy("Edit and delete"),
    "is_notified": gettext_lazy("Is notified"),
}


@require_http_methods(["GET", "POST"])
@for_account_management
def roles(request: EmployeeRequest) -> HttpResponse:
    """The matrix role × right (§7)."""
    if request.method == "GET":
        return _page(request, actions.rights_now())

    seen = before.read(request.POST.get("seen", ""))
    given = {key: request.POST.getlist(key) for key in actions.rights_now()}
    try:
        actions.change(given, seen=seen, by=request.employee)
    except Outdated as outdated:
        return _page(request, before.merged(seen, given, actions.rights_now()), outdated)
    except DeskError as error:
        return _page(request, given, error)
    messages.success(request, _("Saved."))
    return redirect("roles")


def _page(request: EmployeeRequest, given: dict[str, list[str]], error: DeskError | None = None) -> HttpResponse:
    context = {
        "rights": [str(name) for name in NAMES.values()],
        "rows": [_row(role, given.get(role.key, []), error) for role in Role.objects.order_by("pk")],
        "seen": before.write(actions.rights_now()),
        "error": error,
    }
    return render(request, "desk/management/roles.html", context, status=422 if error else 200)


def _row(role: Role, given: list[str], error: DeskError | None) -> dict[str, Any]:
    return {
        "role": role,
        "cells": [(right, name, right in given, _is_fixed(role, right)) for right, name in NAMES.items()],
        "error": error if getattr(error, "field", "") == role.key else None,
        "is_changed": isinstance(error, Outdated) and role.key in error.now,
    }


def _is_fixed(role: Role, right: str) -> bool:
    return role.key in actions.FIXED or (role.key, right) in actions.NEVER
