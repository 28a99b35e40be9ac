from __future__ import annotations

from django.db import models

from .site import Site


class SiteText(models.Model):
    """A site's own words for what visitors read, in one language; whatever is not in it is said in the standard words.
    A row without words says that the site speaks this language too."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="texts")
    # A tag as browsers send it, in small letters: `de`, `pt-br`.
    language = models.CharField(max_length=10)
    # By the names of `otklik.chat.widget_texts`.
    words = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "language"], name="site_text_once")]
