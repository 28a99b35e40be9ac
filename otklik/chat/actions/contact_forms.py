from __future__ import annotations

from typing import Any

from django.db import transaction

from otklik.chat.actions import site_log
from otklik.chat.models import ConsentVersion, ContactForm, Site
from otklik.people.models import User


@transaction.atomic
def ask(form: ContactForm, *, consents: dict[str, str], by: User) -> ContactForm:
    """From now on visitors are asked this; `consents` is what they agree to, by languages. Another text is another
    version, also where nobody has agreed to the last one: somebody may read it at this moment."""
    Site.objects.select_for_update().get(pk=form.site_id)
    stored = ContactForm.objects.filter(site=form.site, occasion=form.occasion).first()
    form.pk = stored.pk if stored else None
    form.save(force_insert=stored is None, force_update=stored is not None)
    latest = form.consents.order_by("-number").first()
    if consents != (latest.words if latest else {}):
        ConsentVersion.objects.create(form=form, number=latest.number + 1 if latest else 1, words=consents)
    site_log.record(form.site, "form_changed", by=by, about=form.get_occasion_display().lower())
    return form


def copy(source: Site, target: Site) -> None:
    """What another site asks, with its consents as their first versions."""
    for form in ContactForm.objects.filter(site=source):
        consent = form.consents.order_by("-number").first()
        made: dict[str, Any] = {
            name: getattr(form, name) for name in ("occasion", "is_on", "when", "is_required", "fields", "words")
        }
        copied = ContactForm.objects.create(site=target, **made)
        if consent is not None and consent.words:
            ConsentVersion.objects.create(form=copied, number=1, words=consent.words)
