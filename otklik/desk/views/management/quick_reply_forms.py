from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.desk.actions import quick_replies as actions
from otklik.desk.actions.quick_reply_files import Given


class SeveralInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name)


class SeveralFiles(forms.FileField):
    """Its value is a list, empty without a file."""

    widget = SeveralInput

    def clean(self, data: Any, initial: Any = None) -> list[Given]:
        files = [super(SeveralFiles, self).clean(one, initial) for one in data or []]
        return [Given(file.name or "", file, file.size or 0) for file in files]


class QuickReplyForm(forms.Form):
    question = forms.CharField(
        label=_("What it is about"),
        max_length=200,
        help_text=_("For example what clients ask. By these words and by the answer it is found."),
    )
    text = forms.CharField(label=_("Answer"), widget=forms.Textarea(attrs={"rows": 6}))
    group = forms.CharField(
        label=pgettext_lazy("of quick replies", "Group"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"list": "groups", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    attached = SeveralFiles(
        label=_("Attach files"),
        required=False,
        allow_empty_file=True,
        help_text=_("They come along with the answer; whoever chooses it can still leave them out."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.initial.get("language", "")
        known = [(tag, name) for tag, name in settings.LANGUAGES]
        further = [(own, own)] if own and own not in dict(known) else []
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)
        language.choices = [("", _("any")), *known, *further]

    @property
    def values(self) -> dict[str, Any]:
        given = {name: self.cleaned_data[name] for name in actions.FIELDS}
        return {**given, "text": given["text"].replace("\r\n", "\n")}
