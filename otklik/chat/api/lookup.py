"""What a call means by its ids; whatever belongs to another site does not exist."""

from __future__ import annotations

from otklik.chat.actions import agents
from otklik.chat.api.shapes import NewMessage, Typing
from otklik.chat.errors import ChatError, NotFound
from otklik.chat.models import Agent, AgentGroup, Conversation, Message, Site, Visitor
from otklik.chat.wire import TEXT_LIMIT
from otklik.lib.text import clean, clean_name


def message(site: Site, public_id: str, *, client_id: str | None = None) -> Message:
    found = Message.objects.filter(conversation__site=site, public_id=_id(public_id), deleted_at=None).select_related(
        "conversation__visitor", "agent"
    )
    if client_id is not None:
        found = found.filter(conversation__visitor__public_id=_id(client_id))
    # The ids of visitors' messages come from their browsers: two conversations could share one.
    first = found.order_by("id").first()
    if first is None:
        raise NotFound("There is no message with this id.")
    return first


def pushed_message(site: Site, public_id: str) -> Message:
    found = message(site, public_id)
    if not found.is_pushed:
        raise NotFound("There is no automated message with this id.")
    return found


def visitor(site: Site, public_id: str) -> Visitor:
    found = Visitor.objects.filter(site=site, public_id=_id(public_id), conversation__isnull=False)
    first = found.select_related("site", "conversation__assigned_to__group", "conversation__group").first()
    if first is None:
        raise NotFound("There is no client with this id.")
    return first


def conversation(site: Site, client_id: str) -> Conversation:
    return visitor(site, client_id).conversation


def agent(site: Site, given: NewMessage) -> Agent:
    """Who speaks: a known agent by id, or one by e-mail, who is made when he is unknown."""
    if given.agentId:
        return agent_by_id(site, given.agentId)
    if given.agentEmail:
        return agents.find_or_make(site, email=given.agentEmail, name=given.agentName or "")
    raise ChatError("Say who speaks: agentId, or agentEmail with agentName.")


def typist(site: Site, given: Typing) -> str:
    """The name of somebody who begins to write, as the visitor will see it; nobody is made for it."""
    if given.agentId:
        return agent_by_id(site, given.agentId).name
    if given.agentEmail:
        known = Agent.objects.filter(site=site, email__iexact=_id(given.agentEmail)).first()
        return known.name if known else clean_name(given.agentName or "", 100)
    raise ChatError("Say who is writing: agentId, or agentEmail with agentName.")


def agent_by_id(site: Site, public_id: str) -> Agent:
    found = Agent.objects.filter(site=site, public_id=_id(public_id)).first()
    if found is None:
        raise NotFound("There is no agent with this id.")
    return found


def group(site: Site, public_id: str) -> AgentGroup:
    found = AgentGroup.of(site, _id(public_id))
    if found is None:
        raise NotFound("There is no group with this id.")
    return found


def text(value: str, *, may_be_empty: bool = False) -> str:
    value = clean(value).strip()
    if not value and not may_be_empty:
        raise ChatError("text is empty.")
    if len(value) > TEXT_LIMIT:
        raise ChatError(f"text is too long: at most {TEXT_LIMIT} characters.")
    return value


def _id(value: str) -> str:
    # PostgreSQL cannot even compare with NUL or half a character.
    return clean(value)[:200]
