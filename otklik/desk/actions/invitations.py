"""Links by which people become employees; no mail is needed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk.actions import becoming, company
from otklik.desk.actions.account_rights import check_brings_none, check_manages, roles_to_give
from otklik.desk.actions.events import record
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Contact, Employee, EmployeeInvitation, Group
from otklik.desk.models.invitation import GOOD_FOR
from otklik.lib.text import clean_name
from otklik.lib.tokens import digest, random_token
from otklik.people.models import User

NAME_LIMIT = 200
DAYS = (1, 7, 30)
# Open ones at a time; more are made by a program.
MOST = 200


class NewInvitation(NamedTuple):
    invitation: EmployeeInvitation
    # Part of the link, which nobody can tell again.
    token: str


@transaction.atomic
def make(
    *,
    by: Employee,
    name: str,
    role: str = Employee.AccountRole.USER,
    position: str = "",
    groups: Sequence[Group] = (),
    email: str = "",
    days: int = GOOD_FOR.days,
    contact: Contact | None = None,
) -> NewInvitation:
    """Good for so many `days`, one of DAYS. `contact` becomes this employee with it; of such invitations the latest is
    good. Of a technical administrator's an administrator gives the link: `hand_over`. Raises NotAllowed, Refused."""
    check_manages(by)
    if role not in roles_to_give(by):
        raise Refused("role", _("This role cannot be given."))
    name = clean_name(name, NAME_LIMIT)
    if not name:
        raise Refused("name", _("Say for whom it is."))
    check_brings_none(by, [], [group.pk for group in groups], "groups")
    if days not in DAYS:
        raise Refused("days", _("An invitation is good for a day, a week or a month."))
    if still_good().count() >= MOST:
        raise Refused("name", _("At most %(limit)s invitations are open at a time.") % {"limit": MOST})
    if contact:
        EmployeeInvitation.objects.filter(contact=contact, used_at=None).delete()
    token = random_token(32)
    invitation = EmployeeInvitation.objects.create(
        digest=digest(token),
        name=name,
        role=role,
        position=clean_name(position, NAME_LIMIT),
        email=email,
        contact=contact,
        created_by=by,
        expires_at=timezone.now() + timedelta(days=days),
    )
    invitation.groups.set(groups)
    record("employee_invited", by=by, name=name, role=role)
    return NewInvitation(invitation, token)


def still_good() -> QuerySet[EmployeeInvitation]:
    return EmployeeInvitation.objects.filter(used_at=None, expires_at__gt=timezone.now())


def find(token: str) -> EmployeeInvitation | None:
    """One that is still good. A link that a technical administrator holds leads nowhere: behind it he would see the
    client base as the user whom he invited (§7)."""
    given = still_good().exclude(created_by__role=Employee.AccountRole.TECHNICIAN)
    return given.filter(digest=digest(token)).select_related("created_by__user").first()


@transaction.atomic
def hand_over(invitation: EmployeeInvitation, *, by: Employee) -> NewInvitation:
    """An administrator gives the person a new link, in his own name; an earlier one is good no more. Raises NotAllowed,
    Refused."""
    if not by.is_administrator:
        raise NotAllowed(_("Administrators give the links of invitations."))
    found = still_good().select_for_update(of=("self",)).filter(pk=invitation.pk).first()
    if found is None:
        raise Refused("invitation", _("This invitation is not open any more."))
    token = random_token(32)
    found.digest, found.created_by = digest(token), by
    found.save(update_fields=["digest", "created_by"])
    record("invitation_handed_over", by=by, name=found.name)
    return NewInvitation(found, token)


@transaction.atomic
def accept(token: str, user: User) -> Employee | None:
    """The person works here from now on; who does already stays as he is, and the invitation stays good. None: it is
    not good any more."""
    locked = EmployeeInvitation.objects.select_for_update().filter(digest=digest(token)).first()
    invitation = find(token)
    if locked is None or invitation is None:
        return None
    if own := Employee.objects.filter(user=user).first():
        return own
    employee = Employee.objects.create(user=user, role=invitation.role, position=invitation.position)
    if not user.language and (language := company.stored().language):
        user.language = language
        user.save(update_fields=["language"])
    employee.groups.set(invitation.groups.all())
    invitation.used_at = timezone.now()
    invitation.save(update_fields=["used_at"])
    if invitation.contact:
        becoming.become(invitation.contact.merged_into or invitation.contact, employee, by=employee)
    record("employee_joined", by=employee, name=user.name, role=invitation.role)
    return employee


@transaction.atomic
def withdraw(invitation: EmployeeInvitation, *, by: Employee) -> None:
    """Raises NotAllowed."""
    check_manages(by)
    if invitation.role not in roles_to_give(by):
        raise NotAllowed(_("Only administrators withdraw an invitation to manage the account."))
    gone, _rows = EmployeeInvitation.objects.filter(pk=invitation.pk, used_at=None).delete()
    if gone:
        record("invitation_withdrawn", by=by, name=invitation.name)
