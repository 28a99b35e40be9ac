"""The pages of a site's administration, in the order of the list beside them: (name of the URL, title). Such a URL
takes the site's public key alone; its page extends `chat/site_page.html`, has `site` in its context and fills the block
`page`."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PAGES: list[tuple[str, str | Promise]] = [
    ("site", _("Overview")),
    ("site_look", _("Appearance")),
    ("site_texts", _("Texts")),
    ("site_form", _("Contact form")),
    ("site_agents", _("Agents")),
    ("site_hours", _("Working hours")),
    ("site_visitors", _("Visitors now")),
    ("site_mail", _("Mail")),
    ("site_keys", _("API keys")),
    ("site_hooks", _("Webhooks")),
    ("site_log", _("Log")),
    ("site_settings", _("Site")),
]

# Pages whose addresses are not below the one that leads to them: (what stands after the site's key, name of the URL).
ELSEWHERE = {"groups/": "site_agents", "copy/": "site_settings", "removal/": "site_settings"}
