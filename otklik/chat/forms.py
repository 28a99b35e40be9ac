from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.chat.models import Site
from otklik.lib.text import clean_name

NEW = "new"


class ConsentSite(forms.Form):
    """For which site a consent is given: one of the person's own, or a new one made on the way."""

    site = forms.ChoiceField(
        label=_("Site"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the site."),
            "invalid_choice": _("This site is not among yours any more. Choose another one."),
        },
    )
    name = forms.CharField(
        label=_("Name of the new site"),
        max_length=200,
        error_messages={"required": _("Give the new site a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "shop.example.com"}),
    )

    def __init__(self, *args: Any, sites: Iterable[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sites = {site.public_key: site for site in sites}
        choices = [(key, site.name) for key, site in self.sites.items()]
        field = self.fields["site"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*choices, (NEW, _("A new site"))]
        field.initial = choices[0][0] if choices else NEW
        self.fields["name"].required = not self.is_bound or self.data.get("site") == NEW

    def clean_name(self) -> str:
        name = clean_name(self.cleaned_data["name"])
        if not name and self.fields["name"].required:
            raise forms.ValidationError(self.fields["name"].error_messages["required"], code="required")
        return name

    @property
    def chosen(self) -> Site | None:
        """None: a new one is to be made."""
        return self.sites.get(self.cleaned_data["site"])
