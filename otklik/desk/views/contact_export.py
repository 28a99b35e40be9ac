"""What the list of contacts shows, or those chosen in it, as a table or as business cards."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from django.db.models import QuerySet
from django.http import Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from otklik.desk.actions import contact_fields
from otklik.desk.contact_cards import card_of
from otklik.desk.models import Contact, ContactField, Employee
from otklik.desk.views import contact_list, contact_orders
from otklik.desk.views.access import EmployeeRequest, for_administrators, whole
from otklik.lib.spreadsheet import csv_lines

CHUNK = 1000
TYPES = {"csv": "text/csv; charset=utf-8", "vcf": "text/vcard; charset=utf-8"}


@require_GET
@for_administrators  # type: ignore[arg-type]  # its answer flows
def export(request: EmployeeRequest, kind: str) -> HttpResponseBase:
    if kind not in TYPES:
        raise Http404
    fields = list(contact_fields.offered())
    wanted = contact_list.read(request.GET, fields)
    found = contact_list.found(wanted, request.employee)
    if chosen := [whole(number) for number in request.GET.getlist("contact")]:
        # Also those that the words of the list do not find any more.
        found = contact_list.found_by("", request.employee).filter(number__in=chosen)
    if kind == "csv":
        # The heads at once: when the rows flow, nobody knows the reader's language any more.
        lines = csv_lines(chain([_heads(fields)], _rows(found, wanted.sort, fields, request.employee)))
    else:
        lines = _cards(found, wanted.sort, fields, request.employee)
    answer = StreamingHttpResponse(lines, content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="contacts.{kind}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _pages(contacts: QuerySet[Contact], sort: str, employee: Employee) -> Iterator[list[Contact]]:
    """One after another, so that a large base neither fills the memory nor holds a cursor."""
    after = ""
    while chunk := list(contact_orders.page_of(contacts, sort, after, employee)[:CHUNK]):
        yield chunk
        after = contact_orders.place_of(chunk[-1], sort)


def _heads(fields: list[ContactField]) -> list[str]:
    known = [pgettext("of a contact", "Number"), _("Name"), _("E-mail"), _("Phone"), _("Company"), _("Notes")]
    return [*known, _("In the base since"), *(field.name for field in fields)]


def _rows(
    contacts: QuerySet[Contact], sort: str, fields: list[ContactField], employee: Employee
) -> Iterator[list[object]]:
    for page in _pages(contacts, sort, employee):
        told = contact_fields.words_of(page, fields)
        for one in page:
            yield [
                one.number,
                one.name,
                ", ".join(one.emails),
                ", ".join(one.phones),
                str(one.employer or ""),
                one.notes,
                one.created_at.date().isoformat(),
                *(told.get(one.pk, {}).get(field.pk, "") for field in fields),
            ]


def _cards(contacts: QuerySet[Contact], sort: str, fields: list[ContactField], employee: Employee) -> Iterator[str]:
    for page in _pages(contacts, sort, employee):
        told = contact_fields.words_of(page, fields)
        for one in page:
            own = [(field.name, str(told.get(one.pk, {}).get(field.pk, ""))) for field in fields]
            known = [("ORG", one.employer.name if one.employer else ""), ("NOTE", one.notes)]
            yield card_of(one.name, one.emails, one.phones, [*known, *own])
