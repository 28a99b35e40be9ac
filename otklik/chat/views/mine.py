"""What the signed-in person may see: the sites that he administers, and nothing of anybody else's."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from otklik.chat.models import Agent, Site
from otklik.people.models import User


def sites_of(request: HttpRequest) -> QuerySet[Site]:
    return Site.objects.filter(members__user=_person(request))


def site_of(request: HttpRequest, key: str) -> Site:
    return get_object_or_404(sites_of(request), public_key=key)


def agent_of(request: HttpRequest, site: Site) -> Agent | None:
    return Agent.objects.filter(site=site, user=_person(request)).first()


def _person(request: HttpRequest) -> User:
    # Nobody gets here without signing in: the middleware sees to it.
    assert isinstance(request.user, User)
    return request.user
