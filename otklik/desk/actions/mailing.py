"""Replies that go on to the client by mail, because he has left (S24). Whoever carries them tells how far they are."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from otklik.desk.actions.events import Happening, record_many
from otklik.desk.models import Comment


@transaction.atomic
def note(comment_ids: list[int], state: str, at: datetime | None) -> None:
    """`state`: due, sent, cancelled, failed, bounced; `at`: when it goes out, or when that became so."""
    found = Comment.objects.filter(pk__in=comment_ids, kind=Comment.Kind.REPLY).order_by("pk")
    happenings = []
    for comment in found.select_for_update(of=("self",)):
        told = {"state": state, "at": at.isoformat() if at else ""}
        if comment.data.get("mail") != told:
            Comment.objects.filter(pk=comment.pk).update(data={**comment.data, "mail": told})
            happenings.append(Happening("mail_changed", task_id=comment.task_id, comment_id=comment.pk, data=told))
    record_many(happenings)
