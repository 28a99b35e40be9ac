"""Who reports to whom, however far up and down (§7)."""

from __future__ import annotations

from typing import NamedTuple

from django.db import connection

ABOVE = """
WITH RECURSIVE above AS (
    SELECT manager_id AS id FROM desk_employee WHERE id = %s AND manager_id IS NOT NULL
    UNION SELECT e.manager_id FROM desk_employee e JOIN above ON above.id = e.id WHERE e.manager_id IS NOT NULL
)
SELECT id FROM above
"""
ABOVE_ALL = """
WITH RECURSIVE above AS (
    SELECT manager_id AS id FROM desk_employee WHERE manager_id IS NOT NULL AND (
        id = ANY(%(people)s) OR id IN (SELECT employee_id FROM desk_group_members WHERE group_id = ANY(%(groups)s))
    )
    UNION SELECT e.manager_id FROM desk_employee e JOIN above ON above.id = e.id WHERE e.manager_id IS NOT NULL
)
SELECT id FROM above
"""
# One query for all of it: pages ask it more than once.
STANDING = """
WITH RECURSIVE team AS (
    SELECT id FROM desk_employee WHERE manager_id = %(pk)s
    UNION SELECT e.id FROM desk_employee e JOIN team ON e.manager_id = team.id
)
SELECT 'own', group_id FROM desk_group_members WHERE employee_id = %(pk)s
UNION ALL SELECT 'people', id FROM team
UNION SELECT 'theirs', m.group_id FROM desk_group_members m JOIN team ON team.id = m.employee_id
ORDER BY 1, 2
"""


class Standing(NamedTuple):
    """Ids: of his own groups; of those who report to him; of their groups."""

    own: list[int]
    people: list[int]
    theirs: list[int]


def above(employee: int) -> list[int]:
    """Ids of his manager, the manager's manager and so on."""
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, [employee])
        return [row[0] for row in cursor.fetchall()]


def above_all(people: list[int], groups: list[int]) -> set[int]:
    """Ids of all above any of these, and above any member of these groups."""
    with connection.cursor() as cursor:
        cursor.execute(ABOVE_ALL, {"people": people, "groups": groups})
        return {row[0] for row in cursor.fetchall()}


def standing(employee: int) -> Standing:
    with connection.cursor() as cursor:
        cursor.execute(STANDING, {"pk": employee})
        rows = cursor.fetchall()
    return Standing(*([pk for kind, pk in rows if kind == name] for name in Standing._fields))
