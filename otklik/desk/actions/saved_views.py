"""Lists of tasks that somebody keeps under a name, for himself, for a group or for all."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.desk.actions.events import record
from otklik.desk.actions.ordering import step
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Employee, Group, SavedView
from otklik.desk.task_filter import TaskFilter
from otklik.lib.text import clean_name

NAME_LIMIT = 60
# Of one person: they stand in a row above the list.
MOST = 50


@dataclass(frozen=True)
class Wanted:
    """What is to be kept. `group` is named exactly where the audience is one."""

    name: str
    filter: TaskFilter
    audience: str = SavedView.Audience.OWN
    group: int | None = None


@transaction.atomic
def save(wanted: Wanted, *, by: Employee) -> SavedView:
    """A new view, last in the row. Raises Refused."""
    if SavedView.objects.filter(owner=by).count() >= MOST:
        raise Refused("name", _("At most %(limit)s views fit. Delete one first.") % {"limit": MOST})
    view = SavedView(owner=by, place=_last_place(by) + 1)
    _write(view, wanted, by)
    record("view_saved", by=by, view=view.pk, name=view.name)
    return view


@transaction.atomic
def change(view: SavedView, wanted: Wanted, *, by: Employee) -> SavedView:
    """Name, filter and audience. Raises NotAllowed, Refused."""
    view = _own(view, by)
    _write(view, wanted, by)
    record("view_changed", by=by, view=view.pk, name=view.name)
    return view


@transaction.atomic
def move(view: SavedView, *, by: Employee, up: bool) -> None:
    """One place to the beginning of the row or to its end. Raises NotAllowed."""
    view = _own(view, by)
    row = list(SavedView.objects.select_for_update().filter(owner=view.owner))
    place = step(row, view, up=up)
    if place is not None:
        record("view_moved", by=by, view=view.pk, place=place)


@transaction.atomic
def delete(view: SavedView, *, by: Employee) -> None:
    """Raises NotAllowed."""
    view = _own(view, by)
    gone, name = view.pk, view.name
    view.delete()
    record("view_deleted", by=by, view=gone, name=name)


@transaction.atomic
def open_first(view: SavedView | None, *, by: Employee) -> None:
    """With this view the page of tasks opens for this person from now on; None: with the active ones."""
    Employee.objects.filter(pk=by.pk).update(first_view=view)
    record("first_view_chosen", by=by, view=view.pk if view else None)


def may_change(view: SavedView, employee: Employee) -> bool:
    """The owner; of shared ones administrators too, so that none is left behind by somebody who is gone."""
    is_shared = view.audience != SavedView.Audience.OWN
    return view.owner_id == employee.pk or (is_shared and employee.is_administrator)


def _own(view: SavedView, by: Employee) -> SavedView:
    found = SavedView.objects.select_for_update(of=("self",)).filter(pk=view.pk).first()
    if found is None:
        raise Refused("name", _("This view is not there any more."))
    if not may_change(found, by):
        raise NotAllowed(_("Only the owner of a view changes it."))
    return found


def _write(view: SavedView, wanted: Wanted, by: Employee) -> None:
    name = clean_name(wanted.name, NAME_LIMIT + 1)
    if not name:
        raise Refused("name", _("Give the view a name."))
    if len(name) > NAME_LIMIT:
        raise Refused("name", _("At most %(limit)s characters fit here.") % {"limit": NAME_LIMIT})
    if wanted.audience not in SavedView.Audience.values:
        raise Refused("audience", _("Choose for whom the view is."))
    group = None
    if wanted.audience == SavedView.Audience.GROUP:
        groups = Group.objects.all() if by.is_administrator else by.groups.all()
        group = groups.filter(pk=wanted.group or 0).first()
        if group is None:
            raise Refused("audience", _("Choose one of your groups."))
    view.name, view.filter = name, wanted.filter.values
    view.audience, view.group = wanted.audience, group
    view.save()


def _last_place(owner: Employee) -> int:
    last = SavedView.objects.filter(owner=owner).order_by("-place").first()
    return last.place if last else -1
