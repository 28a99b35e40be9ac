"""The filter of the list of tasks: what can be chosen, and what is chosen, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from otklik.desk import own_conditions, own_fields
from otklik.desk.actions import people, task_fields
from otklik.desk.models import Contact, Employee, Project, Source, Status, TaskField, TaskTemplate
from otklik.desk.models.task import ROLE_NAMES
from otklik.desk.own_conditions import Condition
from otklik.desk.task_filter import USUAL_COLUMNS, TaskFilter
from otklik.people.templatetags.moments import short_date

SORTS = [
    ("latest", gettext_lazy("Latest activity first")),
    ("longest", gettext_lazy("Longest quiet first")),
    ("newest", gettext_lazy("Newest first")),
    ("oldest", gettext_lazy("Oldest first")),
    ("due", gettext_lazy("By due date, only those that have one")),
    ("due_last", gettext_lazy("By due date, the last first")),
    ("name", gettext_lazy("By name")),
    ("name_last", gettext_lazy("By name, from the end")),
    ("client", gettext_lazy("By client")),
    ("client_last", gettext_lazy("By client, from the end")),
    ("status", gettext_lazy("By status")),
    ("status_last", gettext_lazy("By status, from the end")),
]
DUES = [
    ("over", gettext_lazy("Overdue")),
    ("week", gettext_lazy("Due within a week")),
    ("any", gettext_lazy("With a due date")),
]
SHOWS = [
    ("active", pgettext_lazy("tasks", "Active")),
    ("inactive", pgettext_lazy("tasks", "Inactive")),
    ("all", pgettext_lazy("tasks", "All")),
]
COLUMN_NAMES = {
    "number": gettext_lazy("No."),
    "client": gettext_lazy("Client"),
    "said": gettext_lazy("Last message"),
    "status": gettext_lazy("Status"),
    "people": gettext_lazy("Assignees"),
    "assigner": gettext_lazy("Assigner"),
    "due": gettext_lazy("Due date"),
    "template": gettext_lazy("Template"),
    "site": gettext_lazy("Site"),
    "project": gettext_lazy("Project"),
    "created": gettext_lazy("Created"),
    "latest": gettext_lazy("Last activity"),
}


@dataclass(frozen=True)
class Choice:
    value: str
    name: str
    is_chosen: bool
    colour: str = ""


@dataclass(frozen=True)
class Chip:
    """One thing that narrows the list, and the address of the list without it."""

    name: str
    without: str


@dataclass(frozen=True)
class Choices:
    """Everything that can be chosen, for this filter. `statuses`: by set, with the set's name where there are some.
    `own`: all own fields by which one can ask, with what is asked now; `fields`: those whose columns are shown."""

    statuses: list[tuple[str, list[Choice]]]
    people: list[Choice]
    assigners: list[Choice]
    participants: list[Choice]
    templates: list[Choice]
    sites: list[Choice]
    projects: list[Choice]
    shows: list[Choice]
    sorts: list[Choice]
    dues: list[Choice]
    columns: list[Choice]
    own: list[Condition]
    fields: list[TaskField]
    client: Contact | None


def choices(wanted: TaskFilter, employee: Employee) -> Choices:
    statuses = Status.objects.select_related("set").order_by("set", "place")
    sets = [(str(of), list(rows)) for of, rows in groupby(statuses, lambda status: status.set)]
    everybody = people.choices([*wanted.people, *wanted.assigner, *wanted.participant])
    fields = list(task_fields.offered())
    asked = {condition.field.pk: condition for condition in own_conditions.read(dict(wanted.own), fields)}
    persons = [("me", _("Me")), ("nobody", _("Nobody")), *everybody]
    return Choices(
        statuses=[
            (
                name if len(sets) > 1 else "",
                [Choice(str(row.pk), row.name, row.pk in wanted.status, row.colour) for row in rows],
            )
            for name, rows in sets
        ],
        people=_listed(persons, wanted.people),
        assigners=_listed(persons, wanted.assigner),
        participants=_listed(persons, wanted.participant),
        templates=_listed(_templates(wanted.template), wanted.template),
        sites=_listed([(str(site.pk), f"{site.name} ({site.label})") for site in _sites()], wanted.site),
        projects=_listed([(str(project.pk), project.path) for project in _projects()], wanted.project),
        shows=_listed(SHOWS, (wanted.show,)),
        sorts=_listed(SORTS, (wanted.sort,)),
        dues=_listed([("", _("Any")), *DUES], (wanted.due,)),
        columns=_listed([*COLUMN_NAMES.items(), *((own_fields.key(one), one.name) for one in fields)], wanted.columns),
        own=[asked.get(one.pk, Condition(one)) for one in fields if one.kind in own_conditions.KINDS],
        fields=[one for one in fields if own_fields.key(one) in wanted.columns],
        client=_client(wanted, employee),
    )


def _client(wanted: TaskFilter, employee: Employee) -> Contact | None:
    asked = wanted.client and employee.sees_clients
    return Contact.objects.visible_to(employee).filter(number=wanted.client).first() if asked else None


def known(wanted: TaskFilter, there: Choices) -> TaskFilter:
    """Without what is not there any more; `odd` names it."""
    kept: dict[str, Any] = {
        "status": tuple(one for one in wanted.status if str(one) in {c.value for _set, c in _flat(there)}),
        "people": tuple(one for one in wanted.people if one in {c.value for c in there.people}),
        "assigner": tuple(one for one in wanted.assigner if one in {c.value for c in there.assigners}),
        "participant": tuple(one for one in wanted.participant if one in {c.value for c in there.participants}),
        "template": tuple(one for one in wanted.template if str(one) in {c.value for c in there.templates}),
        "site": tuple(one for one in wanted.site if str(one) in {c.value for c in there.sites}),
        "project": tuple(one for one in wanted.project if str(one) in {c.value for c in there.projects}),
        "client": wanted.client if there.client else 0,
        "own": tuple(sorted(part for one in there.own for part in one.given.items())),
        "columns": tuple(one for one in wanted.columns if one in {c.value for c in there.columns}) or USUAL_COLUMNS,
    }
    gone = [name for name, value in kept.items() if value != getattr(wanted, name)]
    return replace(wanted, **kept, odd=tuple(dict.fromkeys([*wanted.odd, *gone]))) if gone else wanted


def chips(wanted: TaskFilter, there: Choices) -> list[Chip]:
    """What narrows the list, in words."""
    found: list[Chip] = []

    def add(name: str, **without: Any) -> None:
        found.append(Chip(name, replace(wanted, **without).query))

    if wanted.words:
        add(f"“{wanted.words}”", words="")
    for choice in [choice for _set, choice in _flat(there) if choice.is_chosen]:
        left = tuple(one for one in wanted.status if one != int(choice.value))
        # Without the last of them the list would jump to other types.
        add(choice.name, status=left, show=wanted.show)
    for choice in _chosen(there.people):
        add(_of_person(choice), people=tuple(one for one in wanted.people if one != choice.value))
    for name, offered in (("assigner", there.assigners), ("participant", there.participants)):
        for choice in _chosen(offered):
            left_in = tuple(one for one in getattr(wanted, name) if one != choice.value)
            add(f"{ROLE_NAMES[name]}: {choice.name}", **{name: left_in})
    for choice in _chosen(there.templates):
        add(choice.name, template=tuple(one for one in wanted.template if one != int(choice.value)))
    for choice in _chosen(there.sites):
        add(choice.name, site=tuple(one for one in wanted.site if one != int(choice.value)))
    for choice in _chosen(there.projects):
        add(choice.name, project=tuple(one for one in wanted.project if one != int(choice.value)))
    for asked in [one for one in there.own if one.given]:
        add(f"{asked.field.name}: {asked.told}", own=tuple(one for one in wanted.own if one[0] not in asked.given))
    if there.client:
        add(_("Client: %(name)s") % {"name": there.client.name}, client=0)
    if wanted.waiting:
        add(_("Waiting for an answer"), waiting=False)
    if wanted.unread:
        add(_("Unread"), unread=False)
    if wanted.unaccepted:
        add(_("Not yet accepted by me"), unaccepted=False)
    if wanted.due:
        add(str(dict(DUES)[wanted.due]), due="")
    if wanted.due_since:
        add(_("Due from %(day)s") % {"day": short_date(wanted.due_since, "j M Y")}, due_since=None)
    if wanted.due_until:
        add(_("Due until %(day)s") % {"day": short_date(wanted.due_until, "j M Y")}, due_until=None)
    if wanted.quiet:
        days = ngettext("Quiet for %(days)s day", "Quiet for %(days)s days", wanted.quiet)
        add(days % {"days": wanted.quiet}, quiet=0)
    if wanted.since:
        add(_("Created from %(day)s") % {"day": short_date(wanted.since, "j M Y")}, since=None)
    if wanted.until:
        add(_("Created until %(day)s") % {"day": short_date(wanted.until, "j M Y")}, until=None)
    return found


@dataclass(frozen=True)
class Head:
    """The head of a column by which the list is sorted: the address of the other order, and the present one as
    `aria-sort` has it; empty: by another column."""

    address: str
    order: str


# Of a column the order of its first click, and of its second.
HEADS = {
    "number": ("oldest", "newest"),
    "name": ("name", "name_last"),
    "client": ("client", "client_last"),
    "status": ("status", "status_last"),
    "due": ("due", "due_last"),
    "created": ("newest", "oldest"),
    "latest": ("latest", "longest"),
}
FALLING = ("newest", "name_last", "client_last", "status_last", "due_last", "latest")


def heads(wanted: TaskFilter, view: int | None) -> dict[str, Head]:
    """By column. Within a saved view one stays in it."""
    found = {}
    for column, (first, second) in HEADS.items():
        sort = second if wanted.sort == first else first
        query = replace(wanted, sort=sort).query or "show=active"
        order = ("descending" if wanted.sort in FALLING else "ascending") if wanted.sort in (first, second) else ""
        found[column] = Head(f"{query}&view={view}" if view else query, order)
    return found


def _of_person(choice: Choice) -> str:
    if choice.value == "me":
        return pgettext("tasks", "Mine")
    return _("Assigned to nobody") if choice.value == "nobody" else choice.name


def _flat(there: Choices) -> list[tuple[str, Choice]]:
    return [(name, choice) for name, rows in there.statuses for choice in rows]


def _chosen(offered: list[Choice]) -> list[Choice]:
    return [choice for choice in offered if choice.is_chosen]


def _listed(offered: Iterable[tuple[str, Any]], chosen: Iterable[object]) -> list[Choice]:
    picked = {str(one) for one in chosen}
    return [Choice(value, str(name), value in picked) for value, name in offered]


def _templates(chosen: tuple[int, ...]) -> list[tuple[str, str]]:
    kept = Q(archived_at=None) | Q(pk__in=chosen)
    return [(str(one.pk), one.name) for one in TaskTemplate.objects.filter(kept).order_by("place", "number")]


def _sites() -> list[Source]:
    return list(Source.objects.order_by("name", "pk"))


def _projects() -> list[Project]:
    return list(Project.objects.select_related("parent__parent").order_by("name", "pk"))
