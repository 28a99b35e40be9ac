"""Who still uses what somebody wants to delete, also where the desk knows nothing of the user but its name."""

from __future__ import annotations

from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.desk.models import Contact, Task

MOST = 5


def told_users(error: ProtectedError) -> str:
    """A sentence with the names of those whose references the database protects; tasks and contacts are counted."""
    rows = list(error.protected_objects)
    tasks = sum(isinstance(row, Task) for row in rows)
    contacts = sum(isinstance(row, Contact) for row in rows)
    named = sorted({str(row) for row in rows if not isinstance(row, Task | Contact)})
    users = [*named[:MOST], "…"] if len(named) > MOST else named
    if tasks:
        users.append(ngettext("%(count)s task", "%(count)s tasks", tasks) % {"count": tasks})
    if contacts:
        users.append(ngettext("%(count)s contact", "%(count)s contacts", contacts) % {"count": contacts})
    return _("It is still used by: %(users)s.") % {"users": ", ".join(users)}
