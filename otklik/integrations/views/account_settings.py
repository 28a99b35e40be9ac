"""Behind the gear of an account (S06–S12)."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.integrations import account_settings, changes, chat_users, decisions
from otklik.integrations.account_settings import ChangedMeanwhile, Values
from otklik.integrations.errors import ConnectorError
from otklik.integrations.forms import AccountSettings, parameters_of
from otklik.integrations.models import Connection, KindOptions
from otklik.integrations.views.access import ManagementRequest, for_account_management
from otklik.integrations.views.chat_users import users_of
from otklik.integrations.views.foresight import foresight_of
from otklik.lib.notes import told


@require_http_methods(["GET", "POST"])
@for_account_management
def connection_settings(request: ManagementRequest, kind: str, pk: int) -> HttpResponse:
    connection = get_object_or_404(Connection.objects.present(), kind=kind, pk=pk)
    if request.method == "POST":
        return _save(request, connection)
    return _page(request, connection, AccountSettings(initial=parameters_of(connection)))


def _save(request: ManagementRequest, connection: Connection) -> HttpResponse:
    form = AccountSettings(request.POST, by=request.employee, initial=parameters_of(connection))
    seen = _seen(request.POST)
    if not form.is_valid() or not _is_user_clear(connection, form):
        return _page(request, connection, form, seen=seen, status=422)
    try:
        account_settings.save(connection, form, by=request.employee, seen=seen)
    except ChangedMeanwhile as conflict:
        return _conflict(request, connection, conflict)
    _make_user(request, connection.pk, form)
    messages.success(request, _("Saved."))
    return redirect("connection_settings", connection.kind, connection.pk)


def _conflict(request: ManagementRequest, connection: Connection, conflict: ChangedMeanwhile) -> HttpResponse:
    """The form again: what was typed stays, what the other has changed elsewhere is taken over."""
    connection.refresh_from_db()
    typed = account_settings.merged(_typed(request.POST), conflict)
    form = AccountSettings(_as_post(typed), by=request.employee, initial=parameters_of(connection))
    theirs = changes.in_words(conflict.changes, _labels(form))
    latest = connection.changes.select_related("by__user").order_by("-pk").first()
    shown = {
        "theirs": theirs,
        "changed_by": latest.by if latest else None,
        "confirmed": request.POST.get("confirmed", ""),
    }
    return _page(request, connection, form, shown, status=409)


def _is_user_clear(connection: Connection, form: AccountSettings) -> bool:
    """Whether the chat user is known, or its e-mail confirmed by hand: an unknown one makes a new user (S09)."""
    email = form.cleaned_data["email"]
    if not email or email == parameters_of(connection)["email"]:
        return True
    failure = chat_users.refresh(connection)
    if chat_users.find(connection, email) or form.is_confirmed:
        return True
    if failure:
        warning = _("The chat did not answer, so nobody knows whether it has a user with this e-mail.")
        form.ask_to_confirm(f"{warning} {told(failure)}", _("Use this e-mail all the same"))
    elif chat_users.are_listed(connection):
        warning = _("The chat has no user with this e-mail.")
        form.ask_to_confirm(warning, _("Make a user with this e-mail and the name of the account"))
    else:
        warning = _(
            "Unknown: no message has named a user with this e-mail yet. If there is none, the first reply makes a new "
            "one in the chat."
        )
        form.ask_to_confirm(warning, _("I know that the chat has this user"))
    return False


def _make_user(request: ManagementRequest, pk: int, form: AccountSettings) -> None:
    """The user in whose name the account answers is there before the first reply, where the remote lets us make it."""
    connection = Connection.objects.get(pk=pk)
    email = form.cleaned_data["email"]
    try:
        if email and not chat_users.find(connection, email):
            chat_users.make(
                connection, email=email, name="" if not chat_users.are_listed(connection) else connection.name
            )
        elif not email:
            chat_users.make_common(connection)
    except ConnectorError as error:
        failure = _("The chat user could not be made now; the first reply makes it.")
        messages.warning(request, f"{failure} {told(str(error))}")


def _page(
    request: ManagementRequest,
    connection: Connection,
    form: AccountSettings,
    more: dict[str, Any] | None = None,
    *,
    seen: Values | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "connection": connection,
        "form": form,
        "seen": json.dumps(seen or account_settings.values_of(connection)),
        "options": KindOptions.objects.filter(kind=connection.kind).first() or KindOptions(kind=connection.kind),
        "rows": decisions.rows(),
        "changes": changes.of_connection(connection, _labels(form)),
    }
    context |= users_of(connection) | foresight_of(request, connection) | (more or {})
    return render(request, "integrations/connection_settings.html", context, status=status)


def _labels(form: AccountSettings) -> dict[str, str]:
    return {name: str(field.label) for name, field in form.fields.items()}


def _seen(given: QueryDict) -> Values | None:
    """The values from which the form's author started; None for anything that is not ours."""
    try:
        values = json.loads(given.get("seen", ""))
    except ValueError:
        return None
    names = {"name", "email", "task_template", "contact_template", "people"}
    if not isinstance(values, dict) or set(values) != names or not isinstance(values["people"], list):
        return None
    is_plain = all(isinstance(value, str) for value in [*values["people"], *(values[n] for n in names - {"people"})])
    return values if is_plain else None


def _typed(given: QueryDict) -> Values:
    plain = {name: given.get(name, "") for name in ("name", "email", "task_template", "contact_template")}
    return {**plain, "people": sorted(given.getlist("people"))}


def _as_post(values: Values) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data
