"""Who works with the chats of a site: whoever administers it, and its agents who sign in."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from otklik.chat.models import Agent, Conversation, Site, SiteMember


def worked_by(user: Any) -> QuerySet[Site]:
    """The sites whose chats this signed-in person sees and answers."""
    administered = SiteMember.objects.filter(user_id=user.pk).values("site")
    answered = Agent.objects.filter(user_id=user.pk).values("site")
    return Site.objects.filter(Q(pk__in=administered) | Q(pk__in=answered))


def chats_of(user: Any) -> QuerySet[Conversation]:
    """The conversations that this person sees."""
    return Conversation.objects.filter(site__in=worked_by(user))
