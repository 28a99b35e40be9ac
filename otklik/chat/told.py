"""What a visitor tells by a contact form: checked against the form as it stands now, whatever his browser showed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from otklik.chat import basics, contact_fields, contact_forms
from otklik.chat.contact_forms import Asked, When
from otklik.chat.errors import ChatError
from otklik.chat.models import Agreement, ConsentVersion, Visitor
from otklik.chat.wire import FormGiven

CONSENT = "consent"


@dataclass(frozen=True)
class Consented:
    version: ConsentVersion
    language: str
    text: str


@dataclass(frozen=True)
class Told:
    # name, email, phone.
    basic: dict[str, str] = field(default_factory=dict)
    # {id of the field: {"label", "value"}}, in the words of the site's own language.
    answers: dict[str, dict[str, str]] = field(default_factory=dict)
    consent: Consented | None = None


class FormNeeded(ChatError):
    """Something of the form is missing or wrong; the answer carries the form as it stands now."""

    code = "form_needed"

    def __init__(self, message: str, *, fields: Mapping[str, str], form: dict[str, Any] | None) -> None:
        super().__init__(message, fields=fields)
        self.form = form

    def envelope(self) -> dict[str, object]:
        envelope = super().envelope()
        error = envelope["error"]
        assert isinstance(error, dict)
        return {"error": {**error, "form": self.form}}


def in_message(
    asked: Asked, given: FormGiven | None, visitor: Visitor | None, integration: Mapping[str, Any] | None, language: str
) -> Told | None:
    """What comes with a message. Raises FormNeeded when the form must be filled in and neither he nor his site, now or
    earlier, told what it asks for."""
    is_due = asked.is_required and _is_due(asked, visitor)
    if not is_due and not says(given):
        return None
    known = _known(visitor, integration)
    return _checked(asked, given, known, _has_agreed(asked, visitor), language)


def apart(asked: Asked, given: FormGiven, visitor: Visitor | None, language: str) -> Told:
    """What he tells without a message."""
    return _checked(asked, given, _known(visitor, None), _has_agreed(asked, visitor), language)


def _is_due(asked: Asked, visitor: Visitor | None) -> bool:
    if asked.when != When.ANSWER:
        return True
    return visitor is not None and visitor.conversation.answered_at is not None


def says(given: FormGiven | None) -> bool:
    """Whether anything was filled in."""
    return given is not None and bool(given.values or given.consent)


def _known(visitor: Visitor | None, integration: Mapping[str, Any] | None) -> set[str]:
    """Ids of the fields that need not be asked."""
    told = integration if integration is not None else visitor.integration if visitor else {}
    known = {name for name in basics.LIMITS if told.get(name)}
    if visitor is not None:
        known |= {name for name in basics.LIMITS if getattr(visitor, name)} | set(visitor.answers)
    return known


def has_agreed(asked: Asked | None, visitor: Visitor | None) -> bool:
    """To the text as it is now."""
    return asked is not None and _has_agreed(asked, visitor)


def _has_agreed(asked: Asked, visitor: Visitor | None) -> bool:
    if asked.consent is None or visitor is None:
        return False
    return Agreement.objects.filter(visitor=visitor, version=asked.consent).exists()


def _checked(asked: Asked, given: FormGiven | None, known: Collection[str], has_agreed: bool, language: str) -> Told:
    values = (given.values if given else None) or {}
    basic: dict[str, str] = {}
    answers: dict[str, dict[str, str]] = {}
    errors: dict[str, str] = {}
    for one in asked.fields:
        lists = list(asked.choices(one).values()) if one.kind == "choice" else []
        try:
            value = contact_fields.value_of(one, values.get(one.id), lists)
        except contact_fields.Unfit as unfit:
            errors[one.id] = str(unfit)
            continue
        if not value and one.is_required and one.id not in known:
            errors[one.id] = _("Please fill this in.")
        elif value and one.is_basic:
            basic[one.kind] = value
        elif value:
            label = asked.label(one, asked.site_language) or one.id
            answers[one.id] = {"label": label, "value": value}
    consent = None if has_agreed else _consent(asked, given, language, errors)
    if errors:
        raise _refusal(asked, errors, language, has_agreed=has_agreed)
    return Told(basic, answers, consent)


def _consent(asked: Asked, given: FormGiven | None, language: str, errors: dict[str, str]) -> Consented | None:
    shown_in, text = asked.consent_text(language)
    if asked.consent is None or not text:
        return None
    agreed = given.consent if given else None
    if agreed == asked.consent.number:
        return Consented(asked.consent, shown_in, text)
    errors[CONSENT] = _("This text is new. Please read it and agree once more.") if agreed else _("Please agree first.")
    return None


def _refusal(asked: Asked, errors: Mapping[str, str], language: str, *, has_agreed: bool) -> FormNeeded:
    """Says all of it in one sentence too: an older frame shows nothing but that."""
    names = [asked.name_of(one, language) for one in asked.fields if one.id in errors]
    if CONSENT in errors:
        names.append(_("your consent"))
    sentence = _("Please fill in the form first: %(fields)s.") % {"fields": ", ".join(names)}
    return FormNeeded(sentence, fields=errors, form=contact_forms.as_json(asked, language, has_agreed=has_agreed))
