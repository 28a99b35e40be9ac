"""Files in a conversation. A visitor uploads one first and sends it with a message; an agent's come with theirs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import IO, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Q, Sum
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.chat.actions import visitors
from otklik.chat.actions.visitors import Arrival
from otklik.chat.errors import Blocked, BodyTooLarge, ChatError
from otklik.chat.models import Agent, Conversation, File, Message
from otklik.lib import keeping, media
from otklik.lib.text import clean

LIMIT = 10 * 1024 * 1024
# What one visitor may leave with us in a day.
BUDGET = 100 * 1024 * 1024
DAY = timedelta(days=1)
FOLDER = "chat"


class LostFile(Exception):
    """An upload is not there any more; `lost` says it to the visitor in his language."""


class Given(NamedTuple):
    """A file as it came."""

    name: str
    content: IO[bytes]
    size: int


def upload(arrival: Arrival, public_id: str, given: Given) -> File:
    """Keeps a visitor's file for a message to come, in his own conversation. The same id again gets the same file.
    Raises ChatError."""
    visitor = visitors.ensure([arrival])[arrival.key]
    conversation = Conversation.objects.get(visitor=visitor)
    if conversation.blocked_at is not None:
        raise Blocked
    earlier = conversation.files.filter(public_id=public_id).first()
    if earlier is not None:
        return earlier
    _check_budget(conversation, given)
    file = _store(conversation, given)
    file.public_id = public_id
    try:
        return _save_within_budget(file, given)
    except IntegrityError:
        # The same upload came twice at once.
        return conversation.files.get(public_id=public_id)


@transaction.atomic
def _save_within_budget(file: File, given: Given) -> File:
    # Looked at again under the lock, or two at once would both fit. It is held for a moment only: the content is on
    # disk by now.
    with _dropped_when_refused(file):
        conversation = Conversation.objects.select_for_update().get(pk=file.conversation_id)
        _check_budget(conversation, given)
        file.save(force_insert=True)
    return file


def _check_budget(conversation: Conversation, given: Given) -> None:
    lately = conversation.files.filter(created_at__gt=timezone.now() - DAY).aggregate(size=Sum("size"))["size"] or 0
    if lately + given.size > BUDGET:
        raise ChatError(_("These are too many files for one day. Send the others tomorrow."), code="too_many_files")


def keep(conversation: Conversation, given: Given, *, by: Agent | None = None) -> File:
    """Stores a file of this conversation; `by`: the agent for whose answer it waits. Raises ChatError."""
    file = _store(conversation, given)
    file.agent = by
    with _dropped_when_refused(file):
        file.save(force_insert=True)
    return file


def _store(conversation: Conversation, given: Given) -> File:
    """The content is kept, the row is not yet. Raises ChatError."""
    check(given.name, given.size)
    examined = media.examine(given.name, given.content)
    if media.is_program(examined.name, examined.type):
        raise _refused(_("%(name)s is a program; programs are not sent.") % {"name": examined.name}, "bad_type")
    kept = keeping.keep(FOLDER, examined, given.content)
    file = File(
        conversation=conversation,
        name=examined.name,
        type=examined.type,
        size=examined.size,
        sha256=examined.sha256,
        stored=kept.stored,
        preview=kept.preview,
    )
    if examined.preview:
        file.width, file.height = examined.preview.width, examined.preview.height
    return file


@contextmanager
def _dropped_when_refused(file: File) -> Iterator[None]:
    try:
        yield
    except BaseException:
        keeping.drop(file.stored, file.preview)
        raise


def check(name: str, size: int) -> None:
    """Raises ChatError for what is not taken, as far as that can be told without the content."""
    name = media.clean_file_name(name)
    if not size:
        raise _refused(_("%(name)s is empty.") % {"name": name}, "empty_file")
    if size > LIMIT:
        raise BodyTooLarge(
            _("%(name)s is too large: at most %(limit)s fit.") % {"name": name, "limit": filesizeformat(LIMIT)}
        )


def _refused(sentence: str, code: str) -> ChatError:
    return ChatError(sentence, code=code, fields={"file": sentence})


def uploaded(arrival: Arrival, ids: Sequence[str]) -> tuple[File, ...]:
    """A visitor's own uploads, in their order. Raises ChatError when one is not there any more."""
    visitor = visitors.find(arrival.site_id, arrival.secret_hash)
    own = File.objects.filter(conversation__visitor=visitor, public_id__in=ids) if visitor else File.objects.none()
    return tuple(_in_order({file.public_id: file for file in own}, ids))


def uploaded_by(agent: Agent, conversation: Conversation, keys: Sequence[str]) -> list[File]:
    """Files that this agent has uploaded for his answer, in their order. Raises ChatError when one is not there any
    more."""
    own = conversation.files.filter(agent=agent, message=None, key__in=[clean(key) for key in keys])
    return _in_order({file.key: file for file in own}, keys)


def _in_order(found: dict[str, File], names: Sequence[str]) -> list[File]:
    if any(one not in found for one in names):
        raise lost()
    return [found[one] for one in dict.fromkeys(names)]


def discard(agent: Agent, conversation: Conversation, key: str) -> None:
    """Removes an upload of this agent that was not sent."""
    for file in conversation.files.filter(agent=agent, message=None, key=clean(key)):
        file.delete()
        keeping.drop(file.stored, file.preview)


def lost() -> ChatError:
    return _refused(_("A file is not here any more. Attach it again."), "lost_file")


def hold(files: Iterable[File]) -> set[int]:
    """Keeps them from being swept until the transaction ends; those that are still there."""
    wanted = [file.pk for file in files]
    held = File.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    return set(held.values_list("pk", flat=True)) if wanted else set()


def attach(message: Message, files: Sequence[File]) -> None:
    """From now on they belong to this message, which is stored already."""
    File.objects.filter(pk__in=[file.pk for file in files]).update(message=message)


def sweep() -> None:
    """Removes what belongs to no message after a day, and what is on disk without a row: its conversation was deleted,
    or its message was refused after all."""
    _sweep_rows()
    keeping.sweep(FOLDER, before=timezone.now() - DAY, named=_named)


@transaction.atomic
def _sweep_rows() -> None:
    # What is sent at this moment is locked and stays.
    old = Q(message__isnull=True, created_at__lt=timezone.now() - DAY)
    swept = list(File.objects.select_for_update(of=("self",), skip_locked=True).filter(old)[:500])
    File.objects.filter(pk__in=[file.pk for file in swept]).delete()
    names = [name for file in swept for name in (file.stored, file.preview)]
    # Not before: a row that stays must not have lost its content.
    transaction.on_commit(lambda: keeping.drop(*names))


def _named(names: list[str]) -> set[str]:
    rows = File.objects.filter(Q(stored__in=names) | Q(preview__in=names)).values_list("stored", "preview")
    return {name for row in rows for name in row}
