from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from otklik.chat.actions import api_keys, cloning, site_log
from otklik.chat.models import Agent, File, Hook, Site, SiteMember
from otklik.chat.models.hook import standard_events
from otklik.lib import keeping
from otklik.people.models import User


@transaction.atomic
def make(name: str, owner: User, language: str = "ru", hosts: Sequence[str] = ()) -> Site:
    """A website with a chat: its keys, its owner, and the owner as its first agent."""
    site = Site.objects.create(name=name, language=language, hosts=list(hosts))
    SiteMember.objects.create(site=site, user=owner, is_owner=True)
    Agent.objects.create(site=site, user=owner, name=owner.name or owner.email, email=owner.email)
    site_log.record(site, "site_made", by=owner)
    site.secret_key = api_keys.make(site, name, by=owner).secret
    return site


@transaction.atomic
def copy(source: Site, name: str, *, hosts: Sequence[str], by: User) -> Site:
    """Another site that looks, speaks and works like this one; see `cloning`."""
    site = make(name, by, source.language, hosts)
    site.left_after, site.transcript_after = source.left_after, source.transcript_after
    site.save(update_fields=["left_after", "transcript_after"])
    for part in cloning.PARTS:
        part(source, site)
    site_log.record(site, "site_copied", by=by, about=source.name)
    return site


@transaction.atomic
def change(site: Site, *, name: str, language: str, hosts: Sequence[str], by: User) -> Site:
    site.name, site.language, site.hosts = name, language, list(hosts)
    site.save(update_fields=["name", "language", "hosts"])
    site_log.record(site, "site_changed", by=by, about=", ".join([name, language, *hosts]))
    return site


@transaction.atomic
def remove(site: Site) -> None:
    """The site with all its conversations, files, keys and people's places in it. There is no way back."""
    stored = File.objects.filter(conversation__site=site).values_list("stored", "preview")
    names = [name for pair in stored for name in pair if name]
    site.delete()
    transaction.on_commit(lambda: keeping.drop(*names))


@transaction.atomic
def set_hook(site: Site, address: str, events: Sequence[str] | None = None) -> Hook:
    """The site's chats are told to this address. The same address again changes its events and keeps its secret;
    without any event it is forgotten, with what still waits for it."""
    # Not against new rows of the site: those may hold the hook, for which the deletion waits.
    Site.objects.select_for_update(no_key=True).get(pk=site.pk)
    hook = Hook.objects.filter(site=site, address=address).first() or Hook(site=site, address=address)
    hook.events = standard_events() if events is None else list(events)
    if not hook.events:
        Hook.objects.filter(pk=hook.pk).delete()
        return hook
    hook.is_active = True
    hook.save()
    return hook
