from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.desk.actions.comments import NOTE_LIMIT, checked
from otklik.desk.actions.events import record
from otklik.desk.errors import Refused
from otklik.desk.models import CardNote, Contact, Employee


@transaction.atomic
def add(contact: Contact, *, by: Employee, text: str, key: str = "") -> CardNote:
    """A note for colleagues in the feed of the card itself, never sent to anybody (§4.4). Raises Refused."""
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    if contact.merged_into_id:
        raise Refused("text", _("This contact was joined with another one; change that card."))
    if key and (earlier := CardNote.objects.filter(contact=contact, employee=by, key=key).first()):
        return earlier
    note = CardNote.objects.create(contact=contact, employee=by, text=checked(text, NOTE_LIMIT), key=key)
    record("card_noted", contact=contact, by=by)
    return note
