"""Who is away, until when, and who does his work meanwhile (field note 6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from otklik.desk.actions import company
from otklik.desk.actions.account_rights import may_manage
from otklik.desk.actions.events import record
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Absence, Employee
from otklik.live.publish import publish

LONGEST_DAYS = 400
MOST = 100


def today() -> date:
    return timezone.now().astimezone(company.zone()).date()


def present(employees: Iterable[int] | None = None) -> dict[int, Absence]:
    """Today's absences by the employee's id; of these employees, or of all."""
    found = Absence.objects.on(today()).select_related("substitute__user")
    if employees is not None:
        found = found.filter(employee__in=list(employees))
    return {one.employee_id: one for one in found}


def away_today() -> set[int]:
    """Ids of the employees who are."""
    return set(Absence.objects.on(today()).values_list("employee", flat=True))


def words(absence: Absence) -> str:
    return _("away until %(day)s") % {"day": date_format(absence.until, "j E")}


def mark(employees: Iterable[Employee]) -> dict[int, Absence]:
    """Writes into `away` of each, in words, until when he is away; returns today's absences."""
    rows = list(employees)
    found = present({one.pk for one in rows}) if rows else {}
    for one in rows:
        one.away = words(found[one.pk]) if one.pk in found else ""
        if one.pk in found:
            found[one.pk].employee = one
    return found


def told(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Choices of people as `people.choices` has them, with the words behind those who are away."""
    away = {f"employee-{pk}": words(one) for pk, one in present().items()}
    return [(code, f"{name} — {away[code]}" if code in away else name) for code, name in choices]


def may_change(employee: Employee, by: Employee) -> bool:
    """He himself, and whoever manages him."""
    return employee.pk == by.pk or may_manage(employee, by)


@transaction.atomic
def add(
    employee: Employee, *, since: date | None, until: date | None, kind: str, substitute: Employee | None, by: Employee
) -> Absence:
    """Raises NotAllowed, Refused."""
    check(employee, by)
    Employee.objects.select_for_update(of=("self",)).get(pk=employee.pk)
    if since is None or until is None:
        raise Refused("since" if since is None else "until", _("Give the date."))
    if until < since:
        raise Refused("until", _("This day is before the first one."))
    if until - since > timedelta(days=LONGEST_DAYS):
        raise Refused("until", _("An absence lasts %(days)s days at most.") % {"days": LONGEST_DAYS})
    if kind not in Absence.Kind.values:
        raise Refused("kind", _("Choose one from the list."))
    if substitute and (substitute.pk == employee.pk or substitute.is_robot or not substitute.user.is_active):
        raise Refused("substitute", _("Choose a colleague who works here."))
    if Absence.objects.filter(employee=employee, since__lte=until, until__gte=since).exists():
        raise Refused("since", _("There is an absence in this time already."))
    if Absence.objects.filter(employee=employee, until__gte=today()).count() >= MOST:
        raise Refused("since", _("At most %(limit)s absences lie ahead.") % {"limit": MOST})
    made = Absence.objects.create(employee=employee, since=since, until=until, kind=kind, substitute=substitute)
    record(
        "absence_added", by=by, employee=employee.pk, since=since.isoformat(), until=until.isoformat(), absence=kind,
        substitute=substitute.pk if substitute else None,
    )  # fmt: skip
    publish([f"employee:{employee.pk}"], "absences_changed")
    return made


@transaction.atomic
def remove(absence: Absence, *, by: Employee) -> None:
    """Raises NotAllowed."""
    check(absence.employee, by)
    gone, _rows = Absence.objects.filter(pk=absence.pk).delete()
    if gone:
        since, until = absence.since.isoformat(), absence.until.isoformat()
        record("absence_removed", by=by, employee=absence.employee_id, since=since, until=until)
        publish([f"employee:{absence.employee_id}"], "absences_changed")


def check(employee: Employee, by: Employee) -> None:
    """Raises NotAllowed."""
    if not may_change(employee, by):
        raise NotAllowed(_("Only he himself and administrators change when somebody works."))
