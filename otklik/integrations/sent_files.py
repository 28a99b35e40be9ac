"""Files of replies: which travel as files, and which the client gets as a link that expires."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.storage import default_storage
from django.utils.translation import gettext_noop as _

from otklik.desk.actions import file_links
from otklik.desk.actions.comments import as_links
from otklik.desk.models import Comment, ReplyTarget
from otklik.desk.models import File as StoredFile
from otklik.integrations.connector import TakesFiles
from otklik.integrations.envelope import File
from otklik.integrations.errors import Refused
from otklik.integrations.models import Connection, Delivery
from otklik.integrations.registry import connector_of


def file_limit(target: ReplyTarget) -> int | None:
    """What the remote behind this way takes as a file; the desk's composer says so beforehand."""
    connection = Connection.objects.filter(source=target.source_id).first()
    if connection is None:
        return None
    connector = connector_of(connection.kind)
    return connector.file_limit(connection.settings) if isinstance(connector, TakesFiles) else 0


def packed(comment: Comment) -> tuple[str, list[dict[str, Any]]]:
    """What a delivery of this reply carries: its text, with a line for each file that goes as a link, and the rest."""
    files = list(comment.files.all())
    if not files or comment.target is None:
        return comment.text, []
    links = as_links(comment.target, files)
    lines = [f"{file.name}: {file_links.link(file)}" for file in links]
    return "\n".join(filter(None, [comment.text, *lines])), [file.facts() for file in files if file not in links]


def unpacked(delivery: Delivery) -> tuple[File, ...]:
    """The files of a delivery with their content. Raises Refused when one is gone."""
    keys = [file["key"] for file in delivery.files]
    found = StoredFile.objects.in_bulk(keys, field_name="key") if keys else {}
    if len(found) < len(keys):
        raise Refused(_("A file of this reply is not here any more."))
    return tuple(
        File(file.name, "", file.size, file.type, content=_content_of(file)) for file in (found[key] for key in keys)
    )


def _content_of(file: StoredFile) -> Callable[[], bytes]:
    def content() -> bytes:
        try:
            with default_storage.open(file.stored) as opened:
                return bytes(opened.read())
        except FileNotFoundError:
            raise Refused(_("A file of this reply is not here any more.")) from None

    return content
