"""Templates of contacts: by which clients enter the client base (S08, §4.5)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.desk.actions.events import record
from otklik.desk.actions.users import told_users
from otklik.desk.errors import NotAllowed, Outdated, Refused
from otklik.desk.models import Contact, ContactField, ContactTemplate, Employee
from otklik.lib.text import clean_name

NAME_LIMIT = 200

Values = dict[str, Any]


def values_of(template: ContactTemplate) -> Values:
    """What can be edited of a template."""
    return {"name": template.own_name, "is_company": template.is_company, "is_system": template.is_system}


@transaction.atomic
def make(values: Values, *, by: Employee) -> ContactTemplate:
    """Raises NotAllowed, Refused."""
    _check_right(by)
    last = ContactTemplate.objects.aggregate(last=Max("place"))["last"] or 0
    template = ContactTemplate(is_company=values["is_company"], is_system=values["is_system"], place=last + 1)
    template.own_name = _checked_name(template, values["name"])
    template.save()
    record("contact_template_made", by=by, template=template.pk, name=template.own_name)
    return template


@transaction.atomic
def change(template: ContactTemplate, values: Values, *, seen: Values, by: Employee) -> ContactTemplate:
    """A system template stays what it is, of persons or of companies. `seen`: the values when they were shown. Raises
    NotAllowed, Outdated, Refused."""
    _check_right(by)
    template = _locked(template)
    now = values_of(template)
    others = {name: value for name, value in now.items() if seen.get(name) != value}
    if others:
        raise Outdated(_("Somebody else changed this template meanwhile."), others)
    template.own_name = _checked_name(template, values["name"])
    if not template.key:
        template.is_company, template.is_system = values["is_company"], values["is_system"]
        if template.is_system:
            template.archived_at = None
    template.save()
    changes = {name: [now[name], value] for name, value in values_of(template).items() if value != now[name]}
    if changes:
        record("contact_template_edited", by=by, template=template.pk, changes=changes)
    return template


@transaction.atomic
def remove(template: ContactTemplate, *, by: Employee, replacement: ContactTemplate | None = None) -> int:
    """Its contacts get the replacement; returns how many they were. Raises NotAllowed; Refused for a system template,
    for one by which clients still enter the base, and when it has contacts but there is no replacement."""
    _check_right(by)
    template = _locked(template)
    if template.stays:
        raise Refused("template", _("A system template cannot be deleted."))
    contacts = Contact.objects.filter(template=template)
    count = contacts.count()
    if count and (replacement is None or replacement.pk == template.pk):
        sentence = ngettext("%(count)s contact has this template.", "%(count)s contacts have this template.", count)
        wanted = _("Choose the template that they get.")
        raise Refused("replacement", f"{sentence % {'count': count}} {wanted}")
    gone = template.pk
    try:
        with transaction.atomic():
            if replacement:
                contacts.update(template=replacement)
                # What they have of its fields stays with them.
                ContactField.objects.filter(template=template).update(template=replacement)
            template.delete()
    except ProtectedError as error:
        wanted = _("Choose another template there first.")
        raise Refused("template", f"{told_users(error)} {wanted}") from error
    record("contact_template_removed", by=by, template=gone, name=template.own_name, contacts=count)
    return count


def _check_right(by: Employee) -> None:
    if not by.manages_account:
        raise NotAllowed(_("Only administrators change templates."))


def _locked(template: ContactTemplate) -> ContactTemplate:
    found = ContactTemplate.objects.select_for_update().filter(pk=template.pk).first()
    if found is None:
        raise Refused("template", _("This template is not there any more."))
    return found


def _checked_name(template: ContactTemplate, name: str) -> str:
    name = clean_name(name, NAME_LIMIT + 1)
    if not name and not template.key:
        raise Refused("name", _("Give the template a name."))
    if len(name) > NAME_LIMIT:
        raise Refused("name", _("At most %(limit)s characters fit here.") % {"limit": NAME_LIMIT})
    others = ContactTemplate.objects.exclude(pk=template.pk)
    if name and name.casefold() in {other.name.casefold() for other in others}:
        raise Refused("name", _("There is a template with this name already."))
    return name
