from __future__ import annotations

import re
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from otklik.chat.widget_texts import PARTS, frame_texts
from otklik.lib.text import clean

WORDS_LIMIT = 500
# Those that the preview shows while they are typed.
SHOWN = ("greeting", "placeholder")
PART_NAMES = {
    "page": _("The chat"),
    "promise": _("While nobody is there"),
    "introduction": _("The contact form"),
    "messages": _("Beside the messages"),
    "talk": _("The conversation"),
    "files": _("Files"),
}
FILLED = re.compile(r"\{(\w+)\}")
TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,6})?")


class Part(NamedTuple):
    """Texts of one place of the widget; `own`: how many are in the site's own words."""

    name: str
    fields: list[forms.BoundField]
    own: int
    has_errors: bool


class TextsForm(forms.Form):
    """A site's own words in one language. What is left empty is said in the standard words, which stand behind it."""

    def __init__(self, *args: Any, language: str, words: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The administrator knows what a text is for by what it says in his own language.
        meaning = frame_texts(get_language() or "en")
        for name, standard in frame_texts(language).items():
            attributes = {"placeholder": standard, "dir": "auto", "data-word": name, "autocomplete": "off"}
            self.fields[name] = forms.CharField(
                label=meaning[name],
                required=False,
                max_length=WORDS_LIMIT,
                initial=words.get(name, ""),
                widget=forms.TextInput(attrs=attributes),
            )
        self.standard = frame_texts(language)

    def parts(self) -> list[Part]:
        found = []
        for key, texts in PARTS.items():
            fields = [self[name] for name in texts()]
            own = sum(bool(field.value()) for field in fields)
            found.append(Part(str(PART_NAMES[key]), fields, own, any(field.errors for field in fields)))
        return found

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name, words in list(given.items()):
            given[name] = clean(words).strip()
            allowed = FILLED.findall(self.standard[name])
            unknown = [part for part in FILLED.findall(given[name]) if part not in allowed]
            if unknown:
                self.add_error(name, self._unknown(unknown[0], allowed))
        return given

    def _unknown(self, part: str, allowed: list[str]) -> ValidationError:
        values = {"part": f"{{{part}}}", "allowed": ", ".join(f"{{{name}}}" for name in allowed)}
        if not allowed:
            return ValidationError(_("Nothing can be filled in here for %(part)s."), params=values)
        return ValidationError(_("Nothing can be filled in here for %(part)s. Known: %(allowed)s."), params=values)


class LanguageForm(forms.Form):
    language = forms.CharField(
        label=_("Language"),
        max_length=10,
        help_text=_("Its short name, as browsers say it: de, kk, ar, pt-br."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )

    def clean_language(self) -> str:
        tag = self.cleaned_data["language"].strip().lower().replace("_", "-")
        if not TAG.fullmatch(tag):
            raise ValidationError(_("This is no short name of a language."))
        return str(tag)
