from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.chat.models.hook import standard_events

EVENTS: dict[str, str | Promise] = {
    "chatStarted": _("a chat begins"),
    "chatFragment": _("new messages"),
    "chatTranscript": _("a chat is over, with all that was said"),
    "visitorLeft": _("the visitor left"),
    "visitorReturned": _("the visitor came back"),
    "messageRead": _("the visitor has read an answer"),
}


class HookForm(forms.Form):
    address = forms.CharField(
        label=_("Address"),
        max_length=500,
        validators=[URLValidator(schemes=["http", "https"], message=_("Give an http or https address."))],
        widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://…"}),
    )
    events = forms.MultipleChoiceField(
        label=_("What is told"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one event.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["events"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(name, EVENTS.get(name, name)) for name in standard_events()]
        field.initial = standard_events()
