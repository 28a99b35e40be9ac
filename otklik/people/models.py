from __future__ import annotations

from datetime import date, time
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.lib.tokens import random_token
from otklik.people.hours import Hours, Shift, SpecialDay, zone_of


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. Belongs to neither side: an employee and an agent are profiles of it."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    language = models.CharField(_("language"), max_length=10, blank=True)
    timezone = models.CharField(_("time zone"), max_length=64, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            # Olga@example.com and olga@example.com are one mailbox and must be one person.
            models.UniqueConstraint(Lower("email"), name="user_email_once", violation_error_message=_("Taken.")),
        ]

    def __str__(self) -> str:
        return self.name or self.email


def new_picture_token() -> str:
    return random_token(24)


class Picture(models.Model):
    """How a person looks. Whoever knows the token sees it: colleagues and, where it is so set, clients (S12)."""

    # None: of somebody who answers in the chat under a name of his own there.
    user = models.OneToOneField(User, models.CASCADE, null=True, related_name="picture")
    token = models.CharField(max_length=64, unique=True, default=new_picture_token)
    # A small WebP (`pictures.made_of`).
    body = models.BinaryField()


class Calendar(models.Model):
    """When somebody works: a site, a person. Read as a whole, so kept as a document."""

    timezone = models.CharField(_("time zone"), max_length=64, default="Europe/Moscow")
    # {"0": [["09:00", "18:00"], …], …}: shifts by the weekday on which they begin, Monday is 0.
    week = models.JSONField(default=dict, blank=True)
    # {"2027-03-08": {"name": …, "shifts": [["10:00", "14:00"]]}}: other hours on one day.
    special = models.JSONField(default=dict, blank=True)
    # {"2027-01-01": "New Year"}: from the holidays' file, as far as it was unfolded.
    holidays = models.JSONField(default=dict, blank=True)
    # The file is fetched from here every day; empty: it was uploaded, or there is none.
    holidays_address = models.CharField(max_length=2000, blank=True)
    # What the file is called, and its bytes: unfolded anew every day.
    holidays_name = models.CharField(max_length=200, blank=True)
    holidays_file = models.BinaryField(default=bytes, blank=True)
    holidays_read_at = models.DateTimeField(null=True)
    # Why the last try failed, as a sentence in English; the file before stays in force.
    holidays_error = models.CharField(max_length=200, blank=True)

    def hours(self) -> Hours:
        return Hours(
            # A copy of the data may meet a machine that does not know this zone; a message must be taken all the same.
            zone=zone_of(self.timezone) or ZoneInfo("UTC"),
            week={int(day): _shifts(shifts) for day, shifts in self.week.items()},
            special={
                date.fromisoformat(day): SpecialDay(_shifts(told["shifts"]), told["name"])
                for day, told in self.special.items()
            },
            holidays={date.fromisoformat(day): name for day, name in self.holidays.items()},
        )


def _shifts(told: list[list[str]]) -> tuple[Shift, ...]:
    return tuple((time.fromisoformat(starts), time.fromisoformat(ends)) for starts, ends in told)
