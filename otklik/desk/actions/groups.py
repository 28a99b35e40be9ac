"""Groups of employees. Present and future members have what the group has (§7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from otklik.desk.actions import own_statuses
from otklik.desk.actions.account_rights import check_brings_none, check_manages, not_himself
from otklik.desk.actions.events import record
from otklik.desk.actions.invitations import NAME_LIMIT
from otklik.desk.actions.releasing import release
from otklik.desk.errors import Refused
from otklik.desk.models import Employee, Group, TaskMember
from otklik.lib.text import clean_name
from otklik.live.publish import publish


@transaction.atomic
def save(group: Group | None, *, by: Employee, name: str, members: Sequence[Employee]) -> Group:
    """Makes one, or changes it. Raises NotAllowed, Refused."""
    check_manages(by)
    name = clean_name(name, NAME_LIMIT)
    if not name:
        raise Refused("name", _("Give the group a name."))
    others = Group.objects.filter(name__iexact=name)
    if (others.exclude(pk=group.pk) if group else others).exists():
        raise Refused("name", _("There is a group with this name."))
    is_new = group is None
    group = group or Group()
    before = set(group.members.values_list("pk", flat=True)) if group.pk else set()
    after = {employee.pk for employee in members}
    if by.pk in after - before and not by.is_administrator:
        raise Refused("members", not_himself())
    check_brings_none(by, before, after, "members")
    group.name = name
    group.save()
    group.members.set(members)
    release(before - after)
    kind = "group_made" if is_new else "group_changed"
    record(kind, by=by, group=group.pk, name=name, come=sorted(after - before), gone=sorted(before - after))
    publish([f"employee:{pk}" for pk in sorted(before ^ after)], "rights_changed")
    if before != after and not is_new:
        own_statuses.settle_later(before | after)
    return group


def uses(group: Group) -> int:
    """In how many places it stands: tasks, templates, connections, views, quick replies."""
    return sum(_rows(relation, group).count() for relation in _relations())


@transaction.atomic
def remove(group: Group, *, by: Employee, into: Group | None) -> None:
    """One that is used somewhere gives its place to another one. Raises NotAllowed, Refused."""
    check_manages(by)
    locked = {one.pk: one for one in Group.objects.select_for_update().order_by("pk")}
    if group.pk not in locked:
        return
    if into is not None and (into.pk == group.pk or into.pk not in locked):
        raise Refused("into", _("Choose another group."))
    if into is not None and not by.is_administrator and into.members.filter(pk=by.pk).exists():
        raise Refused("into", not_himself())
    count = uses(group)
    if count and into is None:
        raise Refused("into", _("It is still used: choose the group that takes its place."))
    members = list(group.members.values_list("pk", flat=True))
    if into is not None:
        for relation in _relations():
            _replace(relation, group, into)
    group.delete()
    release(members)
    record("group_removed", by=by, name=group.name, into=into.name if into else "")
    publish([f"employee:{pk}" for pk in members], "rights_changed")
    if into is not None:
        own_statuses.settle_later([*members, *into.members.values_list("pk", flat=True)])


def _relations() -> list[Any]:
    """All that refers to groups, also what the desk does not know by name; their members aside."""
    fields = Group._meta.get_fields(include_hidden=True)
    found = [field for field in fields if field.auto_created and field.one_to_many]
    return [field for field in found if field.related_model is not Group.members.through]


def _rows(relation: Any, group: Group) -> models.QuerySet[Any]:
    rows: models.QuerySet[Any] = relation.related_model._base_manager.filter(**{relation.field.name: group})
    return rows


def _replace(relation: Any, group: Group, into: Group) -> None:
    name, rows = relation.field.name, _rows(relation, group)
    if relation.related_model is TaskMember:
        there = TaskMember.objects.filter(task=OuterRef("task"), role=OuterRef("role"), group=into)
        rows.filter(Exists(there)).delete()
    try:
        with transaction.atomic():
            rows.update(**{name: into})
    except IntegrityError:
        for row in rows:
            _replace_one(row, name, into)


def _replace_one(row: Any, name: str, into: Group) -> None:
    setattr(row, name, into)
    try:
        with transaction.atomic():
            row.save(update_fields=[name])
    except IntegrityError:
        # The other one stands there already.
        row.delete()
