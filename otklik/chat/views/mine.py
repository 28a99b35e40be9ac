"""What the signed-in person may see: the sites that he administers or whose visitors he answers, and nothing of anybody
else's."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from otklik.chat import rights
from otklik.chat.actions import agents
from otklik.chat.models import Agent, Conversation, Site
from otklik.lib.text import clean
from otklik.people.models import User


def sites_of(request: HttpRequest) -> QuerySet[Site]:
    """The sites that he administers."""
    return Site.objects.filter(members__user=person(request))


def site_of(request: HttpRequest, key: str) -> Site:
    return get_object_or_404(sites_of(request), public_key=key)


def owned_site_of(request: HttpRequest, key: str) -> Site:
    """For what only the owner may do."""
    owned = Site.objects.filter(members__user=person(request), members__is_owner=True)
    return get_object_or_404(owned, public_key=key)


def is_owner(request: HttpRequest, site: Site) -> bool:
    return site.members.filter(user=person(request), is_owner=True).exists()


def chat_of(request: HttpRequest, id: str) -> Conversation:
    """A conversation that he may answer."""
    if clean(id) != id:
        # PostgreSQL cannot even compare with NUL.
        raise Http404
    chats = rights.chats_of(person(request)).select_related("site", "visitor", "assigned_to", "group")
    return get_object_or_404(chats, public_id=id)


def agent_of(request: HttpRequest, site: Site) -> Agent | None:
    return Agent.objects.filter(site=site, user=person(request)).order_by("id").first()


def speaker_of(request: HttpRequest, site: Site) -> Agent:
    """In whose name he does something on this site."""
    return agents.of_user(site, person(request))


def person(request: HttpRequest) -> User:
    # Nobody gets here without signing in: the middleware sees to it.
    assert isinstance(request.user, User)
    return request.user
