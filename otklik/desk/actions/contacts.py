from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk.actions.events import record
from otklik.desk.errors import Refused, Taken
from otklik.desk.models import Contact, Employee
from otklik.lib.text import clean, clean_name

LIMITS = {"name": 200, "email": 254, "phone": 50, "notes": 10000}


@transaction.atomic
def update(contact: Contact, *, by: Employee, fields: dict[str, str], source: str = "") -> Contact:
    """An employee changes the card: name, email, phone, notes. What he typed is kept: no channel overwrites it.
    `source`: from where he took it over. Raises Refused, Taken."""
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    if contact.merged_into_id:
        raise Refused("name", _("This contact was joined with another one; change that card."))
    changes = {}
    for name, limit in LIMITS.items():
        value = _checked(contact, name, fields.get(name, getattr(contact, name)), limit)
        if value != getattr(contact, name):
            changes[name] = [getattr(contact, name), value]
            setattr(contact, name, value)
    if not changes:
        return contact

    contact.kept_fields = sorted({*contact.kept_fields, *changes})
    contact.updated_at = timezone.now()
    contact.save()
    record("contact_updated", contact=contact, by=by, changes=changes, source=source)
    return contact


def _checked(contact: Contact, name: str, value: str, limit: int) -> str:
    value = clean(value).strip() if name == "notes" else clean_name(value, limit + 1)
    if len(value) > limit:
        raise Refused(name, _("At most %(limit)s characters fit here.") % {"limit": limit})
    if name == "name" and not value:
        raise Refused(name, _("A contact needs a name."))
    if name == "email" and value:
        _check_email(contact, value)
    return value


def _check_email(contact: Contact, value: str) -> None:
    try:
        validate_email(value)
    except ValidationError as error:
        raise Refused("email", _("This is not an e-mail address.")) from error
    # §4.2: an address of another contact or of an employee cannot be given to a contact.
    if Employee.objects.filter(user__email__iexact=value).exists():
        raise Refused("email", _("An employee has this address."))
    other = Contact.objects.filter(email__iexact=value).exclude(pk=contact.pk).select_related("merged_into").first()
    if other is None:
        return
    owner = other.merged_into or other
    if owner.pk == contact.pk:
        raise Refused("email", _("This contact has this address already, from a contact that was merged into it."))
    raise Taken("email", _("Another contact has this address:"), owner.number)
