from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .contact import Contact
from .employee import Employee, Group
from .project import Project
from .reporting import standing
from .status import Status

ROLE_NAMES = {
    "assigner": _("Assigner"),
    "assignee": _("Assignee"),
    "participant": _("Participant"),
    "auditor": _("Auditor"),
    "counterparty": _("Counterparty"),
    "assigner_manager": _("Manager of the assigner"),
    "assignee_manager": _("Manager of the assignee"),
    "participant_manager": _("Manager of the participant"),
}
# The role in a task of which each of them is the manager. He is no member by it: he follows from who reports to whom.
MANAGERS = {
    "assigner_manager": "assigner",
    "assignee_manager": "assignee",
    "participant_manager": "participant",
}


class Role(models.Model):
    """What somebody is in a task, and what he may do there (§7)."""

    key = models.CharField(max_length=20, unique=True)
    may_view = models.BooleanField()
    may_change_status = models.BooleanField()
    may_edit = models.BooleanField()
    is_notified = models.BooleanField()

    @property
    def name(self) -> str:
        return str(ROLE_NAMES.get(self.key, self.key))


def held_by(employee: Employee) -> Q:
    """Rows of members that are this employee's, by name or through a group."""
    return _held(employee.pk, standing(employee.pk).own)


def _held(employee: int, groups: list[int]) -> Q:
    # His groups are named one by one, because then the database knows how many tasks they have: with few it begins at
    # them, with many it walks through the tasks. Asked each time: who leaves a group sees its tasks no more.
    return Q(employee=employee) | Q(group__in=groups)


def entitling(employee: Employee, right: str) -> Q:
    """Rows of members that give this employee a right of `Role`: his own, and those of his people, where the manager of
    that role has it (§7)."""
    own, people, theirs = standing(employee.pk)
    if not people:
        return _held(employee.pk, own) & Q(**{f"role__{right}": True})
    roles = {key: (pk, has_it) for key, pk, has_it in Role.objects.values_list("key", "pk", right)}
    mine = [pk for pk, has_it in roles.values() if has_it]
    managed = [roles[role][0] for manager, role in MANAGERS.items() if roles[manager][1]]
    of_people = Q(employee__in=people) | Q(group__in=theirs)
    return (_held(employee.pk, own) & Q(role__in=mine)) | (of_people & Q(role__in=managed))


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, employee: Employee) -> TaskQuerySet:
        tasks = self.without_drafts_of_others(employee)
        if employee.is_administrator:
            return tasks
        mine = TaskMember.objects.filter(entitling(employee, "may_view"), task=OuterRef("pk"))
        return tasks.filter(Exists(mine))

    def without_drafts_of_others(self, employee: Employee) -> TaskQuerySet:
        """A draft is given to nobody yet: only its author sees it, administrators neither (§6)."""
        drafts = Status.objects.filter(key="draft").values("pk")
        is_author = TaskMember.objects.filter(task=OuterRef("pk"), role__key="assigner", employee=employee.pk)
        return self.filter(~Q(status__in=drafts) | Exists(is_author))

    def kept(self) -> TaskQuerySet:
        return self.filter(trashed_at__isnull=True)


class Task(models.Model):
    number = models.BigIntegerField(unique=True)
    name = models.CharField(_("name"), max_length=300)
    # Of the template or of the employee who made the task; a client's first message is a comment.
    description = models.TextField(_("description"), blank=True)
    # City, pages, source, device: shown as a quote, never edited (S15, §5). List of {title, lines: [{text, link}]}.
    additional_data = models.JSONField(default=list, blank=True)
    status = models.ForeignKey(Status, models.PROTECT, related_name="tasks", db_index=False)
    project = models.ForeignKey(Project, models.SET_NULL, null=True, blank=True, related_name="tasks", db_index=False)
    template = models.ForeignKey("desk.TaskTemplate", models.SET_NULL, null=True, related_name="+", db_index=False)
    # The client with whom this task is a conversation; its roles are members like all others.
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="tasks", db_index=False)
    source = models.ForeignKey("desk.Source", models.PROTECT, null=True, related_name="+", db_index=False)
    # "Previous history: <task>" (S11), and why this task was made.
    previous = models.ForeignKey("self", models.SET_NULL, null=True, related_name="next", db_index=False)
    reason = models.CharField(max_length=40, blank=True)
    # How its assignees came to it, as its template said when it was made (§12): one of `TaskTemplate.Joining`.
    joining = models.CharField(max_length=10, default="all", db_default="all")
    # The last lines of the previous task, as they were then: [{author, from_client, text, at}]. None: not wanted.
    earlier_lines = models.JSONField(null=True, blank=True)
    # Counter of the feed and place in lists; both are written under the row's lock. With each message this row is
    # written anew with an entry in each of its indexes, so there are few.
    comment_count = models.BigIntegerField(default=0)
    last_event = models.BigIntegerField(default=0)
    # Employees who hear of the client's next message.
    notified = ArrayField(models.BigIntegerField(), default=list)
    # Employees who have asked to hear of it whoever is chosen.
    followers = ArrayField(models.BigIntegerField(), null=True, blank=True)
    left_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    completed_at = models.DateTimeField(null=True)
    trashed_at = models.DateTimeField(null=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-last_event"], name="task_latest"),
            # Lists and boards of some statuses, the latest first, though most tasks have others.
            models.Index(fields=["status", "-last_event"], name="task_of_status"),
            models.Index(fields=["contact", "-number"], name="task_of_contact"),
            models.Index(Lower("name"), F("number"), name="task_by_name"),
            models.Index(fields=["previous"], name="task_next", condition=Q(previous__isnull=False)),
            # Reports of some weeks. Of each range of pages it knows the first and the last day: a row costs nothing.
            BrinIndex(fields=["created_at"], name="task_created", pages_per_range=32, autosummarize=True),
        ]

    @property
    def is_active(self) -> bool:
        return self.trashed_at is None and self.status.is_active

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class TaskMember(models.Model):
    """Somebody in a role: exactly one of employee, group, contact."""

    # Made in the transaction of the task; roles never go away.
    task = models.ForeignKey(Task, models.CASCADE, related_name="members", db_constraint=False, db_index=False)
    role = models.ForeignKey(Role, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    employee = models.ForeignKey(Employee, models.CASCADE, null=True, related_name="memberships")
    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="memberships")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="memberships")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(employee__isnull=False, group__isnull=True, contact__isnull=True)
                    | models.Q(employee__isnull=True, group__isnull=False, contact__isnull=True)
                    | models.Q(employee__isnull=True, group__isnull=True, contact__isnull=False)
                ),
                name="task_member_is_one",
            ),
            models.UniqueConstraint(
                fields=["task", "role", "employee", "group", "contact"],
                name="task_member_once",
                nulls_distinct=False,
            ),
        ]
