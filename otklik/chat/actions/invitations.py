from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from otklik.chat.actions import site_log
from otklik.chat.models import Agent, AgentGroup, Invitation, Site, SiteMember
from otklik.lib.tokens import digest, random_token
from otklik.people.models import User

GOOD_FOR = timedelta(days=7)


class NewInvitation(NamedTuple):
    invitation: Invitation
    # Part of the link, which nobody can tell again.
    token: str


@transaction.atomic
def make(
    site: Site,
    name: str,
    *,
    by: User,
    agent: Agent | None = None,
    group: AgentGroup | None = None,
    is_administrator: bool = False,
) -> NewInvitation:
    token = random_token(32)
    invitation = Invitation.objects.create(
        site=site,
        name=name,
        digest=digest(token),
        agent=agent,
        group=group,
        is_administrator=is_administrator,
        created_by=by,
        expires_at=timezone.now() + GOOD_FOR,
    )
    site_log.record(site, "person_invited", by=by, about=name)
    return NewInvitation(invitation, token)


def find(token: str) -> Invitation | None:
    """One that is still good."""
    found = Invitation.objects.filter(digest=digest(token), used_at=None, expires_at__gt=timezone.now())
    return found.select_related("site", "agent", "group", "created_by").first()


@transaction.atomic
def accept(token: str, user: User) -> Agent | None:
    """The person answers visitors of the site from now on. None: the invitation is not good any more."""
    locked = Invitation.objects.select_for_update().filter(digest=digest(token)).first()
    invitation = find(token)
    if locked is None or invitation is None:
        return None
    invitation.used_at = timezone.now()
    invitation.save(update_fields=["used_at"])
    site = invitation.site
    if invitation.is_administrator:
        SiteMember.objects.get_or_create(site=site, user=user)
    site_log.record(site, "person_joined", by=user, about=f"{user}")
    return _place(invitation, user)


def _place(invitation: Invitation, user: User) -> Agent:
    own = Agent.objects.filter(site=invitation.site, user=user).first()
    if own is not None:
        return own
    # The one that was invited, or who answered by the API with his address so far.
    agent = invitation.agent or Agent.objects.filter(site=invitation.site, email__iexact=user.email).first()
    if agent is None or agent.user_id is not None:
        return Agent.objects.create(
            site=invitation.site, user=user, group=invitation.group, name=user.name or user.email, email=user.email
        )
    agent.user, agent.group = user, invitation.group or agent.group
    agent.save(update_fields=["user", "group"])
    return agent


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User) -> None:
    site_log.record(invitation.site, "invitation_withdrawn", by=by, about=invitation.name)
    invitation.delete()
