"""What the log of a site's administration says: a sentence for each kind of change."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# `%s` is what the change was about.
SENTENCES: dict[str, str | Promise] = {
    "site_made": _("made the site"),
    "site_copied": _("made the site as a copy of “%s”"),
    "site_changed": _("changed name, language or hosts: %s"),
    "watching_changed": _("changed what is seen of visitors"),
    "look_changed": _("changed the look"),
    "texts_changed": _("changed texts: %s"),
    "form_changed": _("changed the contact form: %s"),
    "language_added": _("added a language: %s"),
    "language_removed": _("removed a language with its texts: %s"),
    "hours_changed": _("changed the working hours"),
    "key_made": _("made the API key “%s”"),
    "key_rotated": _("replaced the API key “%s”"),
    "key_revoked": _("revoked the API key “%s”"),
    "hook_added": _("added a webhook to %s"),
    "hook_changed": _("changed the webhook to %s"),
    "hook_paused": _("paused the webhook to %s"),
    "hook_resumed": _("resumed the webhook to %s"),
    "hook_removed": _("removed the webhook to %s"),
    "hook_secret_changed": _("changed the secret of the webhook to %s"),
    "webhook_repeated": _("sent a webhook once more: %s"),
    "agent_added": _("added the agent %s"),
    "agent_changed": _("changed the agent %s"),
    "agent_presence": _("changed who is online: %s"),
    "agent_removed": _("removed the agent %s"),
    "group_added": _("added the group %s"),
    "group_changed": _("changed the group %s"),
    "group_removed": _("removed the group %s"),
    "person_invited": _("made an invitation for %s"),
    "person_joined": _("joined: %s"),
    "invitation_withdrawn": _("withdrew the invitation for %s"),
    "member_added": _("made an administrator: %s"),
    "member_removed": _("took away the administration: %s"),
    "owner_changed": _("gave the site to %s"),
}


def sentence(kind: str, about: str) -> str:
    words = str(SENTENCES.get(kind, kind))
    return words.replace("%s", about)
