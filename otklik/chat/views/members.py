from __future__ import annotations

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.chat.actions import members
from otklik.chat.agent_forms import HandoverForm
from otklik.chat.models import SiteMember
from otklik.chat.views.agents import people_page
from otklik.chat.views.mine import owned_site_of, person


@require_POST
def removal(request: HttpRequest, key: str, id: int) -> HttpResponse:
    site = owned_site_of(request, key)
    members.dismiss(get_object_or_404(SiteMember, site=site, pk=id, is_owner=False), by=person(request))
    return redirect("site_agents", key)


@require_POST
def owner(request: HttpRequest, key: str) -> HttpResponse:
    site = owned_site_of(request, key)
    form = HandoverForm(request.POST, site=site, prefix="handover")
    if not form.is_valid():
        return people_page(request, site, handover=form)
    members.hand_over(site, form.person_given, by=person(request))
    notices.success(request, _("The site belongs to %(name)s now.") % {"name": form.person_given})
    return redirect("site_agents", key)
