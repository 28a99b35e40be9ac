"""Where the consent page of a remote leads back to (S05)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from otklik.integrations import consents
from otklik.integrations.connector import Connector, ConnectsByConsent
from otklik.integrations.consents import ConsentRefused, Draft
from otklik.integrations.errors import ConnectorError
from otklik.integrations.views.access import ManagementRequest, connector_or_404, for_account_management
from otklik.lib.notes import told


@require_safe
@never_cache
@for_account_management
def integration_consent(request: ManagementRequest, kind: str) -> HttpResponse:
    connector = connector_or_404(kind)
    if not isinstance(connector, ConnectsByConsent):
        raise Http404
    state = request.GET.get("state", "")
    with consents.turn() as is_mine:
        if not is_mine:
            sentence = _("Somebody else is connecting an account at this moment. Reload this page.")
            return render(request, "integrations/consent_refused.html", _shown(connector, sentence), status=503)
        try:
            draft = consents.take(request.session, kind, state)
        except ConsentRefused as error:
            return render(request, "integrations/consent_refused.html", _shown(connector, str(error)), status=400)
        return _taken(request, connector, draft, state)


def _taken(request: ManagementRequest, connector: Connector, draft: Draft, state: str) -> HttpResponse:
    if request.GET.get("error"):
        messages.info(request, _why(request.GET["error"], is_renewal=draft.connection != 0))
        return _lead_back(request, connector, draft, state)
    try:
        connection = consents.finish(connector, draft, request.GET.get("code", ""), by=request.employee)
    except ConsentRefused as error:
        messages.error(request, str(error))
    except ConnectorError as error:
        messages.error(request, told(str(error)))
    else:
        said = _("%(name)s is connected again.") if draft.connection else _("%(name)s is connected.")
        messages.success(request, said % {"name": connection.name})
    return _lead_back(request, connector, draft, state)


def _why(error: str, *, is_renewal: bool) -> str:
    if is_renewal and error == "access_denied":
        return _("You cancelled in the chat: the account stays as it was.")
    if is_renewal:
        return _("The chat refused the question. The account stays as it was.")
    if error == "access_denied":
        return _("You cancelled in the chat: nothing is connected.")
    if error == "invalid_scope":
        return _("The chat refused: it was asked for a right that it does not give. Nothing is connected.")
    return _("The chat refused the question. Nothing is connected.")


def _lead_back(request: ManagementRequest, connector: Connector, draft: Draft, state: str) -> HttpResponse:
    """The notices are for the page of the settings; a window of its own only closes."""
    address = reverse("integration", args=[draft.kind])
    if not draft.in_window:
        return redirect(address)
    context = {"connector": connector, "address": address, "state": state, "messages": []}
    return render(request, "integrations/consent_done.html", context)


def _shown(connector: Connector, sentence: str) -> dict[str, object]:
    return {"connector": connector, "sentence": sentence}
