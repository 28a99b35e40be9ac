"""What the signed-in person may see: the sites that he administers, and nothing of anybody else's."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from otklik.chat.models import Agent, Site
from otklik.people.models import User


def sites_of(request: HttpRequest) -> QuerySet[Site]:
    return Site.objects.filter(members__user=person(request))


def site_of(request: HttpRequest, key: str) -> Site:
    return get_object_or_404(sites_of(request), public_key=key)


def owned_site_of(request: HttpRequest, key: str) -> Site:
    """For what only the owner may do."""
    owned = Site.objects.filter(members__user=person(request), members__is_owner=True)
    return get_object_or_404(owned, public_key=key)


def is_owner(request: HttpRequest, site: Site) -> bool:
    return site.members.filter(user=person(request), is_owner=True).exists()


def agent_of(request: HttpRequest, site: Site) -> Agent | None:
    return Agent.objects.filter(site=site, user=person(request)).first()


def person(request: HttpRequest) -> User:
    # Nobody gets here without signing in: the middleware sees to it.
    assert isinstance(request.user, User)
    return request.user
