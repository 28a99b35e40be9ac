"""Bringing a table of clients into the base, and taking it out again (field by field, as long as nobody used it)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from time import monotonic
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from otklik.desk import contact_cards, contact_tables
from otklik.desk.actions import contact_batch_values
from otklik.desk.actions.addresses import FURTHER
from otklik.desk.actions.contact_batch import Batch, Outcome, Row, Told, in_words
from otklik.desk.actions.contacts import LIMITS
from otklik.desk.actions.events import Happening, record_many
from otklik.desk.contact_cards import Unreadable
from otklik.desk.contact_tables import Table
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Contact, ContactImport, ContactTemplate, Employee, ImportLine, SearchEntry, TaskMember
from otklik.lib import pg
from otklik.lib.text import clean_name

STEP = 1000
PREVIEWED = 200
# Seconds for which a job works before it lets others come.
TURN = 20.0
# Tables that stay in the memory between two turns.
MOST_OPEN = 2
State = ContactImport.State


def table_of(order: ContactImport) -> Table:
    return Table(bytes(order.body), order.encoding, order.delimiter, order.has_header, tuple(order.columns))


def take(body: bytes, name: str, *, by: Employee) -> ContactImport:
    """An uploaded file, guessed at; nothing is brought in yet. Raises NotAllowed, Refused."""
    _check_right(by)
    if len(body) > contact_tables.LARGEST:
        raise Refused("file", _("The table is too large: at most %(size)s MB fit.") % {"size": 25})
    try:
        if contact_cards.is_card(body):
            body = contact_cards.table_of(body)
        template = ContactTemplate.objects.get(key="contact")
        table = contact_tables.guess(body, _titles(template.pk))
        total = table.count()
    except Unreadable as error:
        raise Refused("file", _("This is no table of text.")) from error
    _check_count(total)
    return ContactImport.objects.create(
        by=by,
        name=clean_name(name, 200) or "contacts.csv",
        body=body,
        encoding=table.encoding,
        delimiter=table.delimiter,
        has_header=table.has_header,
        columns=list(table.columns),
        template=template,
        total=total,
    )


@transaction.atomic
def arrange(order: ContactImport, *, by: Employee, **told: Any) -> ContactImport:
    """How the table is to be read: encoding, delimiter, has_header, columns, duplicates, template. Another encoding or
    delimiter makes the columns be guessed anew. Raises NotAllowed, Refused."""
    _check_right(by)
    order = _locked(order.pk)
    if order.state != State.DRAFT:
        raise Refused("file", _("This import has begun already."))
    is_read_anew = (order.encoding, order.delimiter) != (told["encoding"], told["delimiter"])
    # To count the rows is to read all of them.
    is_counted_anew = is_read_anew or order.has_header != told["has_header"]
    for name, value in told.items():
        setattr(order, name, value)
    try:
        if is_read_anew:
            guessed = contact_tables.guess(bytes(order.body), _titles(order.template_id))
            width = max((len(cells) for _n, cells in islice(table_of(order).rows(), 30)), default=0)
            fits = (guessed.encoding, guessed.delimiter) == (order.encoding, order.delimiter)
            order.columns = list(guessed.columns) if fits else [""] * width
        if is_counted_anew:
            order.total = table_of(order).count()
    except Unreadable as error:
        raise Refused("file", _("So this is no table of text; choose another encoding or delimiter.")) from error
    _check_count(order.total)
    order.save()
    return order


def _titles(template_id: int) -> dict[str, str]:
    """Own fields by how their columns are called."""
    return {field.name.casefold(): key for key, field in contact_batch_values.offered(template_id).items()}


def preview(order: ContactImport) -> list[Told]:
    """What would become of the first rows; nothing is written."""
    table = table_of(order)
    rows = list(islice(table.rows(), PREVIEWED))
    with transaction.atomic():
        told = Batch(order, rows, [table.values(cells) for _number, cells in rows]).told
        transaction.set_rollback(True)
    return told


@transaction.atomic
def start(order: ContactImport, *, by: Employee) -> None:
    """`run` does it. Raises NotAllowed, Refused."""
    _check_right(by)
    order = _locked(order.pk)
    if order.state != State.DRAFT:
        return
    if not {"name", "email", "phone"} & set(order.columns):
        raise Refused("columns", _("Say in which column the name, the e-mail or the phone stands."))
    order.state, order.moved_at, order.language = State.RUNNING, timezone.now(), translation.get_language() or "en"
    order.save(update_fields=["state", "moved_at", "language"])


@transaction.atomic
def undo(order: ContactImport, *, by: Employee) -> None:
    """`run` does it, also in the middle of the import. Raises NotAllowed, Refused."""
    _check_right(by)
    order = _locked(order.pk)
    if order.state not in (State.RUNNING, State.DONE):
        raise Refused("file", _("There is nothing to take back."))
    order.state, order.moved_at = State.UNDOING, timezone.now()
    order.save(update_fields=["state", "moved_at"])


def run(pk: int, seconds: float = TURN, step: int = STEP) -> bool:
    """Goes on with an import or with its undoing for so long; whether it is at its end. Safe to call twice at once."""
    until = monotonic() + seconds
    order = ContactImport.objects.defer("body").get(pk=pk)
    rows = _rows(order)
    place = order.taken
    with translation.override(order.language):
        while monotonic() < until:
            chunk = list(islice(rows, step))
            with transaction.atomic():
                order = _locked(pk)
                if order.state == State.UNDOING:
                    _undo_some(order, step)
                elif order.state == State.RUNNING and order.taken == place:
                    _take_some(order, chunk)
                    place = order.taken
                else:
                    # It is at its end, or somebody else has it in hand.
                    return order.state != State.RUNNING
                order.moved_at = timezone.now()
                order.save()
    if order.state == State.RUNNING:
        # Another process may have brought an earlier one to its end.
        for earlier in list(_left_off)[: 1 - MOST_OPEN]:
            _left_off.pop(earlier, None)
        _left_off[_key(order)] = place, rows
    return False


# Where the last turn stopped, as far as the next one comes in the same process: to read a table anew up to there takes
# longer with every turn.
_left_off: dict[tuple[int, datetime], tuple[int, Iterator[Row]]] = {}


def _rows(order: ContactImport) -> Iterator[Row]:
    place, rows = _left_off.pop(_key(order), (-1, iter(())))
    if order.state != State.RUNNING:
        return iter(())
    return rows if place == order.taken else table_of(order).rows(order.taken)


def _key(order: ContactImport) -> tuple[int, datetime]:
    return order.pk, order.created_at


def left_undone() -> list[int]:
    """Imports that have stood still for a minute."""
    still = ContactImport.objects.filter(state__in=(State.RUNNING, State.UNDOING))
    return list(still.filter(moved_at__lt=timezone.now() - timedelta(minutes=1)).values_list("pk", flat=True))


def sweep() -> None:
    """Drafts that nobody started go after a day; the tables of imports a month after their end."""
    now = timezone.now()
    ContactImport.objects.filter(state=State.DRAFT, created_at__lt=now - timedelta(days=1)).delete()
    ended = ContactImport.objects.filter(state__in=(State.DONE, State.UNDONE), moved_at__lt=now - timedelta(days=30))
    ended.exclude(body=b"").update(body=b"")


def _take_some(order: ContactImport, chunk: list[Row]) -> None:
    if not chunk:
        order.state = State.DONE
        return
    # Owners are looked up by their keys in a table that grows with each chunk: always by an index.
    pg.run("SET LOCAL enable_seqscan = off")
    table = Table(b"", order.encoding, order.delimiter, order.has_header, tuple(order.columns))
    batch = Batch(order, chunk, [table.values(cells) for _number, cells in chunk])
    batch.write()
    order.taken += len(chunk)
    for one in batch.told:
        setattr(order, one.outcome, getattr(order, one.outcome) + 1)


def _undo_some(order: ContactImport, step: int) -> None:
    """The latest first: people go before the company that was made with them."""
    lines = list(order.lines.exclude(outcome=Outcome.FAILED).order_by("-pk")[:step])
    if not lines:
        order.state = State.UNDONE
        return
    ids = [line.contact_id for line in lines if line.contact_id]
    contacts = {one.pk: one for one in Contact.objects.filter(pk__in=ids).order_by("pk").select_for_update()}
    happenings: list[Happening] = []
    for line in lines:
        contact = contacts.get(line.contact_id or 0)
        if line.outcome == Outcome.CHANGED and contact:
            happenings += _put_back(order, line, contact)
    named = {line.contact_id or 0 for line in lines if line.outcome == Outcome.MADE}
    made = named & contacts.keys()
    unused = _unused(made)
    order.kept += len(made) - len(unused)
    ImportLine.objects.filter(pk__in=[line.pk for line in lines]).delete()
    SearchEntry.objects.filter(kind="contact", object_id__in=unused).delete()
    Contact.objects.filter(pk__in=unused).delete()
    record_many(happenings)


def _unused(made: set[int]) -> list[int]:
    """Those of the cards that are as the import made them: nobody changed them, wrote from them or works with them."""
    untouched = Contact.objects.filter(pk__in=made, updated_at=F("created_at"), merged_into=None)
    free = untouched.filter(identities=None, tasks=None, merged=None)
    members = TaskMember.objects.filter(contact__in=made).values("contact")
    people = Contact.objects.filter(company__in=made).exclude(pk__in=made).values("company")
    return list(free.exclude(pk__in=members).exclude(pk__in=people).values_list("pk", flat=True))


def _put_back(order: ContactImport, line: ImportLine, contact: Contact) -> list[Happening]:
    """Each field, unless somebody has changed it since."""
    back: dict[str, list[str]] = {}
    for name, (old, new) in line.changes.items():
        if name in (*LIMITS, *FURTHER) and getattr(contact, name) == new:
            back[name] = in_words([new, old])
            setattr(contact, name, old)
        if name == "company" and contact.company_id == new:
            company = Contact.objects.filter(pk=old).first() if old else None
            back[name] = [str(contact.company), str(company or "")]
            contact.company = company
    back |= contact_batch_values.put_back(contact, line.changes)
    if not back:
        return []
    before, since = line.changes.get("updated_at") or ("", "")
    is_as_left = contact.updated_at.isoformat() == since
    contact.updated_at = datetime.fromisoformat(before) if is_as_left else timezone.now()
    contact.save()
    data = {"changes": back, "source": order.name}
    return [Happening("contact_updated", contact_id=contact.pk, actor_id=order.by_id, data=data)]


def _locked(pk: int) -> ContactImport:
    """Without the table, which would be read and written anew with every step."""
    orders = ContactImport.objects.defer("body").select_for_update(of=("self",))
    return orders.select_related("by__user", "template").get(pk=pk)


def _check_count(total: int) -> None:
    if not total:
        raise Refused("file", _("There is nothing in this table."))
    if total > contact_tables.MOST_ROWS:
        raise Refused("file", _("At most %(limit)s rows fit.") % {"limit": contact_tables.MOST_ROWS})


def _check_right(by: Employee) -> None:
    if not by.is_administrator:
        raise NotAllowed(_("Only administrators import contacts."))
