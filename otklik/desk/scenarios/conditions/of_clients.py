"""The task's client and the company where he works (§11.2): what all cards have, and own fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from otklik.desk.models import Contact, ContactField, ContactTemplate, ContactValue
from otklik.desk.scenarios.conditions import of_own_fields
from otklik.desk.scenarios.conditions.asking import CLIENT, MAYBE, TEXT, Field, Looked

COMPANY = _("Client's company")


def _company(looked: Looked) -> Contact | None:
    return looked.client.employer if looked.client else None


def _text(of: Callable[[Looked], Contact | None], part: str) -> Callable[[Looked], str]:
    def found(looked: Looked) -> str:
        contact = of(looked)
        return str(getattr(contact, part)) if contact else ""

    return found


def _several(part: str) -> Callable[[Looked], list[str]]:
    """With those of the contacts that were merged into the card."""
    return lambda looked: list(getattr(looked.client, part)) if looked.client else []


def _client(looked: Looked) -> Contact | None:
    return looked.client


def _template(looked: Looked) -> set[str]:
    return {str(looked.client.template_id)} if looked.client else set()


def _properties(looked: Looked) -> list[str]:
    """What the site tells about him, each as `key: value`."""
    told = looked.client.properties if looked.client else {}
    return [f"{key}: {value}" for key, value in told.items()]


def _templates() -> list[tuple[str, str]]:
    return [(str(one.pk), one.name) for one in ContactTemplate.objects.all_in_order()]


FIELDS: dict[str, Field] = {
    "client_name": Field(_("Client's name"), TEXT, _text(_client, "name"), None, CLIENT),
    "client_email": Field(_("Client's e-mail"), TEXT, _several("emails"), None, CLIENT),
    "client_phone": Field(_("Client's phone"), TEXT, _several("phones"), None, CLIENT),
    "client_notes": Field(_("Client's notes"), TEXT, _text(_client, "notes"), None, CLIENT),
    "client_template": Field(_("Client's template"), MAYBE, _template, _templates, CLIENT),
    "client_properties": Field(_("What the site tells of the client"), TEXT, _properties, None, CLIENT),
    "client_company": Field(COMPANY, TEXT, _text(_company, "name"), None, CLIENT),
    "company_email": Field(format_lazy("{}: {}", COMPANY, _("E-mail")), TEXT, _text(_company, "email"), None, CLIENT),
    "company_phone": Field(format_lazy("{}: {}", COMPANY, _("Phone")), TEXT, _text(_company, "phone"), None, CLIENT),
}


def own() -> dict[str, Field]:
    """`client-field-<id>` and, of fields that companies have, `company-field-<id>`."""
    found: dict[str, Field] = {}
    for field in ContactField.objects.filter(archived_at=None).select_related("template"):
        if field.template is None or not field.template.is_company:
            found[f"client-field-{field.pk}"] = _of(field, _client, _("Client"))
        if field.template is None or field.template.is_company:
            found[f"company-field-{field.pk}"] = _of(field, _company, COMPANY)
    return found


def _of(field: ContactField, whose: Callable[[Looked], Contact | None], name: Any) -> Field:
    def value(looked: Looked) -> Any:
        contact = whose(looked)
        if contact is None:
            return None
        # A card's own value goes before that of one that was merged into it.
        rows = ContactValue.objects.filter(Q(contact=contact) | Q(contact__merged_into=contact), field=field)
        values = dict(rows.values_list("contact", "value"))
        return values.get(contact.pk, next(iter(values.values()), None))

    return of_own_fields.asked(field, value, of=name, group=CLIENT)
