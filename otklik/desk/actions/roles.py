from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.desk.actions.events import record
from otklik.desk.errors import NotAllowed, Outdated, Refused
from otklik.desk.models import Employee, Role
from otklik.desk.models.task import MANAGERS

RIGHTS = ("may_view", "may_change_status", "may_edit", "is_notified")
# The counterparty is the client whom a task is about: he signs in nowhere and has no rights by itself (§7).
FIXED = ("counterparty",)
# A manager is no member of the task: nobody writes to him by himself.
NEVER = {(key, "is_notified") for key in MANAGERS}

Given = dict[str, list[str]]


def rights_now() -> Given:
    """The rights of every role that can be changed, by its key."""
    return {role.key: rights_of(role) for role in Role.objects.exclude(key__in=FIXED).order_by("pk")}


def rights_of(role: Role) -> list[str]:
    return [right for right in RIGHTS if getattr(role, right)]


@transaction.atomic
def change(given: Given, *, seen: Given, by: Employee) -> None:
    """Sets the rights of the roles of all tasks (§7). `seen`: what they were when they were shown. Raises NotAllowed,
    Outdated, Refused with the role's key as the field."""
    if not by.is_administrator:
        raise NotAllowed(_("Only administrators change the rights of roles."))
    roles = list(Role.objects.select_for_update().exclude(key__in=FIXED).order_by("pk"))
    now = {role.key: rights_of(role) for role in roles}
    others = {key: rights for key, rights in now.items() if seen.get(key) != rights}
    if others:
        raise Outdated(_("Somebody else changed these rights meanwhile."), others)

    changes = {}
    for role in roles:
        wanted = given.get(role.key, [])
        rights = [right for right in RIGHTS if right in wanted and (role.key, right) not in NEVER]
        if rights and "may_view" not in rights:
            raise Refused(role.key, _("Without the right to see the task the others have no effect."))
        if rights != now[role.key]:
            changes[role.key] = [now[role.key], rights]
            for right in RIGHTS:
                setattr(role, right, right in rights)
            role.save()
    if changes:
        record("roles_changed", by=by, changes=changes)
