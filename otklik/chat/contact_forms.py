"""What a site asks its visitors now, and in which words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from otklik.chat import contact_fields
from otklik.chat.consent_text import parts_of
from otklik.chat.contact_fields import Field
from otklik.chat.mail import accounts
from otklik.chat.models import ConsentVersion, ContactForm, Site
from otklik.chat.promise import is_anybody_there
from otklik.chat.widget_texts import frame_texts, own_words, standard_of

ONLINE, OFFLINE = ContactForm.Occasion.ONLINE, ContactForm.Occasion.OFFLINE
When = ContactForm.When

# Offered after the first message to whoever has told no address.
STANDARD_FIELDS = [{"id": "name", "kind": "name"}, {"id": "email", "kind": "email"}]


@dataclass(frozen=True)
class Asked:
    """A form as it stands now."""

    occasion: str
    when: str
    is_required: bool
    fields: tuple[Field, ...]
    words: dict[str, Any]
    # The latest one; None: nobody is asked.
    consent: ConsentVersion | None
    site_language: str
    # {language: words}, where the form has none of its own.
    intros: dict[str, str]
    promises_mail: bool

    def spoken(self, language: str) -> list[str]:
        """The languages in which to look for words, the best first."""
        return list(dict.fromkeys([language, language.partition("-")[0], self.site_language, *self.words]))

    def _said(self, field: Field, name: str, languages: list[str]) -> Any:
        places = (self.words.get(one, {}).get("fields", {}).get(field.id, {}) for one in languages)
        return next((place[name] for place in places if place.get(name)), "")

    def label(self, field: Field, language: str) -> str:
        """Empty: the widget's own word for a basic field."""
        # A word of another language is no help where the widget has one of the visitor's.
        languages = [language, language.partition("-")[0]] if field.is_basic else self.spoken(language)
        return str(self._said(field, "label", languages))

    def name_of(self, field: Field, language: str) -> str:
        return self.label(field, language) or frame_texts(language).get(field.kind, field.kind)

    def hint(self, field: Field, language: str) -> str:
        return str(self._said(field, "hint", [language, language.partition("-")[0]]))

    def choices(self, field: Field) -> dict[str, list[str]]:
        """In each language; those of the site's own language, or else of the first, come first."""
        languages = self.spoken(self.site_language)
        found = {one: self._said(field, "choices", [one]) for one in languages}
        given = {one: list(choices) for one, choices in found.items() if choices}
        many = len(next(iter(given.values()), []))
        return {one: choices for one, choices in given.items() if len(choices) == many}

    def intro(self, language: str) -> str:
        for one in (language, language.partition("-")[0]):
            if words := self.words.get(one, {}).get("intro") or self.intros.get(one):
                return str(words)
        name = "introduceReason" if self.promises_mail else "introduceShort"
        return frame_texts(standard_of(language))[name]

    def consent_text(self, language: str) -> tuple[str, str]:
        """The language and the text; empty: nothing is to be agreed to."""
        words = self.consent.words if self.consent else {}
        found = next((one for one in [*self.spoken(language), *words] if words.get(one)), "")
        return found, words.get(found, "")


def current(site: Site) -> Asked | None:
    """What visitors of the site are asked at this moment; None: nothing."""
    forms = {form.occasion: form for form in ContactForm.objects.filter(site=site)}
    form = forms.get(ONLINE) or standard(site)
    offline = forms.get(OFFLINE)
    if offline is not None and offline.is_on and not is_anybody_there(site.pk):
        form = offline
    return asked_by(form) if form.is_on and form.fields else None


def standard(site: Site) -> ContactForm:
    """Not stored."""
    return ContactForm(site=site, fields=[dict(row) for row in STANDARD_FIELDS])


def asked_by(form: ContactForm) -> Asked:
    consent = form.consents.order_by("-number").first() if form.pk else None
    return Asked(
        occasion=form.occasion,
        when=form.when,
        is_required=form.is_required,
        fields=contact_fields.read(form.fields),
        words=form.words,
        consent=consent if consent and consent.words else None,
        site_language=form.site.language,
        intros={language: words.get("introduceReason", "") for language, words in own_words(form.site).items()},
        promises_mail=accounts.answers_visitors(form.site),
    )


def as_json(asked: Asked | None, language: str, *, has_agreed: bool = False) -> dict[str, Any] | None:
    """As the widget's frame shows it."""
    if asked is None:
        return None
    language = language.lower()[:10]
    with translation.override(standard_of(language)):
        return {
            "occasion": asked.occasion,
            "when": asked.when,
            "required": asked.is_required,
            "intro": asked.intro(language),
            "fields": [_field_json(asked, field, language) for field in asked.fields],
            "consent": None if has_agreed else _consent_json(asked, language),
        }


def _field_json(asked: Asked, field: Field, language: str) -> dict[str, Any]:
    lists = asked.choices(field) if field.kind == "choice" else {}
    best = next((lists[one] for one in asked.spoken(language) if one in lists), [])
    return {
        "id": field.id,
        "kind": field.kind,
        "required": field.is_required,
        "label": asked.label(field, language) or ("" if field.is_basic else _("Your answer")),
        "hint": asked.hint(field, language),
        "choices": best,
    }


def _consent_json(asked: Asked, language: str) -> dict[str, Any] | None:
    _language, text = asked.consent_text(language)
    if asked.consent is None or not text:
        return None
    return {"version": asked.consent.number, "parts": parts_of(text)}
