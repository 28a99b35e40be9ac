from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from otklik.chat.looks import COLORS, OPTIONS
from otklik.chat.models import Look
from otklik.lib.text import clean

# What the picker of a colour shows where the standard one is worn.
STANDARD = {
    "button_bg": "#2f6f5e",
    "button_text": "#ffffff",
    "client_bubble_bg": "#2f6f5e",
    "agent_bubble_bg": "#eef2f0",
    "chat_bg": "#ffffff",
}
GREETING_LIMIT = 500

if TYPE_CHECKING:
    LookModelForm = forms.ModelForm[Look]
else:
    LookModelForm = forms.ModelForm


class Color(NamedTuple):
    field: BoundField
    shown: str
    # The fields of the ground and of what stands on it; empty: black or white letters.
    judged: str
    ink: str


class LookForm(LookModelForm):
    """How the chat looks, and its first words in the site's language."""

    greeting = forms.CharField(label=_("First words of the chat"), max_length=GREETING_LIMIT, required=False)

    class Meta:
        model = Look
        fields = [*STANDARD, *OPTIONS.values(), "has_round_pictures"]

    def __init__(self, *args: Any, standard_greeting: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for option, name in COLORS.items():
            attributes = {"data-color": option, "autocomplete": "off", "spellcheck": "false"}
            self.fields[name].widget.attrs.update(attributes, placeholder=STANDARD[name])
        for option, name in OPTIONS.items():
            self.fields[name].widget.attrs["data-option"] = option
        self.fields["greeting"].widget.attrs.update({"data-word": "greeting", "placeholder": standard_greeting})

    @property
    def colors(self) -> list[Color]:
        return [self._color(name) for name in STANDARD]

    def _color(self, name: str) -> Color:
        field = self[name]
        judged, ink = ("button_bg", "button_text") if name == "button_text" else (name, "")
        return Color(field, str(field.value() or "") or STANDARD[name], judged, ink)

    @property
    def rest(self) -> Iterator[BoundField]:
        return (field for field in self if field.name not in STANDARD)

    def clean_greeting(self) -> str:
        return clean(self.cleaned_data["greeting"]).strip()
