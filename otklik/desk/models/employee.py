from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from otklik.people.models import Calendar


class EmployeeQuerySet(models.QuerySet["Employee"]):
    def active(self) -> EmployeeQuerySet:
        return self.filter(user__is_active=True).exclude(role=Employee.AccountRole.ROBOT)


class Employee(models.Model):
    """A person of the company as the desk knows him (contracts/planfix-behaviour.md §7, account roles)."""

    class AccountRole(models.TextChoices):
        OWNER = "owner", _("Account owner")
        ADMINISTRATOR = "administrator", _("Administrator")
        # Settings without data.
        TECHNICIAN = "technician", _("Technical administrator")
        USER = "user", _("User")
        # Author of automatic actions; has no sign-in.
        ROBOT = "robot", _("Robot")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="employee")
    role = models.CharField(max_length=20, choices=AccountRole, default=AccountRole.USER)
    position = models.CharField(_("position"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=50, blank=True, default="", db_default="")
    # Of a contact that turned out to be this person (§4.3); e-mails in lower case.
    further_emails = ArrayField(models.CharField(max_length=254), default=list, db_default=[], blank=True)
    further_phones = ArrayField(models.CharField(max_length=50), default=list, db_default=[], blank=True)
    # Seconds for which replies of his wait, so that he may take them back; 0: they go out at once.
    hold_seconds = models.PositiveSmallIntegerField(default=0, db_default=0)
    # With which of the lists the page of tasks opens.
    first_view = models.ForeignKey("desk.SavedView", models.SET_NULL, null=True, blank=True, related_name="+")
    # Keys of the columns that he sees in the list of contacts. None: the usual ones.
    contact_columns = models.JSONField(null=True, blank=True)
    # Parts of the feed of a contact's card that he sees (§4.4). None: the usual ones.
    card_parts = models.JSONField(null=True, blank=True)
    # By which his new contacts begin (§4.5); None: that of contacts.
    contact_template = models.ForeignKey(
        "desk.ContactTemplate", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    # Parts of the feed of a task that he sees besides the conversation (§8.2). None: all.
    feed_parts = models.JSONField(null=True, blank=True)
    # By which tasks made by hand begin; None: the standard one.
    task_template = models.ForeignKey("desk.TaskTemplate", models.SET_NULL, null=True, blank=True, related_name="+")
    # He, and his own manager above him, have rights in the tasks of this employee.
    manager = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    # When he works, if not as the company does.
    calendar = models.OneToOneField(Calendar, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = EmployeeQuerySet.as_manager()

    # Until when he is away, in words, where a page has asked for it.
    away = ""
    # Of a row in whose name a scenario acts: then nobody's rights are asked (§11.5, rule 6).
    is_unbound = False

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def is_administrator(self) -> bool:
        """With all data, too; a robot has their rights, and never signs in (§7)."""
        roles = (self.AccountRole.OWNER, self.AccountRole.ADMINISTRATOR, self.AccountRole.ROBOT)
        return self.is_unbound or self.role in roles

    @property
    def manages_account(self) -> bool:
        """Has the settings of the account and its integrations, whatever he may see of its data (§7)."""
        return self.is_administrator or self.role == self.AccountRole.TECHNICIAN

    @property
    def sees_clients(self) -> bool:
        """Has the client base, as everybody but a technical administrator."""
        return self.role != self.AccountRole.TECHNICIAN

    @property
    def is_robot(self) -> bool:
        return self.role == self.AccountRole.ROBOT

    def __str__(self) -> str:
        return self.name


class Group(models.Model):
    """Employees who work together; present and future members share what the group has."""

    name = models.CharField(_("name"), max_length=200)
    members = models.ManyToManyField(Employee, related_name="groups", blank=True)

    def __str__(self) -> str:
        return self.name
