"""Groups in which the integrations are listed (S01); one without kinds is not shown."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.integrations.connector import Connector
from otklik.integrations.registry import connectors


@dataclass(frozen=True)
class Group:
    key: str
    label: str | Promise
    icon: str


GROUPS = (
    Group("social", _("Social networks"), "thumbs-up"),
    Group("messengers", _("Messengers"), "messages-square"),
    Group("chats", _("Chats"), "message-circle-more"),
)


def shown() -> list[tuple[Group, list[Connector]]]:
    kinds = sorted(connectors().values(), key=lambda one: one.label)
    grouped = [(group, [one for one in kinds if one.group == group.key]) for group in GROUPS]
    return [(group, members) for group, members in grouped if members]


def of(connector: Connector) -> Group:
    return next(group for group in GROUPS if group.key == connector.group)
