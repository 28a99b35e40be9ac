from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .message import Message
from .site import Site
from .visitor import Visitor


class ContactForm(models.Model):
    """What a site asks its visitors. A site without a row for `online` has the standard form; without one for
    `offline` that is on, it asks the same at all hours."""

    class Occasion(models.TextChoices):
        ONLINE = "online", _("When somebody is there")
        OFFLINE = "offline", _("When nobody is there")

    class When(models.TextChoices):
        BEFORE = "before", _("before the chat")
        MESSAGE = "message", _("in the chat, with the first message")
        ANSWER = "answer", _("in the chat, with the first answer")

    site = models.ForeignKey(Site, models.CASCADE, related_name="contact_forms")
    occasion = models.CharField(max_length=7, choices=Occasion, default=Occasion.ONLINE)
    is_on = models.BooleanField(default=True)
    when = models.CharField(max_length=7, choices=When, default=When.MESSAGE)
    # Whether nothing is sent before it is filled in.
    is_required = models.BooleanField(default=False)
    # In their order: {"id", "kind", "isRequired"}; kinds as in `otklik.chat.contact_fields`.
    fields = models.JSONField(default=list)
    # {language: {"intro": …, "fields": {id: {"label", "hint", "choices": […]}}}}
    words = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "occasion"], name="contact_form_once")]


class ConsentVersion(models.Model):
    """What visitors agree to with a form. It is never changed: other words are another version."""

    form = models.ForeignKey(ContactForm, models.CASCADE, related_name="consents")
    number = models.PositiveIntegerField()
    # {language: text}; empty: from here on nobody is asked.
    words = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="consent_version_once")]


class Agreement(models.Model):
    """A visitor agreed to a text, as it was shown to him, with a message of his."""

    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="agreements")
    # The last one of his when the form was filled in apart.
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="agreements")
    version = models.ForeignKey(ConsentVersion, models.CASCADE, related_name="agreements")
    language = models.CharField(max_length=10)
    text = models.TextField()
    agreed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visitor", "version"], name="agreement_once")]
