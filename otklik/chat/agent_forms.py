from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from otklik.chat.basics import is_email
from otklik.chat.models import Agent, AgentGroup, Site, SiteMember
from otklik.lib.text import clean_name
from otklik.people import pictures
from otklik.people.models import User

NAME = forms.TextInput(attrs={"autocomplete": "off"})


class _Named(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200, widget=NAME)
    group = forms.ModelChoiceField(AgentGroup.objects.none(), label=_("Group"), required=False, empty_label=_("none"))

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        if "group" in self.fields:
            field: Any = self.fields["group"]
            field.queryset = AgentGroup.objects.filter(site=site).order_by("name")
            field.label_from_instance = lambda group: group.name
            if not field.queryset.exists():
                del self.fields["group"]

    def clean_name(self) -> str:
        name = clean_name(self.cleaned_data["name"])
        if not name:
            raise ValidationError(_("Give a name."))
        return name

    @property
    def group_given(self) -> AgentGroup | None:
        group: AgentGroup | None = self.cleaned_data.get("group")
        return group


class NewAgentForm(_Named):
    email = forms.CharField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        help_text=_("By which programs name him in the API."),
        widget=NAME,
    )

    def clean_email(self) -> str:
        email = clean_name(self.cleaned_data["email"])
        if email and not is_email(email):
            raise ValidationError(_("This is no e-mail address."))
        if email and Agent.objects.filter(site=self.site, email__iexact=email).exists():
            raise ValidationError(_("There is an agent with this e-mail."))
        return email


class AgentForm(_Named):
    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
        help_text=_("JPEG, PNG, WebP or GIF, up to 2 MB. Visitors see it beside his messages."),
    )
    no_picture = forms.BooleanField(label=_("Remove the picture"), required=False)

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


class InvitationForm(_Named):
    is_administrator = forms.BooleanField(label=_("May also change the settings of the site"), required=False)
    field_order = ["name", "group", "is_administrator"]


class GroupForm(forms.Form):
    name = forms.CharField(label=_("Name of the group"), max_length=200, widget=NAME)
    agents = forms.ModelMultipleChoiceField(
        Agent.objects.none(), label=_("Agents"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["agents"]
        field.queryset = Agent.objects.filter(site=site).order_by("name")

    def clean_name(self) -> str:
        name = clean_name(self.cleaned_data["name"])
        if not name:
            raise ValidationError(_("Give the group a name."))
        return name


class HandoverForm(forms.Form):
    """To whom a site goes: somebody who signs in as its agent, and does not own it already."""

    agent = forms.ModelChoiceField(Agent.objects.none(), label=_("New owner"), empty_label=_("choose…"))

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = SiteMember.objects.filter(site=site, is_owner=True).values("user")
        persons = Agent.objects.filter(site=site, user__is_active=True).exclude(user__in=owners)
        field: Any = self.fields["agent"]
        field.queryset = persons.select_related("user").order_by("name", "id")
        field.label_from_instance = lambda agent: f"{agent.name} ({agent.user.email})"

    @property
    def has_anybody(self) -> bool:
        field: Any = self.fields["agent"]
        return bool(field.queryset.exists())

    @property
    def person_given(self) -> User:
        agent: Agent = self.cleaned_data["agent"]
        assert agent.user
        return agent.user
