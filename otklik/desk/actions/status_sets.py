"""Sets of statuses, and the steps that they allow (contracts/planfix-behaviour.md §6)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from otklik.desk.actions.events import record
from otklik.desk.actions.statuses import lock
from otklik.desk.actions.users import told_users
from otklik.desk.errors import Outdated, Refused
from otklik.desk.models import Employee, ForbiddenTransition, Status, StatusSet
from otklik.lib.text import clean_name

NAME_LIMIT = 200

# The ids of statuses, as text, with those to which one may go from there.
Steps = dict[str, list[str]]
Rules = dict[str, bool]


@transaction.atomic
def make(name: str, *, like: StatusSet, by: Employee) -> StatusSet:
    """A new set with the statuses, the rules and the allowed steps of another one. Raises NotAllowed, Refused."""
    rows = lock(like, by)
    rules = rules_of(StatusSet.objects.get(pk=like.pk))
    made = StatusSet.objects.create(name=_checked_name(name, None), **rules)
    twins = {}
    for row in rows:
        before, row.pk, row.set = row.pk, None, made
        row._state.adding = True
        row.save()
        twins[before] = row.pk
    steps = ForbiddenTransition.objects.filter(before__set=like)
    ForbiddenTransition.objects.bulk_create(
        [ForbiddenTransition(before_id=twins[step.before_id], after_id=twins[step.after_id]) for step in steps]
    )
    record("status_set_made", by=by, set=made.pk, name=made.name, like=like.pk)
    return made


@transaction.atomic
def rename(statuses: StatusSet, name: str, *, by: Employee) -> None:
    """The standard set keeps its name. Raises NotAllowed, Refused."""
    lock(statuses, by)
    if statuses.key:
        raise Refused("name", _("The standard set keeps its name."))
    before, statuses.name = statuses.name, _checked_name(name, statuses)
    statuses.save(update_fields=["name"])
    record("status_set_renamed", by=by, set=statuses.pk, changes={"name": [before, statuses.name]})


@transaction.atomic
def remove(statuses: StatusSet, *, by: Employee) -> None:
    """Raises NotAllowed; Refused when templates or tasks use the set."""
    lock(statuses, by)
    if statuses.key:
        raise Refused("set", _("The standard set cannot be deleted."))
    gone = statuses.pk
    try:
        with transaction.atomic():
            statuses.delete()
    except ProtectedError as error:
        raise Refused("set", told_users(error)) from error
    record("status_set_removed", by=by, set=gone, name=statuses.name)


def steps_of(statuses: StatusSet) -> Steps:
    """From every status, to which others one may go. Nothing ever becomes a draft again."""
    rows = list(statuses.statuses.order_by("place"))
    forbidden = set(ForbiddenTransition.objects.filter(before__set=statuses).values_list("before", "after"))
    return {
        str(row.pk): [
            str(other.pk)
            for other in rows
            if other.pk != row.pk and other.key != "draft" and (row.pk, other.pk) not in forbidden
        ]
        for row in rows
    }


@transaction.atomic
def allow(statuses: StatusSet, steps: Steps, *, seen: Steps, by: Employee) -> None:
    """These steps and no others. `seen`: the allowed ones when they were shown. Raises NotAllowed, Outdated."""
    rows = lock(statuses, by)
    now = steps_of(statuses)
    others = {before: after for before, after in now.items() if seen.get(before) != after}
    if others:
        raise Outdated(_("Somebody else changed this set meanwhile."), others)

    ForbiddenTransition.objects.filter(before__set=statuses).delete()
    ForbiddenTransition.objects.bulk_create(
        [
            ForbiddenTransition(before=row, after=other)
            for row in rows
            for other in rows
            if _is_step(row, other) and str(other.pk) not in steps.get(str(row.pk), [])
        ]
    )
    changes = {before: [now[before], after] for before, after in steps_of(statuses).items() if after != now[before]}
    if changes:
        record("transitions_changed", by=by, set=statuses.pk, changes=changes)


def rules_of(statuses: StatusSet) -> Rules:
    return {"accepts_own": statuses.accepts_own, "waits_for_acceptance": statuses.waits_for_acceptance}


@transaction.atomic
def rule(statuses: StatusSet, given: Rules, *, seen: Rules, by: Employee) -> None:
    """How the tasks of the set are accepted (§6). `seen`: the rules when they were shown. Raises NotAllowed,
    Outdated."""
    lock(statuses, by)
    statuses = StatusSet.objects.get(pk=statuses.pk)
    now = rules_of(statuses)
    others = {name: value for name, value in now.items() if seen.get(name) != value}
    if others:
        raise Outdated(_("Somebody else changed this set meanwhile."), others)
    for name in now:
        setattr(statuses, name, given.get(name, False))
    statuses.save(update_fields=list(now))
    changes = {name: [now[name], value] for name, value in rules_of(statuses).items() if value != now[name]}
    if changes:
        record("status_set_rules_changed", by=by, set=statuses.pk, changes=changes)


def _is_step(before: Status, after: Status) -> bool:
    return before.pk != after.pk and after.key != "draft"


def _checked_name(name: str, own: StatusSet | None) -> str:
    name = clean_name(name, NAME_LIMIT + 1)
    if not name:
        raise Refused("name", _("Give the set a name."))
    if len(name) > NAME_LIMIT:
        raise Refused("name", _("At most %(limit)s characters fit here.") % {"limit": NAME_LIMIT})
    others = StatusSet.objects.exclude(pk=own.pk) if own else StatusSet.objects.all()
    if name.casefold() in {str(other).casefold() for other in others}:
        raise Refused("name", _("There is a set with this name already."))
    return name
