from .agent import Agent, AgentGroup
from .api_key import ApiKey
from .block import AddressBlock
from .consent import Consent
from .contact_form import Agreement, ConsentVersion, ContactForm
from .conversation import Conversation
from .event import ChatEvent, EventCounter
from .file import File
from .hook import Hook, HookDelivery
from .hours import SiteHours
from .invitation import Invitation
from .look import Look
from .mail import Mail, Mailbox, MailSettings, StoppedAddress, UnplacedMail
from .message import Message
from .note import Note
from .presence import Presence, Process
from .sighting import Sighting
from .site import Site, SiteMember
from .site_change import SiteChange
from .site_text import SiteText
from .step import Step
from .visitor import PageView, Visitor
from .watching import OpenTab, Watching

__all__ = [
    "AddressBlock",
    "Agent",
    "AgentGroup",
    "Agreement",
    "ApiKey",
    "ChatEvent",
    "Consent",
    "ConsentVersion",
    "ContactForm",
    "Conversation",
    "EventCounter",
    "File",
    "Hook",
    "HookDelivery",
    "Invitation",
    "Look",
    "Mail",
    "MailSettings",
    "Mailbox",
    "Message",
    "Note",
    "OpenTab",
    "PageView",
    "Presence",
    "Process",
    "Sighting",
    "Site",
    "SiteChange",
    "SiteHours",
    "SiteMember",
    "SiteText",
    "Step",
    "StoppedAddress",
    "UnplacedMail",
    "Visitor",
    "Watching",
]
