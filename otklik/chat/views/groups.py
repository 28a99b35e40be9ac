from __future__ import annotations

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from otklik.chat.actions import agent_groups
from otklik.chat.agent_forms import GroupForm
from otklik.chat.models import AgentGroup
from otklik.chat.views.mine import person, site_of


@require_http_methods(["GET", "POST"])
def new_group(request: HttpRequest, key: str) -> HttpResponse:
    site = site_of(request, key)
    form = GroupForm(request.POST or None, site=site)
    if form.is_valid():
        given = form.cleaned_data
        group = agent_groups.make(site, given["name"], by=person(request))
        agent_groups.change(group, name=given["name"], agents=given["agents"], by=person(request))
        return redirect("site_agents", key)
    return render(request, "chat/site_group.html", {"site": site, "form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def group(request: HttpRequest, key: str, id: int) -> HttpResponse:
    site = site_of(request, key)
    found = get_object_or_404(AgentGroup.objects.select_related("site"), site=site, pk=id)
    now = {"name": found.name, "agents": found.agents.values_list("pk", flat=True)}
    form = GroupForm(request.POST or None, site=site, initial=now)
    if form.is_valid():
        agent_groups.change(found, **form.cleaned_data, by=person(request))
        notices.success(request, _("Saved."))
        return redirect("site_agents", key)
    context = {"site": site, "group": found, "form": form}
    return render(request, "chat/site_group.html", context, status=422 if form.errors else 200)


@require_POST
def group_removal(request: HttpRequest, key: str, id: int) -> HttpResponse:
    site = site_of(request, key)
    agent_groups.remove(
        get_object_or_404(AgentGroup.objects.select_related("site"), site=site, pk=id), by=person(request)
    )
    return redirect("site_agents", key)
