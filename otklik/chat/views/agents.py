from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages as notices
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.chat import promise
from otklik.chat.actions import agents, invitations
from otklik.chat.actions.invitations import NewInvitation
from otklik.chat.agent_forms import AgentForm, HandoverForm, InvitationForm, NewAgentForm
from otklik.chat.models import Agent, Invitation, Site
from otklik.chat.views.mine import is_owner, person, site_of


@require_safe
def list_agents(request: HttpRequest, key: str) -> HttpResponse:
    return people_page(request, site_of(request, key))


@require_POST
def add(request: HttpRequest, key: str) -> HttpResponse:
    site = site_of(request, key)
    form = NewAgentForm(request.POST, site=site, prefix="new")
    if not form.is_valid():
        return people_page(request, site, new=form)
    given = form.cleaned_data
    agents.add(site, name=given["name"], email=given["email"], group=form.group_given, by=person(request))
    return redirect("site_agents", key)


@never_cache
@require_POST
def invite(request: HttpRequest, key: str) -> HttpResponse:
    site = site_of(request, key)
    form = InvitationForm(request.POST, site=site, prefix="invite")
    if not form.is_valid():
        return people_page(request, site, invitation=form)
    given = form.cleaned_data
    made = invitations.make(
        site,
        given["name"],
        by=person(request),
        group=form.group_given,
        is_administrator=given["is_administrator"],
    )
    return people_page(request, site, made=made)


@require_POST
def withdraw(request: HttpRequest, key: str, id: int) -> HttpResponse:
    site = site_of(request, key)
    invitations.withdraw(get_object_or_404(Invitation, site=site, pk=id, used_at=None), by=person(request))
    return redirect("site_agents", key)


@require_http_methods(["GET", "POST"])
def agent(request: HttpRequest, key: str, id: str) -> HttpResponse:
    site = site_of(request, key)
    found = _find(site, id)
    form = AgentForm(
        request.POST or None,
        request.FILES or None,
        site=site,
        initial={"name": found.name, "group": found.group_id},
    )
    if form.is_valid():
        given = form.cleaned_data
        agents.change(found, name=given["name"], group=form.group_given, by=person(request))
        if given["picture"] or given["no_picture"]:
            agents.change_picture(found, given["picture"])
        notices.success(request, _("Saved."))
        return redirect("site_agents", key)
    if not found.avatar_url:
        del form.fields["no_picture"]
    return render(
        request,
        "chat/site_agent.html",
        {"site": site, "agent": found, "form": form},
        status=422 if form.errors else 200,
    )


@never_cache
@require_POST
def invite_agent(request: HttpRequest, key: str, id: str) -> HttpResponse:
    """Who answers by the API only gets a link by which a person signs in as him."""
    site = site_of(request, key)
    found = get_object_or_404(Agent, site=site, public_id=id, user=None)
    return people_page(request, site, made=invitations.make(site, found.name, by=person(request), agent=found))


@require_POST
def presence(request: HttpRequest, key: str, id: str) -> HttpResponse:
    found = _find(site_of(request, key), id)
    if request.POST.get("presence") in Agent.Presence.values:
        agents.be(found, request.POST["presence"], by=person(request))
    return redirect("site_agents", key)


@require_POST
def agent_removal(request: HttpRequest, key: str, id: str) -> HttpResponse:
    found = _find(site_of(request, key), id)
    agents.remove(found, by=person(request))
    notices.success(request, _("%(name)s answers here no more. His messages stay.") % {"name": found.name})
    return redirect("site_agents", key)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Where an invitation leads. Whoever has no account makes one on the way."""
    invitation = invitations.find(token)
    if invitation is None:
        return render(request, "chat/join_ended.html", status=410)
    if request.method == "POST" and request.user.is_authenticated:
        joined = invitations.accept(token, person(request))
        if joined is not None:
            notices.success(request, _("You answer visitors of “%(name)s” now.") % {"name": joined.site.name})
        return redirect("home")
    return render(request, "chat/join.html", {"invitation": invitation})


def _find(site: Site, id: str) -> Agent:
    return get_object_or_404(Agent.objects.select_related("site"), site=site, public_id=id)


def people_page(
    request: HttpRequest,
    site: Site,
    *,
    new: NewAgentForm | None = None,
    invitation: InvitationForm | None = None,
    handover: HandoverForm | None = None,
    made: NewInvitation | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "site": site,
        "agents": site.agents.select_related("group", "user").order_by("name", "id"),
        "groups": site.groups.prefetch_related("agents").order_by("name", "id"),
        "members": site.members.select_related("user").order_by("-is_owner", "id"),
        "invitations": site.invitations.filter(used_at=None, expires_at__gt=timezone.now()).order_by("-id"),
        "is_owner": is_owner(request, site),
        "presences": [
            (Agent.Presence.ONLINE, _("online")),
            (Agent.Presence.OFFLINE, _("offline")),
            (Agent.Presence.INVISIBLE, _("invisible")),
            (Agent.Presence.CALENDAR, _("by the hours")),
        ],
        "by_hours": _("now offline by the hours") if promise.closed([site.pk]) else _("now online by the hours"),
        "new": new or NewAgentForm(site=site, prefix="new"),
        "handover": handover or HandoverForm(site=site, prefix="handover"),
        "invite": invitation or InvitationForm(site=site, prefix="invite"),
        "made": made,
        "link": settings.PUBLIC_URL + reverse("join", args=[made.token]) if made else "",
    }
    return render(request, "chat/site_agents.html", context, status=422 if new or invitation or handover else 200)
