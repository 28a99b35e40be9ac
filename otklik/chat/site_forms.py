"""Forms of a site's administration."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from otklik.chat.models import Site
from otklik.lib.text import clean_name

HOST = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
HOSTS_LIMIT = 50
# Days for which a replaced key stays good.
OVERLAPS = (1, 7, 30)


class LinesField(forms.CharField):
    """One value on each line."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs.update(rows=3, autocapitalize="off", spellcheck="false")

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


def host_of(line: str) -> str:
    """The host name in what somebody typed, perhaps an address; empty: there is none."""
    line = clean_name(line, 500).lower()
    try:
        host = (urlsplit(line).hostname or "") if "://" in line else line.partition("/")[0].partition(":")[0]
        host = host if host.isascii() else host.encode("idna").decode()
    except (ValueError, UnicodeError):
        return ""
    return host if len(host) <= 253 and HOST.fullmatch(host) else ""


class SiteForm(forms.Form):
    name = forms.CharField(
        label=_("Site name"),
        max_length=200,
        help_text=_("Visitors read it above the chat."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(
        label=_("Language"), help_text=_("For visitors whose own language the chat does not speak.")
    )
    hosts = LinesField(
        label=_("Hosts"),
        required=False,
        help_text=_("On which the chat may stand, one on a line: shop.example.com or *.example.com. Empty: anywhere."),
    )

    def __init__(self, *args: Any, site: Site | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = settings.LANGUAGES
        if site is not None:
            self.initial = {"name": site.name, "language": site.language, "hosts": site.hosts, **self.initial}

    def clean_name(self) -> str:
        name = clean_name(self.cleaned_data["name"])
        if not name:
            raise ValidationError(_("Give the site a name."))
        return name

    def clean_hosts(self) -> list[str]:
        hosts = []
        for line in self.cleaned_data["hosts"].splitlines():
            if not line.strip():
                continue
            host = host_of(line)
            if not host:
                raise ValidationError(_("“%(line)s” is no host name.") % {"line": clean_name(line, 60)})
            hosts.append(host)
        hosts = list(dict.fromkeys(hosts))
        if len(hosts) > HOSTS_LIMIT:
            raise ValidationError(_("At most %(limit)s hosts fit.") % {"limit": HOSTS_LIMIT})
        return hosts


class RemovalForm(forms.Form):
    name = forms.CharField(label=_("Type the name of the site"), widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site

    def clean_name(self) -> str:
        name = clean_name(self.cleaned_data["name"])
        if name != clean_name(self.site.name):
            raise ValidationError(_("This is not the name of the site. Nothing was removed."))
        return name


class KeyForm(forms.Form):
    name = forms.CharField(
        label=_("Key name"),
        max_length=200,
        help_text=_("What the key is for, so that you know later which one to take away."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_name(self) -> str:
        name = clean_name(self.cleaned_data["name"])
        if not name:
            raise ValidationError(_("Give the key a name."))
        return name


class RotationForm(forms.Form):
    days = forms.TypedChoiceField(
        label=_("The old key stays good for"),
        coerce=int,
        initial=7,
        choices=[(days, ngettext_lazy("%(days)d day", "%(days)d days", days) % {"days": days}) for days in OVERLAPS],
    )
