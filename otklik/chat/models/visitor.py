from __future__ import annotations

from django.db import models
from django.utils import timezone

from otklik.lib.tokens import random_token

from .site import Site


def new_visitor_id() -> str:
    return random_token(24)


class Visitor(models.Model):
    """A browser that has written, or a person whom the site names by `clientId`: a Chatra "client"."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="visitors")
    public_id = models.CharField(max_length=200, default=new_visitor_id)
    # Whether that id is the site's own `clientId`.
    is_named_by_site = models.BooleanField(default=False, db_default=False)
    # sha256 of the secret that only the visitor's browser holds.
    secret_hash = models.BinaryField(max_length=32, null=True)
    generated_name = models.CharField(max_length=100)
    # What the visitor typed or an agent entered; the API's `basicInfo`.
    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=50, blank=True)
    notes = models.TextField(blank=True)
    # What the site passed by ChatraIntegration: any keys.
    integration = models.JSONField(default=dict, blank=True)
    # What he answered to the site's own questions: {id of the field: {"label", "value"}}.
    answers = models.JSONField(default=dict, db_default={}, blank=True)
    language = models.CharField(max_length=10, blank=True)
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=1000, blank=True)
    browser = models.CharField(max_length=100, blank=True)
    os = models.CharField(max_length=100, blank=True)
    device = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=100, blank=True)
    country_code = models.CharField(max_length=2, blank=True)
    city = models.CharField(max_length=100, blank=True)
    referrer = models.CharField(max_length=2000, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "public_id"], name="visitor_id_once"),
            # A retry or a second tab with the same secret is the same visitor.
            models.UniqueConstraint(fields=["site", "secret_hash"], name="visitor_secret_once"),
        ]

    @property
    def displayed_name(self) -> str:
        return self.name or str(self.integration.get("name") or "") or self.generated_name

    def __str__(self) -> str:
        return self.displayed_name


class PageView(models.Model):
    """A page of the site that the visitor looked at."""

    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="pages")
    title = models.CharField(max_length=500, blank=True)
    link = models.CharField(max_length=2000)
    viewed_at = models.DateTimeField()

    class Meta:
        constraints = [
            # The browser repeats its trail until it is acknowledged.
            models.UniqueConstraint(fields=["visitor", "viewed_at", "link"], name="page_view_once"),
        ]
