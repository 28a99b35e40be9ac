"""Who is what in a task (§11.2, §7)."""

from __future__ import annotations

from collections.abc import Callable, Collection

from django.utils.translation import gettext_lazy as _

from otklik.desk.actions.people import choices as people
from otklik.desk.models import Contact, Group
from otklik.desk.scenarios.conditions.asking import CHOICE, CONTACT, MAYBE, NUMBER, PEOPLE, Field, Looked, offered


def everybody() -> list[tuple[str, str]]:
    return people([])


def _groups() -> list[tuple[str, str]]:
    return [row for row in people([]) if row[0].startswith("group-")]


def _clients_and_people() -> list[tuple[str, str]]:
    return [("client", str(_("a client"))), ("employee", str(_("an employee"))), *everybody()]


def members(role: str) -> Callable[[Looked], set[str]]:
    def found(looked: Looked) -> set[str]:
        rows = list(looked.task.members.filter(role__key=role, contact=None).values_list("employee", "group"))
        groups = [group for _employee, group in rows if group]
        # A group counts with each of its members.
        inside = Group.objects.filter(pk__in=groups).values_list("members", flat=True) if groups else []
        of_all = [*(employee for employee, _group in rows if employee), *(pk for pk in inside if pk)]
        return {f"employee-{pk}" for pk in of_all} | {f"group-{pk}" for pk in groups}

    return found


def groups_of(role: str) -> Callable[[Looked], set[str]]:
    """Groups that are in the role, and those of everybody in it."""
    return lambda looked: with_groups(members(role)(looked))


def with_groups(codes: Collection[str]) -> set[str]:
    employees = [int(code.removeprefix("employee-")) for code in codes if code.startswith("employee-")]
    theirs = Group.objects.filter(members__in=employees).values_list("pk", flat=True) if employees else []
    return {code for code in codes if code.startswith("group-")} | {f"group-{pk}" for pk in theirs}


def _assigner(looked: Looked) -> set[str]:
    own = members("assigner")(looked)
    return own | {"employee"} if own else {"client"}


def _count(looked: Looked) -> int:
    return looked.task.members.filter(role__key="assignee").count()


def _few(looked: Looked) -> set[str]:
    count = _count(looked)
    return {"nobody" if not count else "one" if count == 1 else "several"}


def _kinds(looked: Looked) -> set[str]:
    rows = looked.task.members.filter(role__key="assignee").values_list("employee", "group")
    return {"group" if group else "employee" for employee, group in rows if employee or group}


def number_of(contact: Contact) -> str:
    return str((contact.merged_into or contact).number)


def _counterparty(looked: Looked) -> set[str]:
    return {str(looked.client.number)} if looked.client else set()


def _in_any_role(looked: Looked) -> set[str]:
    rows = looked.task.members.exclude(contact=None).select_related("contact__merged_into")
    return _counterparty(looked) | {number_of(row.contact) for row in rows if row.contact}


FIELDS: dict[str, Field] = {
    "assignee": Field(_("Assignees"), MAYBE, members("assignee"), everybody, PEOPLE),
    "assignee_group": Field(_("Groups of the assignees"), MAYBE, groups_of("assignee"), _groups, PEOPLE),
    "assignees": Field(
        _("Number of assignees"), CHOICE, _few, offered(nobody=_("none"), one=_("one"), several=_("several")), PEOPLE
    ),
    "assignee_count": Field(_("Number of assignees, exactly"), NUMBER, _count, None, PEOPLE),
    "assignee_kind": Field(
        _("Kind of the assignees"), MAYBE, _kinds, offered(employee=_("an employee"), group=_("a group")), PEOPLE
    ),
    "participant": Field(_("Participants"), MAYBE, members("participant"), everybody, PEOPLE),
    "participant_group": Field(_("Groups of the participants"), MAYBE, groups_of("participant"), _groups, PEOPLE),
    "auditor": Field(_("Auditors"), MAYBE, members("auditor"), everybody, PEOPLE),
    "assigner": Field(_("Assigner"), CHOICE, _assigner, _clients_and_people, PEOPLE),
    "assigner_group": Field(_("Groups of the assigner"), MAYBE, groups_of("assigner"), _groups, PEOPLE),
    "counterparty": Field(_("Counterparty"), CONTACT, _counterparty, None, PEOPLE),
    "contact": Field(_("Contact in any role"), CONTACT, _in_any_role, None, PEOPLE),
}
