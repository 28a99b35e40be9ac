"""The letter with the link of an invitation, where mail is set up."""

from __future__ import annotations

import logging

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from otklik.desk.models import EmployeeInvitation
from otklik.lib import letters
from otklik.lib.letters import NotSent

log = logging.getLogger(__name__)


def send(invitation: EmployeeInvitation, link: str) -> bool:
    """Whether the mail server took it; the link is good without it, too."""
    by = invitation.created_by.name if invitation.created_by else ""
    text = render_to_string("desk/invitation_mail.txt", {"invitation": invitation, "by": by, "link": link})
    subject = _("%(name)s invites you to Otklik") % {"name": by}
    try:
        letters.send(invitation.email, subject, text)
    except NotSent as error:
        log.warning("An invitation could not be sent: %s", error)
        return False
    return True
