"""Finds tasks, comments, contacts and files, as far as the one who asks may see them (field note 12)."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.postgres.search import SearchQuery
from django.db import connections
from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Left

from otklik.desk import keyboard
from otklik.desk.actions import indexing
from otklik.desk.models import Comment, Contact, Employee, File, Identity, SearchEntry, Task, TaskMember
from otklik.desk.models.comment import seen_by
from otklik.desk.models.task import TaskQuerySet
from otklik.desk.search_words import asked
from otklik.desk.time_limit import Clock, TooBroad, limited, within
from otklik.lib import days

KINDS = ("task", "comment", "contact", "file")
MILLISECONDS = 2000
# Of which the index may take so many for what was written a moment ago.
FOR_INDEX = 500
# So many that words find are named to the next question.
NAMED = 2000
# Colleagues whose names fit.
FEW = 5
Ids = list[int] | QuerySet[Any, Any]
# Signs that nobody types stand around a hit until the page makes marks of them.
BEGIN, END = "\ue000", "\ue001"
OPTIONS = f"StartSel={BEGIN}, StopSel={END}, MaxWords=32, MinWords=16, MaxFragments=2, FragmentDelimiter=' … '"


@dataclass(frozen=True)
class Filters:
    since: date | None = None
    until: date | None = None
    assignee: int = 0
    site: int = 0
    status: int = 0
    # Whose comments and files.
    author: int = 0

    def of_time(self, field: str) -> Q:
        """Days of the reader's zone, both included."""
        condition = Q()
        if self.since:
            condition &= Q(**{f"{field}__gte": days.begin(self.since)})
        if self.until:
            condition &= Q(**{f"{field}__lt": days.end(self.until)})
        return condition

    @property
    def of_tasks(self) -> bool:
        return bool(self.assignee or self.site or self.status)


@dataclass
class Found:
    """What was found of each kind, the latest first; `more` names kinds of which there is more than shown."""

    hits: dict[str, list[Any]] = field(default_factory=dict)
    more: set[str] = field(default_factory=set)
    # Nothing had exactly these words; these have similar ones.
    is_similar: bool = False
    # The words that were meant, where the keyboard was in the other language.
    meant: str = ""

    def __bool__(self) -> bool:
        return any(self.hits.values())

    def add(self, kind: str, found: Iterable[Any], limit: int) -> None:
        """`found`: one more than the limit, if there are more."""
        hits = list(found)
        self.hits[kind] = hits[:limit]
        if len(hits) > limit:
            self.more.add(kind)


def find(employee: Employee, text: str, filters: Filters, kinds: tuple[str, ...] = KINDS, limit: int = 6) -> Found:
    """On a connection of its own, so that nobody else's work waits behind it. Raises TooBroad after two seconds."""
    kinds = kinds_for(employee, kinds)
    with limited(MILLISECONDS, settings.SEARCH_DATABASE) as clock:
        _take_news()
        _only_by_index(clock.using)
        if not text and filters.author:
            return _said_by(employee, filters, kinds, limit)
        found = _find(employee, text, filters, kinds, limit, clock, forgiving=False)
        if found or len(text) < 3:
            return found
        if meant := keyboard.other(text):
            found = _find(employee, meant, filters, kinds, limit, clock, forgiving=False)
            if found:
                found.meant = meant
                return found
        found = _find(employee, text, filters, kinds, limit, clock, forgiving=True)
        found.is_similar = bool(found)
        return found


def kinds_for(employee: Employee, kinds: tuple[str, ...] = KINDS) -> tuple[str, ...]:
    """Without clients for whoever has no client base."""
    return tuple(kind for kind in kinds if kind != "contact" or employee.sees_clients)


def _take_news() -> None:
    """What was written a moment ago enters the index first, unless that takes too long: a job will do it."""
    with suppress(TooBroad), within(FOR_INDEX):
        indexing.step(indexing.AT_ONCE)


def _only_by_index(using: str) -> None:
    """All that is searched has its index; yet of a part of a word, which stands for a hundred words, the planner of the
    database believes that it is everywhere, and would read all comments."""
    with connections[using].cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")


def tasks_with(text: str) -> Ids:
    """Ids of tasks by words or parts of words of their names, descriptions, or by a number."""
    _take_news()
    wanted = asked(text)
    if not wanted:
        return []
    return _entries("task", SearchQuery(wanted.query, search_type="raw", config="simple"), "default")


def _find(
    employee: Employee,
    text: str,
    filters: Filters,
    kinds: tuple[str, ...],
    limit: int,
    clock: Clock,
    *,
    forgiving: bool,
) -> Found:
    clock.tick()
    wanted, found = asked(text, forgiving=forgiving, using=clock.using), Found()
    if not wanted:
        return found
    query = SearchQuery(wanted.query, search_type="raw", config="simple")
    tasks = _tasks(employee, filters)
    rows: dict[str, Any] = {
        "task": lambda: _of_tasks(tasks, query, filters),
        "comment": lambda: _of_comments(tasks, query, filters).filter(seen_by(employee)),
        "contact": lambda: _of_contacts(employee, query, filters),
        "file": lambda: _of_files(tasks, query, filters).filter(seen_by(employee, "comment__")),
    }
    for kind in kinds:
        clock.tick()
        found.add(kind, rows[kind]().using(clock.using)[: limit + 1], limit)
    return found


def _said_by(employee: Employee, filters: Filters, kinds: tuple[str, ...], limit: int) -> Found:
    """The latest comments of the author, whatever their words."""
    found = Found()
    if "comment" in kinds:
        said = Comment.objects.filter(filters.of_time("at"), withdrawn_at=None, task__in=_tasks(employee, filters))
        said = said.visible_to(employee).exclude(kind=Comment.Kind.SYSTEM).filter(employee=filters.author)
        related = said.select_related("task__status", "employee__user", "identity")
        latest = related.annotate(hit=Left("text", 300)).order_by("-pk").using(settings.SEARCH_DATABASE)
        found.add("comment", latest[: limit + 1], limit)
    return found


def colleagues(text: str) -> list[Employee]:
    """Who works here and is called so, by beginnings of all the words of a name in any order; at most FEW. Those of a
    company are few enough to be looked through, and the database folds the case of Latin letters only."""
    wanted = text.casefold().split()
    if not wanted or max(map(len, wanted)) < 3:
        return []
    people = Employee.objects.active().select_related("user").order_by("user__name", "pk")
    return [one for one in people if all(_begins(one.name, word) for word in wanted)][:FEW]


def _begins(name: str, word: str) -> bool:
    return any(part.startswith(word) for part in name.casefold().split())


def _tasks(employee: Employee, filters: Filters) -> TaskQuerySet:
    """Those among which is searched: what he may not see, or what is in the trash, is not even counted."""
    tasks = Task.objects.visible_to(employee).kept()
    if filters.assignee:
        his = Q(employee=filters.assignee) | Q(group__members=filters.assignee)
        tasks = tasks.filter(pk__in=TaskMember.objects.filter(his, role__key="assignee").values("task"))
    if filters.site:
        tasks = tasks.filter(source=filters.site)
    if filters.status:
        tasks = tasks.filter(status=filters.status)
    return tasks


def _entries(kind: str, query: SearchQuery, using: str = "") -> Ids:
    return _named(SearchEntry.objects.filter(kind=kind, words=query).values_list("object_id", flat=True), using)


def _named(found: QuerySet[Any, Any], using: str = "") -> Ids:
    """Ids one by one, as long as they are not too many: how many rows some words find, the planner of the database
    guesses badly, and would rather walk through all tasks."""
    found = found.using(using or settings.SEARCH_DATABASE)
    ids = list(found[: NAMED + 1])
    return ids if len(ids) <= NAMED else found


def _headline(source: str, query: SearchQuery) -> Func:
    text = Func(F(source), Value(BEGIN + END), Value(""), function="translate")
    start = Func(text, Value(20000), function="left")
    # By the words' own language: a hit is marked in every form.
    return Func(Value("russian"), start, query, Value(OPTIONS), function="ts_headline", output_field=TextField(),
        template="%(function)s(%(expressions)s)", arg_joiner=", ")  # fmt: skip


def _of_tasks(tasks: TaskQuerySet, query: SearchQuery, filters: Filters) -> QuerySet[Task, Any]:
    if filters.author:
        # Who wrote is asked of comments and files.
        tasks = tasks.none()
    found = tasks.filter(filters.of_time("created_at"), pk__in=_entries("task", query))
    return found.select_related("status", "contact", "source").annotate(hit=_headline("name", query)).order_by("-pk")


def _of_comments(tasks: TaskQuerySet, query: SearchQuery, filters: Filters) -> QuerySet[Comment, Any]:
    # A text that was withdrawn is read only by those who answer the client: here by nobody.
    said = _named(Comment.objects.order_by().filter(search=query).values_list("pk", flat=True))
    found = Comment.objects.filter(filters.of_time("at"), pk__in=said, withdrawn_at=None, task__in=tasks)
    if filters.author:
        found = found.filter(employee=filters.author)
    related = found.select_related("task__status", "employee__user", "identity")
    return related.annotate(hit=_headline("text", query)).order_by("-pk")


def _of_contacts(employee: Employee, query: SearchQuery, filters: Filters) -> QuerySet[Contact, Any]:
    visible = Contact.objects.current().visible_to(employee)
    found = visible.filter(filters.of_time("created_at"), pk__in=_entries("contact", query))
    if filters.assignee or filters.status or filters.author:
        # A client has none of these.
        return found.none()
    if filters.site:
        found = found.filter(pk__in=Identity.objects.filter(source=filters.site).values("contact"))
    return found.annotate(hit=_headline("name", query)).order_by("-pk")


def _of_files(tasks: TaskQuerySet, query: SearchQuery, filters: Filters) -> QuerySet[File, Any]:
    found = File.objects.filter(
        filters.of_time("created_at"), pk__in=_entries("file", query), task__in=tasks, comment__withdrawn_at=None
    ).exclude(comment=None)
    if filters.author:
        found = found.filter(comment__employee=filters.author)
    related = found.select_related("task", "comment__employee__user", "comment__identity")
    return related.annotate(hit=_headline("name", query)).order_by("-pk")


def by_number(employee: Employee, text: str) -> Task | None:
    """The task that somebody calls by its number."""
    number = text.strip().lstrip("№#").strip()
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    return Task.objects.visible_to(employee).kept().select_related("status").filter(number=int(number)).first()
