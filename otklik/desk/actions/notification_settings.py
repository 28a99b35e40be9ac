from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from otklik.desk.errors import Refused
from otklik.desk.models import Employee, NotificationSettings
from otklik.desk.models.notification import EVERY_DAY
from otklik.desk.notification_words import CHANNELS, IMPOSSIBLE, KINDS

LONGEST = 24 * 60


def of(employee: Employee) -> NotificationSettings:
    """What he has chosen, or what everybody begins with; that is not stored yet."""
    own = NotificationSettings.objects.filter(employee=employee).first()
    return own or NotificationSettings(employee=employee)


@transaction.atomic
def choose(
    employee: Employee,
    *,
    wanted: dict[str, list[str]],
    quiet: tuple[time | None, time | None],
    days: Sequence[int] = EVERY_DAY,
    minutes: tuple[int, int],
    zone: str,
    warns_alone: bool = True,
) -> None:
    """`quiet`: the hours of silence; `days`: on which of the week they begin, 0 is Monday. `minutes`: until a client
    counts as waiting, until a letter leaves. `warns_alone`: to be asked before a note that notifies nobody (§8.1).
    Raises Refused."""
    if (quiet[0] is None) != (quiet[1] is None):
        raise Refused("quiet", _("Give both the beginning and the end of the quiet hours, or neither."))
    if quiet[0] is not None and quiet[0] == quiet[1]:
        raise Refused("quiet", _("The quiet hours end when they begin."))
    days = sorted(set(days) & set(EVERY_DAY))
    if quiet[0] is not None and not days:
        raise Refused("quiet", _("Choose the days of the quiet hours."))
    for name, given in zip(("waits_minutes", "mail_minutes"), minutes, strict=True):
        if not 1 <= given <= LONGEST:
            raise Refused(name, _("A number of minutes from 1 to 1440."))
    possible = {
        kind: [one for one in CHANNELS if one in wanted.get(kind, []) and (kind, one) not in IMPOSSIBLE]
        for kind in KINDS
    }
    _keep(
        employee,
        wanted=possible,
        quiet_from=quiet[0],
        quiet_to=quiet[1],
        quiet_days=days or EVERY_DAY,
        waits_minutes=minutes[0],
        mail_minutes=minutes[1],
        zone=zone,
        warns_alone=warns_alone,
    )


def be_quiet(employee: Employee, until: datetime | None) -> None:
    """Nothing but the chronicle until then; None: it is over."""
    _keep(employee, quiet_until=until)


def _keep(employee: Employee, **values: Any) -> None:
    NotificationSettings.objects.update_or_create(employee=employee, defaults=values)
