"""The client base: found by words and filters, in an order, page by page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, Func, Max, OuterRef, Prefetch, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from otklik.desk import contact_columns, own_conditions
from otklik.desk.actions import contact_fields
from otklik.desk.models import Contact, ContactField, ContactTemplate, Employee, Task
from otklik.desk.own_conditions import Condition
from otklik.desk.views import duplicates
from otklik.desk.views.access import EmployeeRequest, for_client_base, whole
from otklik.desk.views.contact_orders import FIRST, ORDERS, USUAL, next_order, page_of, place_of

PAGE = 50
MOST_COMPANIES = 300
HAVING = ("email", "phone", "open", "none", "counterparty", "participant")


@dataclass(frozen=True)
class Wanted:
    """What a list is to show; a value that there is not counts as none."""

    q: str = ""
    template: int = 0
    # Of a company, by its number.
    company: int = 0
    having: str = ""
    sort: str = USUAL
    conditions: tuple[Condition, ...] = ()

    @property
    def is_filtered(self) -> bool:
        return bool(self.q or self.template or self.company or self.having or self.conditions)

    @property
    def query(self) -> str:
        """For an address; empty where everything is as usual."""
        given: dict[str, Any] = {"q": self.q, "template": self.template, "company": self.company}
        given["having"] = self.having
        given["sort"] = self.sort if self.sort != USUAL else ""
        for condition in self.conditions:
            given |= condition.given
        return urlencode({name: value for name, value in given.items() if value})


@dataclass(frozen=True)
class Head:
    """Of a column by which one sorts: where it leads, and how it is sorted now as `aria-sort` says it."""

    query: str
    direction: str

    @classmethod
    def of(cls, column: str, wanted: Wanted) -> Head:
        now = ORDERS[wanted.sort]
        direction = "" if now.column != column else "descending" if now.is_down else "ascending"
        return cls(replace(wanted, sort=next_order(wanted.sort, column)).query, direction)


def read(given: QueryDict, fields: Iterable[ContactField]) -> Wanted:
    having, sort = given.get("having", ""), given.get("sort", "")
    return Wanted(
        given.get("q", "").replace("\0", "").strip()[:100],
        whole(given.get("template")),
        whole(given.get("company")),
        having if having in HAVING else "",
        sort if sort in ORDERS else USUAL,
        own_conditions.read(given, fields),
    )


@require_GET
@for_client_base
def contacts(request: EmployeeRequest) -> HttpResponse:
    fields = list(contact_fields.offered())
    wanted = read(request.GET, fields)
    before = request.GET.get("before", "")
    rows = list(page_of(found(wanted, request.employee), wanted.sort, before, request.employee)[: PAGE + 1])
    shown = with_tasks(rows[:PAGE], request.employee)
    columns = contact_columns.columns(request.employee, fields)
    own = [column.field for column in columns if column.is_chosen and column.field]
    told = contact_fields.words_of(shown, own)
    context: dict[str, Any] = {
        "contacts": shown,
        "older": place_of(shown[-1], wanted.sort) if len(rows) > PAGE else None,
        "wanted": wanted,
        "query": wanted.q,
        "before": before,
        "heads": {column: Head.of(column, wanted) for column in FIRST},
        "suggested": _suggested(shown, request.employee),
        "chosen": {column.key for column in columns if column.is_chosen},
        "own": own,
        "told": {contact.pk: [told.get(contact.pk, {}).get(one.pk, "") for one in own] for contact in shown},
        "company": _company(wanted, request.employee).first() if wanted.company else None,
    }
    if request.htmx:
        return render(request, "desk/_contact_rows.html", context)
    context |= {"templates": ContactTemplate.objects.all_in_order(), "columns": columns, "orders": ORDERS}
    context["companies"] = company_names(request.employee)
    return render(request, "desk/contacts.html", context | {"asked": _asked(wanted, fields)})


@require_POST
@for_client_base
def choose_columns(request: EmployeeRequest) -> HttpResponse:
    """What this person sees of each contact from now on."""
    fields = list(contact_fields.offered())
    contact_columns.choose(request.employee, request.POST.getlist("columns"), fields)
    query = read(QueryDict(request.POST.get("query", "")), fields).query
    return redirect(reverse("contacts") + (f"?{query}" if query else ""))


def _asked(wanted: Wanted, fields: Iterable[ContactField]) -> list[Condition]:
    """For the form: all fields by which one can ask, with what is asked now."""
    now = {condition.field.pk: condition for condition in wanted.conditions}
    return [now.get(one.pk, Condition(one)) for one in fields if one.kind in own_conditions.KINDS]


def found(wanted: Wanted, employee: Employee) -> QuerySet[Contact]:
    contacts = found_by(wanted.q, employee)
    if wanted.template:
        contacts = contacts.filter(template=wanted.template)
    if wanted.company:
        company = _company(wanted, employee).values("pk")
        contacts = contacts.filter(Q(company__in=company) | Q(company__merged_into__in=company))
    if wanted.having in ("email", "phone"):
        contacts = contacts.exclude(**{wanted.having: ""})
    if wanted.having == "counterparty":
        contacts = contacts.filter(may_be_counterparty=True)
    if wanted.having == "participant":
        contacts = contacts.filter(may_participate=True)
    if wanted.having == "none":
        contacts = contacts.filter(email="", phone="")
    if wanted.having == "open":
        tasks = Task.objects.visible_to(employee).kept().filter(status__is_active=True)
        contacts = contacts.filter(Exists(tasks.filter(contact=OuterRef("pk"))))
    for condition in wanted.conditions:
        contacts = contacts.filter(pk__in=condition.owners())
    return contacts


def _company(wanted: Wanted, employee: Employee) -> QuerySet[Contact]:
    return Contact.objects.visible_to(employee).filter(number=wanted.company)


def found_by(query: str, employee: Employee) -> QuerySet[Contact]:
    """Current contacts that this person sees, by a part of the name, an e-mail or a phone, also one of a contact merged
    into them."""
    # One that he does not see is none for him.
    companies = Contact.objects.select_related("merged_into")
    if not employee.is_administrator:
        seen = Contact.objects.visible_to(employee).values("pk")
        companies = companies.alias(now=Coalesce("merged_into", "pk")).filter(now__in=seen)
    contacts = Contact.objects.current().visible_to(employee)
    contacts = contacts.prefetch_related("merged", Prefetch("company", companies))
    if not query:
        return contacts
    named = Q(name__icontains=query) | Q(email__icontains=query)
    of_merged = Contact.objects.filter(Q(email__icontains=query) | Q(phone__icontains=query), merged_into__isnull=False)
    named |= Q(pk__in=of_merged.values("merged_into"))
    # As text: a part of one of them is enough.
    emails, phones = (Cast(name, TextField()) for name in ("further_emails", "further_phones"))
    contacts = contacts.alias(all_emails=emails, all_phones=phones)
    named |= Q(all_emails__icontains=query) & ~Q(further_emails=[])
    digits = re.sub(r"\D", "", query)
    if len(digits) < 3:
        return contacts.filter(named)
    # A phone number is written in many ways; its digits decide.
    plain = Func(F("phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace")
    only_digits = Value(r"[^0-9,]"), Value(""), Value("g")
    further = Func(F("all_phones"), *only_digits, function="regexp_replace", output_field=TextField())
    contacts = contacts.annotate(digits=plain, further_digits=further)
    return contacts.filter(named | Q(digits__contains=digits) | Q(further_digits__contains=digits))


def with_tasks(shown: list[Contact], employee: Employee) -> list[Contact]:
    """Gives each its `task_count` and `latest`, when something last happened in one of them: of the tasks that this
    employee may see, so that neither tells of others."""
    tasks = Task.objects.visible_to(employee).kept().filter(contact__in=shown).order_by()
    told = tasks.values_list("contact").annotate(Count("pk"), Max("updated_at"))
    found = {contact: (count, latest) for contact, count, latest in told}
    for contact in shown:
        contact.task_count, contact.latest = found.get(contact.pk, (0, None))  # type: ignore[attr-defined]
    return shown


def company_names(employee: Employee) -> list[str]:
    """Names to choose from while one types; any other can be typed as well."""
    # By their ids: of these the database knows how few companies there are among many people.
    templates = list(ContactTemplate.objects.filter(is_company=True).values_list("pk", flat=True))
    companies = Contact.objects.current().visible_to(employee).filter(template__in=templates)
    return list(companies.order_by("-number").values_list("name", flat=True)[:MOST_COMPANIES])


def _suggested(shown: list[Contact], employee: Employee) -> dict[int, duplicates.Suggestion]:
    """For the contacts of a page, the best suggestion each."""
    best: dict[int, duplicates.Suggestion] = {}
    for suggestion in duplicates.suggest(shown, employee) if shown else []:
        best.setdefault(suggestion.one.pk, suggestion)
    return best
