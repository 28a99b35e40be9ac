from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.integrations import changes
from otklik.integrations.forms import KindOptionsForm
from otklik.integrations.models import KindOptions
from otklik.integrations.registry import connectors
from otklik.integrations.views.access import AdministratorRequest, for_administrators


@require_POST
@for_administrators
@transaction.atomic
def kind_options(request: AdministratorRequest, kind: str) -> HttpResponse:
    """The options of a kind; from the next message on they hold for all its accounts."""
    if kind not in connectors():
        raise Http404
    KindOptions.objects.get_or_create(kind=kind)
    options = KindOptions.objects.select_for_update().get(kind=kind)
    names = KindOptionsForm.Meta.fields
    before = {name: getattr(options, name) for name in names}
    form = KindOptionsForm(request.POST, instance=options)
    if form.is_valid():
        form.save()
        after = {name: getattr(options, name) for name in names}
        changes.note(changes.between(before, after), kind=kind, by=request.employee)
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("Not saved: this choice is not offered. Choose again."))
    return redirect(_back(request))


def _back(request: AdministratorRequest) -> str:
    """The page that showed the options; several do."""
    page = request.POST.get("next", "")
    is_ours = page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return page if is_ours else "integrations"
