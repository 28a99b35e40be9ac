from __future__ import annotations

import zoneinfo
from functools import cache
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from otklik.people import pictures
from otklik.people.models import Picture, User

if TYPE_CHECKING:
    UserForm = forms.ModelForm[User]
else:
    UserForm = forms.ModelForm


@cache
def timezones() -> list[tuple[str, str]]:
    names = sorted(name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [(name, name.replace("_", " ")) for name in names]


class OwnSettings(UserForm):
    language = forms.ChoiceField(label=_("Language"), required=False)
    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
        help_text=_("JPEG, PNG, WebP or GIF, up to 2 MB. Colleagues see it and, where it is so set, clients."),
    )
    no_picture = forms.BooleanField(label=_("Remove the picture"), required=False)
    timezone = forms.ChoiceField(label=_("Time zone"), required=False, help_text=_("In which times are shown to you."))

    class Meta:
        model = User
        fields = ["name", "language", "timezone"]
        labels = {"name": _("Name")}
        help_texts = {"name": _("As colleagues see it and, where it is so set, clients.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        if not Picture.objects.filter(user=self.instance).exists():
            del self.fields["no_picture"]
        self._choices("language", [("", _("As in the browser")), *settings.LANGUAGES])
        self._choices("timezone", [("", _("As in the browser")), ("UTC", "UTC"), *timezones()])

    def clean_picture(self) -> bytes | None:
        given = self.cleaned_data["picture"]
        if not given:
            return None
        if given.size > pictures.LIMIT:
            raise ValidationError(_("This picture is larger than 2 MB. Choose a smaller one."))
        try:
            return pictures.made_of(given)
        except pictures.Unusable:
            raise ValidationError(_("This is no picture that can be used. Choose a JPEG, PNG, WebP or GIF.")) from None

    def save(self, commit: bool = True) -> User:
        user = super().save(commit)
        if self.cleaned_data["picture"]:
            pictures.keep(user, self.cleaned_data["picture"])
        elif self.cleaned_data.get("no_picture"):
            pictures.remove(user)
        return user

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class FirstAdministrator(UserForm):
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters."),
    )

    class Meta:
        model = User
        fields = ["name", "email"]
        labels = {"name": _("Your name"), "email": _("E-mail")}
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
            "email": forms.EmailInput(attrs={"autocomplete": "username"}),
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "password" in given:
            try:
                validate_password(given["password"], User(name=given.get("name", ""), email=given.get("email", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return given
