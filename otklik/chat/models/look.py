from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .site import Site

COLOR = RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("Give a colour as # and six digits, such as #2f6f5e."))


def color(name: object) -> models.CharField[str, str]:
    """Empty: the standard one, which follows the visitor's wish for light or dark."""
    return models.CharField(name, max_length=7, blank=True, validators=[COLOR])  # type: ignore[arg-type]


class Look(models.Model):
    """How the chat of a site looks. A site without a row has the standard look."""

    class Style(models.TextChoices):
        ROUND = "round", _("round, with a sign")
        TAB = "tab", _("a tab with words, at the edge of the page")

    class Position(models.TextChoices):
        """The side of the page, then the place on it, in Chatra's letters."""

        BOTTOM_RIGHT = "br", _("below, right")
        BOTTOM_CENTER = "bc", _("below, in the middle")
        BOTTOM_LEFT = "bl", _("below, left")
        RIGHT_BOTTOM = "rb", _("at the right, below")
        RIGHT_MIDDLE = "rm", _("at the right, in the middle")
        RIGHT_TOP = "rt", _("at the right, above")
        LEFT_BOTTOM = "lb", _("at the left, below")
        LEFT_MIDDLE = "lm", _("at the left, in the middle")
        LEFT_TOP = "lt", _("at the left, above")

    site = models.OneToOneField(Site, models.CASCADE, related_name="look")
    button_bg = color(_("Button"))
    button_text = color(_("Sign on the button"))
    client_bubble_bg = color(_("Messages of the visitor"))
    agent_bubble_bg = color(_("Messages of the agents"))
    chat_bg = color(_("Ground of the chat"))
    button_style = models.CharField(_("Button"), max_length=10, choices=Style, default=Style.ROUND)
    button_position = models.CharField(_("Place"), max_length=2, choices=Position, default=Position.BOTTOM_RIGHT)
    button_size = models.PositiveSmallIntegerField(
        _("Size of the button"), default=60, validators=[MinValueValidator(40), MaxValueValidator(100)]
    )
    chat_width = models.PositiveSmallIntegerField(
        _("Width of the chat"), default=380, validators=[MinValueValidator(275), MaxValueValidator(500)]
    )
    chat_height = models.PositiveSmallIntegerField(
        _("Height of the chat"), default=600, validators=[MinValueValidator(350), MaxValueValidator(700)]
    )
    has_round_pictures = models.BooleanField(_("Round pictures of agents"), default=True)
