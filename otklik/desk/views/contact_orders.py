"""In which order the client base is shown, and where a page of it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Case, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.desk.models import Contact, Employee, Task
from otklik.desk.views.access import whole


@dataclass(frozen=True)
class Order:
    name: Any
    # By its column; `is_down`: what is latest or last in the alphabet comes first.
    column: str
    is_down: bool = False


ORDERS = {
    "newest": Order(_("Newest first"), "since", True),
    "oldest": Order(_("Oldest first"), "since"),
    "name": Order(_("By name"), "name"),
    "name-down": Order(pgettext_lazy("contacts", "By name, from the end"), "name", True),
    "company": Order(_("By company"), "company"),
    "company-down": Order(_("By company, from the end"), "company", True),
    "latest": Order(_("Latest activity first"), "latest", True),
    "quiet": Order(_("Quiet for longest first"), "latest"),
}
USUAL = "newest"
# How the head of a column sorts first; a second time it turns the order round.
FIRST = {"name": "name", "company": "company", "latest": "latest", "since": "newest"}


def next_order(sort: str, column: str) -> str:
    """To which order the head of this column leads."""
    if ORDERS[sort].column != column:
        return FIRST[column]
    return next(key for key, order in ORDERS.items() if order.column == column and key != sort)


def page_of(contacts: QuerySet[Contact], sort: str, after: str, employee: Employee) -> QuerySet[Contact]:
    """In this order, those that come behind a place that `place_of` told; nonsense is the beginning."""
    order = ORDERS[sort]
    down = dict.fromkeys(("number", "employer_key", "name_key", "latest_event"), order.is_down)
    # Who works nowhere comes last either way.
    keys = {"since": [], "name": ["name_key"], "company": ["is_alone", "employer_key"], "latest": ["latest_event"]}
    names = [*keys[order.column], "number"]
    contacts = _keyed(contacts, order.column, employee)
    contacts = contacts.order_by(*(f"-{name}" if down.get(name) else name for name in names))
    values = _values(after, order.column, names, employee)
    return contacts.filter(_behind(names, values, down)) if values else contacts


def place_of(contact: Contact, sort: str) -> str:
    """Where a page that ends with this contact, found by `page_of`, goes on. It says how recent its activity was then:
    what happens meanwhile moves a contact, but not the place."""
    event = getattr(contact, "latest_event", None)
    return str(contact.number) if ORDERS[sort].column != "latest" else f"{contact.number}-{event}"


def _keyed(contacts: QuerySet[Contact], column: str, employee: Employee) -> QuerySet[Contact]:
    if column == "name":
        return contacts.annotate(name_key=Lower("name"))
    if column == "company":
        employer = Coalesce("company__merged_into__name", "company__name", Value(""))
        return contacts.annotate(is_alone=Case(When(company=None, then=1), default=0), employer_key=Lower(employer))
    if column == "latest":
        tasks = Task.objects.visible_to(employee).kept().filter(contact=OuterRef("pk")).order_by()
        latest = tasks.values("contact").annotate(latest=Max("last_event")).values("latest")
        return contacts.annotate(latest_event=Coalesce(Subquery(latest), 0, output_field=BigIntegerField()))
    return contacts


def _values(after: str, column: str, names: list[str], employee: Employee) -> list[Any]:
    """By what the last one shown was sorted; empty where there is none such."""
    number, _dash, event = after.partition("-")
    if not whole(number):
        return []
    if column == "since":
        return [whole(number)]
    if column == "latest":
        return [whole(event), whole(number)]
    found = _keyed(Contact.objects.filter(number=whole(number)), column, employee)
    return list(found.values_list(*names).first() or [])


def _behind(names: list[str], values: list[Any], down: dict[str, bool]) -> Q:
    behind, same = Q(), Q()
    for name, value in zip(names, values, strict=True):
        behind |= same & Q(**{f"{name}__{'lt' if down.get(name) else 'gt'}": value})
        same &= Q(**{name: value})
    return behind
