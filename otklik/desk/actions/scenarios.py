"""Scenarios are built, put in order, switched on and off (S17, §11)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.desk.actions.account_rights import check_brings_nobody, not_himself, texts_of
from otklik.desk.actions.events import record
from otklik.desk.actions.indexing import latest
from otklik.desk.errors import NotAllowed, Outdated, Refused
from otklik.desk.models import DryRun, Employee, Scenario, ScenarioDate, ScenarioProgress, ScenarioRun
from otklik.desk.scenarios import headers, holding, speaking, waking
from otklik.desk.scenarios.checking import Values, checked
from otklik.desk.variables import tells_talk

PARTS = (
    "name",
    "description",
    "event",
    "event_options",
    "conditions",
    "logic",
    "delay",
    "in_working_time",
    "of_assignees",
    "restarts",
    "still_holds",
    "is_quiet",
    "in_name_of",
    "most_per_hour",
    "operations",
)
MOST = 200
# Operations whose values leave the desk.
GOES_OUT = ("request", "mail")
State = ScenarioRun.State


def values_of(scenario: Scenario) -> Values:
    return {part: getattr(scenario, part) for part in PARTS}


@transaction.atomic
def make(values: Values, *, by: Employee, of: Scenario | None = None, key: str = "") -> Scenario:
    """A scenario at the end of the list, switched off. `of`: of which it is a copy. `key`: of a ready-made one. Raises
    NotAllowed, Refused."""
    _check_right(by)
    _check_speaker(by, of.in_name_of if of else speaking.ROBOT, values.get("in_name_of", speaking.ROBOT))
    _check_operations(by, [], values["operations"])
    if Scenario.objects.count() >= MOST:
        raise Refused("name", _("At most %(limit)s scenarios fit.") % {"limit": MOST})
    stored = checked(values)
    stored["operations"], kept = headers.put_away(
        stored["operations"], of.secrets if of else {}, of.operations if of else []
    )
    scenario = Scenario(**stored, secrets=kept, key=key, place=_last_place() + 1, changed_by=by)
    scenario.save()
    record("scenario_made", by=by, scenario=scenario.pk, name=scenario.name)
    return scenario


@transaction.atomic
def change(scenario: Scenario, values: Values, *, seen: Values, by: Employee) -> Scenario:
    """`seen`: the values when they were shown. Raises NotAllowed, Outdated, Refused."""
    scenario = _locked(scenario, by)
    now = values_of(scenario)
    if now != seen:
        others = {part: now[part] for part in PARTS if now[part] != seen.get(part)}
        raise Outdated(_("Somebody else changed this scenario meanwhile."), others)
    _check_speaker(by, now["in_name_of"], values.get("in_name_of", speaking.ROBOT))
    _check_operations(by, now["operations"], values["operations"])
    stored = checked(values)
    stored["operations"], scenario.secrets = headers.put_away(stored["operations"], scenario.secrets, now["operations"])
    for part, value in stored.items():
        setattr(scenario, part, value)
    scenario.changed_by, scenario.changed_at, scenario.circle = by, timezone.now(), {}
    scenario.save()
    record("scenario_changed", by=by, scenario=scenario.pk, name=scenario.name)
    return scenario


@transaction.atomic
def switch(scenario: Scenario, *, on: bool, by: Employee) -> None:
    """What happened while none was on is past and fires nothing. What waits when one is switched off is cancelled."""
    scenario = _locked(scenario, by)
    if scenario.is_on == on:
        return
    if on:
        _check_speaker(by, scenario.in_name_of, scenario.in_name_of)
        checked(values_of(scenario))
        if not Scenario.objects.filter(is_on=True).exists():
            ScenarioProgress.objects.update_or_create(pk=1, defaults={"event": latest()})
    else:
        waiting = ScenarioRun.objects.filter(scenario=scenario, state=ScenarioRun.State.WAITING)
        waiting.update(state=ScenarioRun.State.CANCELLED, done_at=timezone.now())
        ScenarioRun.objects.filter(scenario=scenario, state=ScenarioRun.State.HELD).update(
            state=ScenarioRun.State.CANCELLED, done_at=timezone.now()
        )
    scenario.is_on, scenario.on_since = on, timezone.now() if on else None
    scenario.held_at, scenario.held_why, scenario.counted_from = None, {}, timezone.now()
    scenario.save(update_fields=["is_on", "on_since", "held_at", "held_why", "counted_from"])
    transaction.on_commit(waking.forget)
    record("scenario_switched", by=by, scenario=scenario.pk, name=scenario.name, on=on)


@transaction.atomic
def let_go_on(scenario: Scenario, *, with_held: bool, by: Employee) -> None:
    """After the brake: what was stopped is done, where its conditions still hold, or given up. Raises NotAllowed."""
    scenario = _locked(scenario, by)
    if scenario.held_at is None:
        return
    now = timezone.now()
    if with_held:
        holding.take_over(scenario)
    else:
        held = ScenarioRun.objects.filter(scenario=scenario, state=ScenarioRun.State.HELD)
        held.update(state=ScenarioRun.State.CANCELLED, done_at=now)
    scenario.held_at, scenario.held_why, scenario.counted_from = None, {}, now
    scenario.save(update_fields=["held_at", "held_why", "counted_from"])
    record("scenario_let_go_on", by=by, scenario=scenario.pk, name=scenario.name, with_held=with_held)


@transaction.atomic
def copy(scenario: Scenario, *, by: Employee) -> Scenario:
    scenario = _locked(scenario, by)
    name = _("%(name)s (copy)") % {"name": scenario.name[:180]}
    return make(values_of(scenario) | {"name": name}, by=by, of=scenario)


@transaction.atomic
def place(scenario: Scenario, at: int, *, by: Employee) -> None:
    """Puts it there in the list, counted from 0: they run in this order."""
    _locked(scenario, by)
    rows = list(Scenario.objects.select_for_update())
    here = [row.pk for row in rows].index(scenario.pk)
    there = min(max(at, 0), len(rows) - 1)
    if here == there:
        return
    rows.insert(there, rows.pop(here))
    for number, row in enumerate(rows):
        Scenario.objects.filter(pk=row.pk).update(place=number)
    record("scenario_moved", by=by, scenario=scenario.pk, place=there)


def move(scenario: Scenario, *, up: bool, by: Employee) -> None:
    """One place up or down."""
    order = list(Scenario.objects.values_list("pk", flat=True))
    here = order.index(scenario.pk) if scenario.pk in order else 0
    place(scenario, here - 1 if up else here + 1, by=by)


@transaction.atomic
def delete(scenario: Scenario, *, by: Employee) -> None:
    """What waits by it is done no more; its log stays as long as logs do."""
    scenario = _locked(scenario, by)
    now = timezone.now()
    waiting = ScenarioRun.objects.filter(scenario=scenario, state__in=[State.WAITING, State.HELD])
    waiting.update(state=State.CANCELLED, done_at=now)
    DryRun.objects.filter(scenario=scenario).delete()
    ScenarioDate.objects.filter(scenario=scenario).delete()
    scenario.deleted_at, scenario.is_on, scenario.held_at = now, False, None
    scenario.save(update_fields=["deleted_at", "is_on", "held_at"])
    record("scenario_deleted", by=by, scenario=scenario.pk, name=scenario.name)


def _check_right(by: Employee) -> None:
    if not by.manages_account:
        raise NotAllowed(_("Only administrators change scenarios."))


def _check_speaker(by: Employee, before: str, after: str) -> None:
    """In whose name a scenario acts, he gets to see what it does: a technical administrator chooses nobody, and never
    has it act in his own (§7). Raises Refused."""
    if by.is_administrator:
        return
    if after == f"employee-{by.pk}":
        raise Refused("in_name_of", not_himself())
    if after not in (speaking.ROBOT, before):
        raise Refused(
            "in_name_of", _("A technical administrator has a scenario act as the robot. Ask an administrator.")
        )


def _check_operations(by: Employee, before: list[Values], after: list[Values]) -> None:
    """A technical administrator brings neither himself or others to tasks nor their words out of the desk (§7). Raises
    Refused."""
    check_brings_nobody(by, _codes(before), _codes(after), "operations")
    if by.is_administrator:
        return
    for number, operation in enumerate(after, start=1):
        if operation.get("kind") in GOES_OUT:
            sentence = _(
                "A technical administrator saves no scenario with an HTTP request or an e-mail: they carry data out of"
                " the desk. Ask an administrator."
            )
            raise Refused(f"operations-{number}", sentence)
        if any(tells_talk(text) for text in texts_of(operation)):
            sentence = _(
                "A technical administrator saves no scenario that repeats what was said in a conversation. Ask an"
                " administrator."
            )
            raise Refused(f"operations-{number}", sentence)


def _codes(operations: list[Values]) -> set[str]:
    """All that may name somebody: of several, each stands in a line."""
    return {code for text in texts_of(operations) for code in text.split()}


def _locked(scenario: Scenario, by: Employee) -> Scenario:
    _check_right(by)
    found = Scenario.objects.select_for_update(of=("self",)).filter(pk=scenario.pk).first()
    if found is None:
        raise Refused("name", _("This scenario is not there any more."))
    return found


def _last_place() -> int:
    last = Scenario.objects.order_by("-place").first()
    return last.place if last else -1
