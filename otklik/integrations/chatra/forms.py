from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.lib.text import clean_name


class CloudKeys(forms.Form):
    """Keys are no passwords of a person: shown while they are typed, so that a slip is seen."""

    public_key = forms.CharField(
        label=_("Public key"), max_length=200, error_messages={"required": _("Enter the public key.")}
    )
    secret_key = forms.CharField(
        label=_("Secret key"), max_length=200, error_messages={"required": _("Enter the secret key.")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs |= {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}

    def clean_public_key(self) -> str:
        return _key(self.cleaned_data["public_key"])

    def clean_secret_key(self) -> str:
        return _key(self.cleaned_data["secret_key"])


def _key(value: str) -> str:
    """A key as it goes into a header: what cannot stand there is no key."""
    key = clean_name(value, 200)
    if not key.isascii() or not key.isprintable() or " " in key or ":" in key:
        raise forms.ValidationError(_("This is no key: it may hold letters and digits only."))
    return key
