"""What the list of contacts shows, as a table or as business cards."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from django.db.models import QuerySet
from django.http import Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from otklik.desk.actions import contact_fields
from otklik.desk.models import Contact, ContactField
from otklik.desk.views import contact_list
from otklik.desk.views.access import EmployeeRequest, for_administrators
from otklik.lib.spreadsheet import csv_lines

CHUNK = 1000
TYPES = {"csv": "text/csv; charset=utf-8", "vcf": "text/vcard; charset=utf-8"}
# Signs with a meaning in a vCard.
ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@require_GET
@for_administrators  # type: ignore[arg-type]  # its answer flows
def export(request: EmployeeRequest, kind: str) -> HttpResponseBase:
    if kind not in TYPES:
        raise Http404
    fields = list(contact_fields.offered())
    wanted = contact_list.read(request.GET, fields)
    found = contact_list.found(wanted, request.employee)
    lines = csv_lines(_rows(found, wanted.sort, fields)) if kind == "csv" else _cards(found, wanted.sort)
    answer = StreamingHttpResponse(lines, content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="contacts.{kind}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _pages(contacts: QuerySet[Contact], sort: str) -> Iterator[list[Contact]]:
    """One after another, so that a large base neither fills the memory nor holds a cursor."""
    after = 0
    while chunk := list(contact_list.page_of(contacts, sort, after)[:CHUNK]):
        yield chunk
        after = chunk[-1].number


def _rows(contacts: QuerySet[Contact], sort: str, fields: list[ContactField]) -> Iterator[list[object]]:
    known = [_("Number"), _("Name"), _("E-mail"), _("Phone"), _("Company"), _("Notes"), _("In the base since")]
    yield [*known, *(field.name for field in fields)]
    for page in _pages(contacts, sort):
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


def _cards(contacts: QuerySet[Contact], sort: str) -> Iterator[str]:
    for one in chain.from_iterable(_pages(contacts, sort)):
        lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{_text(one.name)}", f"N:{_text(one.name)};;;;"]
        lines += [f"EMAIL:{_text(email)}" for email in one.emails] + [f"TEL:{_text(phone)}" for phone in one.phones]
        lines += [f"ORG:{_text(one.employer.name)}"] if one.employer else []
        lines += [f"NOTE:{_text(one.notes)}"] if one.notes else []
        yield "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCARD"])


def _text(value: str) -> str:
    return value.translate(ESCAPED)


def _folded(line: str) -> str:
    """Lines of a vCard have 75 bytes at most; what is longer goes on behind a space."""
    parts, part = [], ""
    for letter in line:
        if len((part + letter).encode()) > 74:
            parts.append(part)
            part = " "
        part += letter
    return "\r\n".join([*parts, part])
