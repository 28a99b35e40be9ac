from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from otklik.lib.tokens import random_token


def new_public_key() -> str:
    return random_token(17)


def new_secret_key() -> str:
    return random_token(32)


class Site(models.Model):
    """A website with a chat of its own: a Chatra "account" in the words of the API."""

    name = models.CharField(_("name"), max_length=200)
    public_key = models.CharField(max_length=64, unique=True, default=new_public_key)
    language = models.CharField(_("language"), max_length=10, default="ru")
    # Host names on which the widget may stand; empty: anywhere.
    hosts = ArrayField(models.CharField(max_length=253), default=list, blank=True)
    # Seconds without an open page until the visitor counts as gone.
    left_after = models.PositiveIntegerField(default=60)
    # Seconds after leaving, without a message, until the chat is over and its transcript is sent.
    transcript_after = models.PositiveIntegerField(default=1800)
    created_at = models.DateTimeField(default=timezone.now)

    # Of its first secret key; told to who makes the site, and kept nowhere.
    secret_key = ""

    def __str__(self) -> str:
        return self.name


class SiteMember(models.Model):
    """Who administers a site."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    is_owner = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "user"], name="site_member_once")]
