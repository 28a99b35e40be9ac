"""The dialog "Integration parameters" (S03): five fields, and by which way the account is connected."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from otklik.desk.models import Employee
from otklik.integrations import ways
from otklik.integrations.connecting import same_account
from otklik.integrations.connector import Connector, ConnectsByKeys
from otklik.integrations.errors import ConnectorError
from otklik.integrations.forms import IntegrationParameters
from otklik.lib.notes import told


def fresh(connector: Connector, by: Employee) -> dict[str, Any]:
    """What the dialog shows before anything is typed."""
    return Dialog(connector, by).context


class Dialog:
    def __init__(self, connector: Connector, by: Employee, given: QueryDict | None = None) -> None:
        self.connector = connector
        self.ways = ways.ways_of(connector)
        chosen = given.get("way") if given is not None else ""
        self.way = next((way.key for way in self.ways if way.key == chosen), self.ways[0].key if self.ways else "")
        self.form = IntegrationParameters(given, by=by)
        self.keys = keys_form(connector, given if self.way == ways.KEYS else None)
        # What the connector needs to reach the account, once its keys have been tried.
        self.settings: dict[str, Any] = {}

    @property
    def context(self) -> dict[str, Any]:
        shown = {"form": self.form, "keys": self.keys, "ways": self.ways, "way": self.way}
        return {"connector": self.connector, **shown}

    def is_valid(self) -> bool:
        """Keys are tried only when nothing else is wrong."""
        is_good = self.form.is_valid()
        if self.way != ways.KEYS or self.keys is None:
            return is_good
        if not (self.keys.is_valid() and is_good):
            return False
        self.settings = tried(self.connector, self.keys)
        return not self.keys.errors and self.is_new()

    def is_new(self) -> bool:
        """Whether nobody has connected this account; else that stands beside its keys."""
        assert self.keys is not None
        if (there := same_account(self.connector.kind, self.settings)) is not None:
            self.keys.add_error(None, _("This account is connected already: %(name)s.") % {"name": there.name})
        return not self.keys.errors


def keys_form(connector: Connector, given: QueryDict | None = None) -> forms.Form | None:
    return connector.keys_form(given) if isinstance(connector, ConnectsByKeys) else None


def tried(connector: Connector, keys: forms.Form) -> dict[str, Any]:
    """The settings that valid keys lead to; empty when they are no good: that then stands beside them (S23)."""
    assert isinstance(connector, ConnectsByKeys)
    try:
        return connector.try_keys(keys.cleaned_data)
    except ConnectorError as error:
        keys.add_error(None, told(str(error)))
        return {}
