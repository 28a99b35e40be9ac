"""The administration's form about the contact form: when it is shown, its fields, and its words in one language."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from otklik.chat import basics, contact_forms
from otklik.chat.consent_text import wrong_link
from otklik.chat.contact_forms import Asked
from otklik.chat.models import ConsentVersion, ContactForm
from otklik.chat.site_forms import LinesField
from otklik.chat.widget_texts import frame_texts
from otklik.lib.text import clean, clean_name

MOST_FIELDS = 20
MOST_CHOICES = 30
CHOICE_LIMIT = 100
ID = re.compile(r"[a-z][a-z0-9]{0,15}")
KINDS = {
    "name": gettext_lazy("Name"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Phone"),
    "text": gettext_lazy("Text"),
    "choice": gettext_lazy("Choice"),
}
When = ContactForm.When


class AskingForm(forms.Form):
    is_on = forms.BooleanField(required=False)
    when = forms.ChoiceField(label=gettext_lazy("When it is shown"), choices=When.choices)
    is_required = forms.BooleanField(
        label=gettext_lazy("Required: nothing is sent before it is filled in"), required=False
    )
    intro = forms.CharField(label=gettext_lazy("First words of the form"), max_length=500, required=False)
    consent = forms.CharField(
        label=gettext_lazy("Consent, with a box to tick"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy(
            "Empty: nothing is to be agreed to. A link is written as [our rules](https://example.com/rules)."
        ),
    )

    def __init__(self, *args: Any, occasion: str, intro: str, consent: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        online = occasion == contact_forms.ONLINE
        self.fields["is_on"].label = _("Show the form") if online else _("Ask something else when nobody is there")
        self.fields["intro"].widget.attrs.update(placeholder=intro, dir="auto", autocomplete="off")
        self.fields["consent"].widget.attrs["placeholder"] = consent

    def clean_intro(self) -> str:
        return clean(self.cleaned_data["intro"]).strip()

    def clean_consent(self) -> str:
        text = clean(self.cleaned_data["consent"]).strip()
        if wrong := wrong_link(text):
            sentence = _("“%(address)s” is no address of a web page: it begins with https://.")
            raise forms.ValidationError(sentence, params={"address": wrong[:100]})
        return text


class FieldForm(forms.Form):
    """One field, in one language. `names` are its words in the language that stands behind empty ones."""

    kind = forms.ChoiceField(choices=list(KINDS.items()), widget=forms.HiddenInput)
    label = forms.CharField(label=gettext_lazy("Question"), max_length=100, required=False)
    hint = forms.CharField(label=gettext_lazy("Example in the empty field"), max_length=200, required=False)
    choices = LinesField(label=gettext_lazy("Choices, one on each line"), max_length=4000, required=False)
    is_required = forms.BooleanField(label=gettext_lazy("Must be filled in"), required=False)

    def __init__(
        self, data: QueryDict | None = None, *, id: str, kind: str, behind: dict[str, Any], initial: dict[str, Any]
    ) -> None:
        super().__init__(data, prefix=id, initial=initial)
        self.id, self.kind_given, self.behind = id, kind, behind
        for name in ("label", "hint"):
            self.fields[name].widget.attrs.update(placeholder=behind.get(name, ""), dir="auto", autocomplete="off")
        self.fields["choices"].widget.attrs.update(placeholder="\n".join(behind.get("choices") or []), dir="auto")
        del self.fields["hint" if kind == "choice" else "choices"]

    @property
    def title(self) -> str:
        return str(KINDS.get(self.kind_given, self.kind_given))

    @property
    def row(self) -> dict[str, Any]:
        return {"id": self.id, "kind": self.cleaned_data["kind"], "isRequired": self.cleaned_data["is_required"]}

    @property
    def words(self) -> dict[str, Any]:
        given = {name: self.cleaned_data.get(name) for name in ("label", "hint", "choices")}
        return {name: value for name, value in given.items() if value}

    def clean_kind(self) -> str:
        kind = str(self.cleaned_data["kind"])
        if (kind in basics.LIMITS) != (self.id == kind):
            raise forms.ValidationError(_("This field cannot be."))
        return kind

    def clean_label(self) -> str:
        label = clean_name(self.cleaned_data["label"], 100)
        if not label and not self.behind.get("label"):
            raise forms.ValidationError(_("Write what is asked."))
        return label

    def clean_hint(self) -> str:
        return clean_name(self.cleaned_data["hint"], 200)

    def clean_choices(self) -> list[str]:
        lines = (clean_name(line, CHOICE_LIMIT) for line in self.cleaned_data["choices"].splitlines())
        found = list(dict.fromkeys(line for line in lines if line))
        behind = self.behind.get("choices") or []
        if len(found) > MOST_CHOICES:
            raise forms.ValidationError(_("At most %(most)s choices.") % {"most": MOST_CHOICES})
        if not behind and len(found) < 2:
            raise forms.ValidationError(_("A choice needs at least two lines."))
        if behind and found and len(found) != len(behind):
            many = len(behind)
            sentence = ngettext("Here must be %(many)s line, as in the language of the site.",
                                "Here must be %(many)s lines, as in the language of the site.", many)  # fmt: skip
            raise forms.ValidationError(sentence % {"many": many})
        return found


class Editor:
    """All of one form on the screen, in one language."""

    def __init__(self, form: ContactForm, language: str, data: QueryDict | None = None) -> None:
        self.form, self.language, self.data = form, language, data
        self.asked = contact_forms.asked_by(form)
        self.latest = form.consents.order_by("-number").first() if form.pk else None
        own = form.words.get(language, {})
        consents = self.latest.words if self.latest else {}
        self.settings = AskingForm(
            data,
            occasion=form.occasion,
            intro=dataclasses.replace(self.asked, words={}).intro(language),
            consent=consents.get(form.site.language, "") if language != form.site.language else "",
            initial={
                "is_on": form.is_on,
                "when": form.when,
                "is_required": form.is_required,
                "intro": own.get("intro", ""),
                "consent": consents.get(language, ""),
            },
        )
        self.rows = self._rows()
        self.errors: list[str] = []

    def _rows(self) -> list[FieldForm]:
        if self.data is None:
            return [self.row(row["id"], row["kind"], row) for row in self.form.fields]
        ids = [id for id in dict.fromkeys(self.data.getlist("field")) if ID.fullmatch(id)]
        return [self.row(id, self.data.get(f"{id}-kind", "")) for id in ids[: MOST_FIELDS + 1]]

    def row(self, id: str, kind: str, stored: dict[str, Any] | None = None) -> FieldForm:
        words = self.form.words.get(self.language, {}).get("fields", {}).get(id, {})
        initial = {"kind": kind, "is_required": bool(stored and stored.get("isRequired")), **words}
        return FieldForm(self.data, id=id, kind=kind, behind=self._behind(id, kind), initial=initial)

    def _behind(self, id: str, kind: str) -> dict[str, Any]:
        """What is read where this language has no words of its own."""
        found: dict[str, Any] = {}
        if kind in basics.LIMITS:
            found["label"] = frame_texts(self.language)[kind]
        elif self.language != self.form.site.language:
            found = dict(self.form.words.get(self.form.site.language, {}).get("fields", {}).get(id, {}))
        return found

    @property
    def blanks(self) -> list[FieldForm]:
        """A new field of each kind, for the page to copy."""
        return [
            FieldForm(
                id=kind if kind in basics.LIMITS else "newid",
                kind=kind,
                behind=self._behind("", kind),
                initial={"kind": kind},
            )
            for kind in KINDS
        ]

    def is_valid(self) -> bool:
        fits = [one.is_valid() for one in (self.settings, *self.rows)]
        if all(fits):
            self.errors = list(self._complaints())
        return all(fits) and not self.errors

    def _complaints(self) -> list[str]:
        given = self.settings.cleaned_data
        if len(self.rows) > MOST_FIELDS:
            return [_("At most %(most)s fields fit into a form.") % {"most": MOST_FIELDS}]
        if given["is_on"] and not self.rows:
            return [_("Add at least one field, or switch the form off.")]
        is_asked = any(row.cleaned_data["is_required"] for row in self.rows) or self.consents
        if given["is_on"] and given["is_required"] and not is_asked:
            return [_("A required form needs at least one field that must be filled in.")]
        return []

    @property
    def consents(self) -> dict[str, str]:
        """The consent's words in all languages, with what was given now."""
        words = {**(self.latest.words if self.latest else {}), self.language: self.settings.cleaned_data["consent"]}
        return {language: text for language, text in words.items() if text}

    @property
    def next_number(self) -> int:
        return self.latest.number + 1 if self.latest else 1

    def fields(self) -> list[dict[str, Any]]:
        return [row.row for row in self.rows]

    def words(self) -> dict[str, Any]:
        """Of all languages; of fields that are gone nothing stays."""
        ids = {row.id for row in self.rows}
        kept = {
            language: {**words, "fields": {id: one for id, one in words.get("fields", {}).items() if id in ids}}
            for language, words in self.form.words.items()
        }
        own = {"intro": self.settings.cleaned_data["intro"], "fields": {row.id: row.words for row in self.rows}}
        return {**kept, self.language: own}

    def draft(self) -> Asked:
        """The form as it would be, with whatever of it is right."""
        self.settings.is_valid()
        self.rows = [row for row in self.rows if row.is_valid()]
        given = {"intro": "", "consent": "", **self.settings.cleaned_data}
        self.settings.cleaned_data = given
        consents = self.consents
        form = ContactForm(
            site=self.form.site,
            occasion=self.form.occasion,
            when=given.get("when", self.form.when),
            is_required=bool(given.get("is_required")),
            fields=self.fields(),
            words=self.words(),
        )
        consent = ConsentVersion(number=self.next_number, words=consents) if consents else None
        return dataclasses.replace(contact_forms.asked_by(form), consent=consent)
