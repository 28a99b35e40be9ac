from __future__ import annotations

from django.db import models
from django.utils import timezone

from otklik.lib.tokens import random_token

from .agent import Agent
from .conversation import Conversation


def new_message_id() -> str:
    return random_token(12)


class Message(models.Model):
    class Type(models.TextChoices):
        CLIENT = "client"
        AGENT = "agent"

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    # The browser's own uuid for a visitor's message, the API's answer for an agent's.
    public_id = models.CharField(max_length=64, default=new_message_id)
    number = models.BigIntegerField()
    version = models.BigIntegerField()
    type = models.CharField(max_length=6, choices=Type)
    text = models.TextField(blank=True)
    # What there is to tell of its files: `File.facts`.
    files = models.JSONField(default=list, db_default=[], blank=True)
    agent = models.ForeignKey(Agent, models.SET_NULL, null=True, blank=True, related_name="+")
    agent_name = models.CharField(max_length=200, blank=True)
    is_pushed = models.BooleanField(default=False)
    received_from = models.CharField(max_length=100, blank=True)
    idempotency_key = models.CharField(max_length=200, null=True)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "public_id"], name="message_id_once"),
            models.UniqueConstraint(fields=["conversation", "number"], name="message_number_once"),
            models.UniqueConstraint(fields=["conversation", "idempotency_key"], name="message_key_once"),
        ]
        indexes = [
            models.Index(fields=["conversation", "version"], name="message_changes"),
            models.Index(fields=["public_id"], name="message_public_id"),
        ]
