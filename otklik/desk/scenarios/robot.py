from __future__ import annotations

from otklik.desk.models import Employee
from otklik.people.models import User

# A domain that can belong to nobody (RFC 2606): no mail ever goes there, and nobody signs in with it.
ADDRESS = "scenarios@otklik.invalid"


def robot() -> Employee:
    """In whose name scenarios speak when nobody else is named (contracts/planfix-behaviour.md §7, «Робот»)."""
    user, is_new = User.objects.get_or_create(email=ADDRESS, defaults={"name": "Otklik", "is_active": False})
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    employee, _made = Employee.objects.get_or_create(user=user, defaults={"role": Employee.AccountRole.ROBOT})
    return employee


def silent_robot() -> Employee:
    """The same for words that are only shown: nothing is written."""
    found = Employee.objects.select_related("user").filter(user__email=ADDRESS).first()
    return found or Employee(user=User(email=ADDRESS, name="Otklik"), role=Employee.AccountRole.ROBOT)
