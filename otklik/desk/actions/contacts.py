from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk.actions import addresses, contact_fields
from otklik.desk.actions.events import record
from otklik.desk.actions.joining import join_by_email
from otklik.desk.errors import Refused
from otklik.desk.models import Contact, ContactTemplate, Employee
from otklik.desk.own_fields import Values
from otklik.lib.pg import run
from otklik.lib.text import clean, clean_name

LIMITS = {"name": 200, "email": 254, "phone": 50, "notes": 10000}


@transaction.atomic
def make(template: ContactTemplate, *, by: Employee, fields: dict[str, str], values: Values | None = None) -> Contact:
    """A card made by hand: name, email, phone, notes, further_emails and further_phones (one a line), company (its
    name), and own fields. Raises Refused, Taken."""
    contact = Contact(template=template)
    # Intake asks under the same lock whose address this is.
    join_by_email(_addresses(fields))
    for name, limit in LIMITS.items():
        setattr(contact, name, _checked(contact, name, fields.get(name, ""), limit, by))
    _take_further(contact, fields, by)
    contact.company = _company(contact, fields.get("company", ""), by)
    contact.kept_fields = sorted(name for name in LIMITS if getattr(contact, name))
    contact.number = next_number()
    contact.save()
    contact_fields.fill(contact, values or {}, seen={})
    record("contact_made", contact=contact, by=by)
    return contact


def next_number() -> int:
    return int(run("SELECT nextval('desk_contact_number_seq')")[0][0])


@transaction.atomic
def update(
    contact: Contact,
    *,
    by: Employee,
    fields: dict[str, str],
    source: str = "",
    values: Values | None = None,
    seen: Values | None = None,
) -> Contact:
    """An employee changes the card: fields as in `make`; of own fields `seen` are the values that were shown. What
    he typed is kept: no channel overwrites it. `source`: from where he took it over.
    Raises Outdated, Refused, Taken."""
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    if contact.merged_into_id:
        raise Refused("name", _("This contact was joined with another one; change that card."))
    if contact.employee_id:
        raise Refused("name", _("This contact is an employee now; the card stays as it is."))
    changes: dict[str, list[str]] = {}
    for name, limit in LIMITS.items():
        value = _checked(contact, name, fields.get(name, getattr(contact, name)), limit, by)
        if value != getattr(contact, name):
            changes[name] = [getattr(contact, name), value]
            setattr(contact, name, value)
    changes |= _take_further(contact, fields, by)
    if "company" in fields:
        changes |= _change_company(contact, fields["company"], by)
    changes |= contact_fields.fill(contact, values or {}, seen=seen or {})
    if not changes:
        return contact

    contact.kept_fields = sorted({*contact.kept_fields, *changes.keys() & LIMITS.keys()})
    contact.updated_at = timezone.now()
    contact.save()
    record("contact_updated", contact=contact, by=by, changes=changes, source=source)
    return contact


@transaction.atomic
def change_template(contact: Contact, template: ContactTemplate, *, by: Employee) -> Contact:
    """A person stays a person and a company a company. What it has of fields that the new template lacks stays in the
    base, and is shown again with the old one. Raises Refused."""
    contact = Contact.objects.select_for_update(of=("self",)).select_related("template").get(pk=contact.pk)
    if contact.merged_into_id or contact.employee_id:
        raise Refused("template", _("This card is not in the client base any more."))
    if contact.template.is_company != template.is_company:
        raise Refused("template", _("A person does not become a company, nor a company a person."))
    if contact.template_id == template.pk:
        return contact
    changes = {"template": [contact.template.name, template.name]}
    contact.template, contact.updated_at = template, timezone.now()
    contact.save(update_fields=["template", "updated_at"])
    record("contact_updated", contact=contact, by=by, changes=changes)
    return contact


def _addresses(fields: dict[str, str]) -> list[str]:
    """For the lock of addresses: in lower case."""
    told = addresses.apart("further_emails", fields.get("further_emails", ""))
    return [email for one in (fields.get("email", "").strip(), *told) if (email := one.lower())]


def _take_further(contact: Contact, fields: dict[str, str], by: Employee) -> dict[str, list[str]]:
    """{field: [before, after]} in words, of what is new."""
    changes = {}
    for name in addresses.FURTHER:
        before = list(getattr(contact, name))
        # A new first one is no further one any more.
        after = addresses.checked(contact, name, fields.get(name, "\n".join(before)), by)
        if before != after:
            changes[name] = [", ".join(before), ", ".join(after)]
            setattr(contact, name, after)
    return changes


def _change_company(contact: Contact, name: str, by: Employee) -> dict[str, list[str]]:
    old = contact.employer
    if old and not name.strip() and not old.is_visible_to(by):
        # The form showed him none.
        return {}
    new = _company(contact, name, by)
    if old == new:
        return {}
    contact.company = new
    return {"company": [old.name if old else "", new.name if new else ""]}


def _company(contact: Contact, name: str, by: Employee) -> Contact | None:
    """The company that is called so, the oldest of several that he sees; one that is not there yet is made."""
    name = clean_name(name, LIMITS["name"] + 1)
    if contact.template.is_company or not name:
        return None
    if len(name) > LIMITS["name"]:
        raise Refused("company", _("At most %(limit)s characters fit here.") % {"limit": LIMITS["name"]})
    if (old := contact.employer) and old.name.lower() == name.lower():
        return old
    there = Contact.objects.current().visible_to(by).filter(template__is_company=True, name__iexact=name)
    return there.order_by("number").first() or make(
        ContactTemplate.objects.get(key="company"), by=by, fields={"name": name}
    )


def _checked(contact: Contact, name: str, value: str, limit: int, by: Employee) -> str:
    value = clean(value).strip() if name == "notes" else clean_name(value, limit + 1)
    if len(value) > limit:
        raise Refused(name, _("At most %(limit)s characters fit here.") % {"limit": limit})
    if name == "name" and not value:
        raise Refused(name, _("A contact needs a name."))
    if name == "email" and value:
        addresses.check_email(contact, value, by=by)
    return value
