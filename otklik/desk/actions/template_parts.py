"""Which templates stand in others, so that their tasks become subtasks (contracts/planfix-behaviour.md §12)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.utils.translation import gettext as _

from otklik.desk.actions import subtasks, turns
from otklik.desk.errors import Refused
from otklik.desk.models import TaskTemplate, TemplatePart

MOST = 20
LOCK = 0x5B7A5D


def hold() -> None:
    """Before the row of a template is locked: two changes at once could close a circle that neither of them sees."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def write(template: TaskTemplate, parts: Iterable[int]) -> None:
    """By ids, in their order; `hold` comes before. Raises Refused: a template would stand in itself, or too deep."""
    wanted = list(dict.fromkeys(parts))
    if wanted == list(template.parts.values_list("part", flat=True)):
        return
    if len(wanted) > MOST:
        raise Refused("parts", _("A template brings at most %(limit)s subtasks along.") % {"limit": MOST})
    if TaskTemplate.objects.filter(pk__in=wanted).count() < len(wanted):
        raise Refused("parts", _("This template is not there any more."))
    _check(template, wanted)
    template.parts.all().delete()
    rows = [TemplatePart(template=template, part_id=part, place=place) for place, part in enumerate(wanted)]
    TemplatePart.objects.bulk_create(rows)


def hold_turns(template: TaskTemplate) -> None:
    """Before tasks are made by it and by all that stand in it: the counter of events is the last of all locks."""
    below = _below([template.pk])
    if len(below) > 1:
        in_turn = TaskTemplate.objects.filter(pk__in=below, joining=TaskTemplate.Joining.TURN)
        turns.hold(in_turn.values_list("pk", flat=True))


def _check(template: TaskTemplate, wanted: list[int]) -> None:
    if not wanted:
        return
    names = dict(TaskTemplate.objects.filter(pk__in=wanted).values_list("pk", "own_name"))
    for part in wanted:
        if template.pk in _below([part]):
            raise Refused("parts", _("“%(name)s” cannot stand in itself: that would never end.") % _named(names, part))
    if _height(wanted) + _above(template.pk) > subtasks.DEPTH:
        raise Refused("parts", _("Tasks may stand in each other %(limit)s levels deep.") % {"limit": subtasks.DEPTH})


def _named(names: dict[int, str], part: int) -> dict[str, str]:
    return {"name": names.get(part) or str(_("Standard template"))}


def _below(level: list[int]) -> set[int]:
    """These templates and all that stand in them."""
    found: set[int] = set()
    while level:
        found |= set(level)
        parts = TemplatePart.objects.filter(template__in=level).values_list("part", flat=True)
        level = [part for part in set(parts) if part not in found]
    return found


def _height(level: list[int]) -> int:
    height = 0
    while level and height <= subtasks.DEPTH:
        height += 1
        level = list(TemplatePart.objects.filter(template__in=level).values_list("part", flat=True))
    return height


def _above(template: int) -> int:
    """Levels from the topmost template to this one, itself included."""
    level, height = [template], 0
    while level and height <= subtasks.DEPTH:
        height += 1
        level = list(TemplatePart.objects.filter(part__in=level).values_list("template", flat=True))
    return height
