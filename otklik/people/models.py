from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from otklik.lib.tokens import random_token


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
