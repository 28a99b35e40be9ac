from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.chat.models import MailSettings
from otklik.lib.sealing import seal
from otklik.lib.text import clean_name

if TYPE_CHECKING:
    MailModelForm = forms.ModelForm[MailSettings]
else:
    MailModelForm = forms.ModelForm

SECRETS = ("smtp_password", "imap_password")


class MailForm(MailModelForm):
    """Passwords are never shown again: an empty field keeps the present one."""

    class Meta:
        model = MailSettings
        fields = [
            "to_team",
            "team_address",
            "to_visitors",
            "delay",
            "sender_name",
            "sender_address",
            "has_plus",
            "smtp_host",
            "smtp_port",
            "smtp_security",
            "smtp_user",
            "smtp_password",
            "imap_host",
            "imap_port",
            "imap_security",
            "imap_user",
            "imap_password",
        ]
        labels = {
            "to_team": _("Offline messages and conversations"),
            "team_address": _("To this address"),
            "to_visitors": _("To visitors who left an address"),
            "delay": _("Seconds until an unread answer goes out"),
            "sender_name": _("Sender's name"),
            "sender_address": _("Sender's address"),
            "has_plus": _("The server takes name+anything@… for name@…"),
            "smtp_host": _("Server for sending (SMTP)"),
            "smtp_port": _("Port"),
            "smtp_security": _("Protection"),
            "smtp_user": _("User"),
            "smtp_password": _("Password"),
            "imap_host": _("Server for answers (IMAP)"),
            "imap_port": _("Port"),
            "imap_security": _("Protection"),
            "imap_user": _("User"),
            "imap_password": _("Password"),
        }
        help_texts = {
            "team_address": _("Empty: the owner's address."),
            "sender_name": _("Empty: the name of the site."),
            "smtp_host": _("Empty: the servers of this installation are used, if it has any."),
            "imap_host": _("Answers to the mails are read here every half a minute. Nothing is removed."),
            "has_plus": _("Then each mail has its own reply address; else answers are known by their headers."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sealed = {name: getattr(self.instance, name) for name in SECRETS}
        for name in SECRETS:
            kept = _("A password is kept. Empty: it stays.") if self._sealed[name] else ""
            widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
            self.fields[name] = forms.CharField(
                label=_("Password"), required=False, widget=widget, help_text=kept, max_length=500, strip=False
            )
        self.fields["delay"] = forms.IntegerField(label=self.fields["delay"].label, min_value=10, max_value=86400)
        for name in ("team_address", "sender_address"):
            old = self.fields[name]
            self.fields[name] = forms.EmailField(label=old.label, help_text=old.help_text, required=False)
        for name in ("smtp_port", "imap_port"):
            self.fields[name] = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535)

    def groups(self) -> list[tuple[str | Promise, list[BoundField]]]:
        """Fields as the page shows them, each group with its heading."""
        found: dict[str, list[BoundField]] = {"": [], "smtp": [], "imap": []}
        for field in self:
            part = field.name.partition("_")[0]
            found[part if part in found else ""].append(field)
        titles = {"": _("What is sent"), "smtp": _("Sending (SMTP)"), "imap": _("Answers (IMAP)")}
        return [(titles[part], fields) for part, fields in found.items()]

    def clean_sender_name(self) -> str:
        return clean_name(self.cleaned_data["sender_name"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("smtp_host") and not given.get("sender_address") and "sender_address" not in self.errors:
            self.add_error("sender_address", ValidationError(_("Say from which address mails come.")))
        for name in SECRETS:
            # A kept password goes to no other server than that for which it was entered.
            host, user = name.replace("password", "host"), name.replace("password", "user")
            is_same = not {host, user} & set(self.changed_data)
            typed = given.get(name, "")
            if not typed and self._sealed[name] and not is_same and given.get(host):
                self.add_error(name, ValidationError(_("The server or user is another one: enter its password.")))
            given[name] = seal(typed) if typed else self._sealed[name] if given.get(host) else ""
        return given
