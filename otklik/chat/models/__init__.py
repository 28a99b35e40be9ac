from .agent import Agent, AgentGroup
from .consent import Consent
from .conversation import Conversation
from .file import File
from .hook import Hook, HookDelivery
from .message import Message
from .presence import Presence, Process
from .site import Site, SiteMember
from .visitor import PageView, Visitor

__all__ = [
    "Agent",
    "AgentGroup",
    "Consent",
    "Conversation",
    "File",
    "Hook",
    "HookDelivery",
    "Message",
    "PageView",
    "Presence",
    "Process",
    "Site",
    "SiteMember",
    "Visitor",
]
