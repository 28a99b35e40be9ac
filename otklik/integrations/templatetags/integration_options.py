from __future__ import annotations

from dataclasses import dataclass

from django import template

from otklik.integrations import changes, decisions, mapping
from otklik.integrations.forms import KindOptionsForm
from otklik.integrations.models import Connection, KindOptions

register = template.Library()


@dataclass(frozen=True)
class Options:
    """What the options of a kind show."""

    kind: str
    form: KindOptionsForm
    values: KindOptions
    rows: list[decisions.Row]
    # Accounts with the names of those who have no chat user of their own.
    unmapped: list[tuple[Connection, str]]
    changes: list[changes.Line]


@register.simple_tag
def options_of(kind: str) -> Options:
    values = KindOptions.objects.filter(kind=kind).first() or KindOptions(kind=kind)
    form = KindOptionsForm(instance=values)
    labels = {name: str(field.label) for name, field in form.fields.items()}
    unmapped = []
    for connection in Connection.objects.filter(kind=kind).order_by("name"):
        names = [employee.name for employee in mapping.without_user(connection)]
        unmapped += [(connection, ", ".join(names))] if names else []
    return Options(kind, form, values, decisions.rows(), unmapped, changes.of_kind(kind, labels))
