from __future__ import annotations

from django.db import transaction

from otklik.chat.actions import site_log
from otklik.chat.models import Look, Site, SiteText
from otklik.people.models import User


@transaction.atomic
def wear(look: Look, *, by: User) -> Look:
    """From now on the site's chat looks like this; pages that are open see it when they are loaded again."""
    look.save()
    site_log.record(look.site, "look_changed", by=by)
    return look


@transaction.atomic
def say(site: Site, language: str, words: dict[str, str], *, by: User) -> None:
    """These own words in this language, by the names of `widget_texts`; an empty one is the standard again."""
    Site.objects.select_for_update().get(pk=site.pk)
    row, _is_new = SiteText.objects.get_or_create(site=site, language=language)
    changed = {**row.words, **words}
    changed = {name: word for name, word in changed.items() if word}
    if changed == row.words:
        return
    row.words = changed
    row.save(update_fields=["words"])
    site_log.record(site, "texts_changed", by=by, about=language)


@transaction.atomic
def add_language(site: Site, language: str, *, by: User) -> None:
    if SiteText.objects.get_or_create(site=site, language=language)[1]:
        site_log.record(site, "language_added", by=by, about=language)


@transaction.atomic
def remove_language(site: Site, language: str, *, by: User) -> None:
    """The language with the site's own words in it."""
    if SiteText.objects.filter(site=site, language=language).delete()[0]:
        site_log.record(site, "language_removed", by=by, about=language)
