from .absence import Absence
from .card_note import CardNote
from .comment import Comment
from .company import Company
from .contact import Contact, ContactTemplate, ServiceEntry
from .contact_access import ContactAccess
from .contact_field import ContactField, ContactValue
from .contact_import import ContactImport, ImportLine
from .counter import Counter
from .delay import Delay
from .delayed import DelayedComment
from .draft import Draft
from .employee import Employee, Group
from .event import Event, Notice
from .file import File
from .identity import Identity, Source
from .invitation import EmployeeInvitation
from .like import Like
from .mass_action import MassAction, MassActionItem
from .merging import Distinct, Merge
from .notification import Notification, NotificationProgress, NotificationSettings, TaskHearing
from .own_status import OwnStatus
from .pin import Pin
from .planning import ChecklistItem, Due, Favourite, Reminder, Subtask
from .project import Project
from .push import PushKeys, PushSubscription
from .quick_reply import QuickReply, ReplyAudience
from .saved_view import SavedView
from .scenario import Scenario, ScenarioDate, ScenarioEdition, ScenarioProgress, ScenarioRun
from .scenario_sending import ScenarioSending
from .scenario_trial import DryRun, DryRunFiring
from .searching import SearchEntry, SearchProgress, SearchWord
from .status import ForbiddenTransition, Status, StatusSet
from .target import ReplyTarget
from .task import Role, Task, TaskMember
from .task_field import TaskField, TaskValue
from .task_merging import TaskMerge
from .template import TaskTemplate, TemplateMember, TemplateTurn
from .template_along import TemplatePart, TemplateValue, Unfolding

__all__ = [
    "Absence",
    "CardNote",
    "ChecklistItem",
    "Comment",
    "Company",
    "Contact",
    "ContactAccess",
    "ContactField",
    "ContactImport",
    "ContactTemplate",
    "ContactValue",
    "Counter",
    "Delay",
    "DelayedComment",
    "Distinct",
    "Draft",
    "DryRun",
    "DryRunFiring",
    "Due",
    "Employee",
    "EmployeeInvitation",
    "Event",
    "Favourite",
    "File",
    "ForbiddenTransition",
    "Group",
    "Identity",
    "ImportLine",
    "Like",
    "MassAction",
    "MassActionItem",
    "Merge",
    "Notice",
    "Notification",
    "NotificationProgress",
    "NotificationSettings",
    "OwnStatus",
    "Pin",
    "Project",
    "PushKeys",
    "PushSubscription",
    "QuickReply",
    "Reminder",
    "ReplyAudience",
    "ReplyTarget",
    "Role",
    "SavedView",
    "Scenario",
    "ScenarioDate",
    "ScenarioEdition",
    "ScenarioProgress",
    "ScenarioRun",
    "ScenarioSending",
    "SearchEntry",
    "SearchProgress",
    "SearchWord",
    "ServiceEntry",
    "Source",
    "Status",
    "StatusSet",
    "Subtask",
    "Task",
    "TaskField",
    "TaskHearing",
    "TaskMember",
    "TaskMerge",
    "TaskTemplate",
    "TaskValue",
    "TemplateMember",
    "TemplatePart",
    "TemplateTurn",
    "TemplateValue",
    "Unfolding",
]
