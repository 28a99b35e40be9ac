from __future__ import annotations

from django.utils.translation import gettext as _

from otklik.desk.actions.events import record
from otklik.desk.errors import Refused
from otklik.desk.models import Employee, Project
from otklik.lib.text import clean_name

NAME_LIMIT = 200


def make(name: str, *, parent: Project | None, by: Employee) -> Project:
    """A project inside another one, or on top. One that is there already is taken instead of a twin. Raises Refused."""
    name = clean_name(name, NAME_LIMIT + 1)
    if not name:
        raise Refused("new_project", _("Give the project a name."))
    if len(name) > NAME_LIMIT:
        raise Refused("new_project", _("At most %(limit)s characters fit here.") % {"limit": NAME_LIMIT})
    same = Project.objects.filter(name__iexact=name, parent=parent).first()
    if same:
        return same
    project = Project.objects.create(name=name, parent=parent)
    record("project_made", by=by, project=project.pk, name=name)
    return project
