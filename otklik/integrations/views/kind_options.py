from __future__ import annotations

import json

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.integrations import changes, chat_users, kind_options
from otklik.integrations.forms import KindOptionsForm
from otklik.integrations.kind_options import NAMES, Values
from otklik.integrations.models import Connection
from otklik.integrations.registry import connectors
from otklik.integrations.views.access import ManagementRequest, for_account_management


@require_POST
@for_account_management
def kind_options_page(request: ManagementRequest, kind: str) -> HttpResponse:
    """The options of a kind; from the next message on they hold for all its accounts."""
    if kind not in connectors():
        raise Http404
    form = KindOptionsForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Not saved: this choice is not offered. Choose again."))
        return redirect(_back(request, kind))

    given = {name: form.cleaned_data[name] for name in NAMES}
    seen = _seen(request.POST.get("seen", ""), given)
    theirs = kind_options.save(kind, given, seen=seen, by=request.employee)
    if given["on_behalf_of_employee"]:
        # Who has no chat user is to be known before the first reply.
        for connection in Connection.objects.present().filter(kind=kind, is_on=True):
            chat_users.refresh(connection)
    messages.success(request, _("Saved."))
    if theirs:
        labels = {name: str(field.label) for name, field in form.fields.items()}
        told = changes.in_words(theirs, labels)
        messages.warning(request, _("Somebody else has changed meanwhile: %(changes)s.") % {"changes": told})
    return redirect(_back(request, kind))


def _seen(told: str, given: Values) -> Values | None:
    """The values from which the form's author started; None for anything that is not ours."""
    try:
        seen = json.loads(told)
    except ValueError:
        seen = None
    if isinstance(seen, dict) and all(type(seen.get(name)) is type(given[name]) for name in NAMES):
        return {name: seen[name] for name in NAMES}
    return None


def _back(request: ManagementRequest, kind: str) -> str:
    """The page that showed the options."""
    page = request.POST.get("next", "")
    is_ours = page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return page if is_ours else reverse("integration", args=[kind])
