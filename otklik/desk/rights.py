"""Who may do what in a task (contracts/planfix-behaviour.md §7; who converses: S03, S10)."""

from __future__ import annotations

from django.db.models import QuerySet

from otklik.desk.models import Comment, Employee, Task, TaskMember
from otklik.desk.models.task import entitling, held_by


def _roles(task: Task, employee: Employee) -> QuerySet[TaskMember]:
    return task.members.filter(held_by(employee))


def _has(task: Task, employee: Employee, right: str) -> bool:
    """By his own roles, or as a manager of those who have them."""
    return task.members.filter(entitling(employee, right)).exists()


def may_view(task: Task, employee: Employee) -> bool:
    if task.status.key == "draft" and not _roles(task, employee).filter(role__key="assigner").exists():
        return False
    return employee.is_administrator or _has(task, employee, "may_view")


def may_note(task: Task, employee: Employee) -> bool:
    return may_view(task, employee)


def may_reply(task: Task, employee: Employee) -> bool:
    """Assignees and administrators; the employees chosen for a channel's account are among the assignees."""
    return employee.is_administrator or _roles(task, employee).filter(role__key="assignee").exists()


def may_correct(task: Task, comment: Comment, employee: Employee) -> bool:
    """Its author, as long as he may still write such a thing, and administrators (§8.2)."""
    if comment.kind not in (Comment.Kind.REPLY, Comment.Kind.NOTE) or comment.withdrawn_at:
        return False
    if employee.is_administrator:
        return True
    may_write = may_reply if comment.kind == Comment.Kind.REPLY else may_note
    return comment.employee_id == employee.pk and may_write(task, employee)


def may_change_status(task: Task, employee: Employee) -> bool:
    return employee.is_administrator or _has(task, employee, "may_change_status")


def may_change_members(task: Task, employee: Employee, role: str) -> bool:
    """Whoever works on a task may pass it on; who only takes part asks others in; who may edit it sets who watches over
    it (§7)."""
    if role == "participant":
        return may_view(task, employee)
    if role == "auditor":
        return may_edit(task, employee)
    return may_change_status(task, employee)


def may_delete(task: Task, employee: Employee) -> bool:
    """Whoever may edit a task may move it to the trash and take it out again."""
    return employee.is_administrator or _has(task, employee, "may_edit")


def may_edit(task: Task, employee: Employee) -> bool:
    """Name, description, project and people; the same roles that may delete (§7)."""
    return may_delete(task, employee)


def may_plan(task: Task, employee: Employee) -> bool:
    """Due date, checklist and subtasks: whoever may change the status; a participant moves no date (§7)."""
    return may_change_status(task, employee)


def deletable(tasks: list[Task], employee: Employee) -> set[int]:
    """Ids of those of the tasks that this employee may delete."""
    if employee.is_administrator:
        return {task.pk for task in tasks}
    mine = TaskMember.objects.filter(entitling(employee, "may_edit"))
    return set(mine.filter(task__in=tasks).values_list("task", flat=True))


def status_changeable(tasks: list[Task], employee: Employee) -> set[int]:
    """Ids of those of the tasks whose status this employee may change."""
    if employee.is_administrator:
        return {task.pk for task in tasks}
    mine = TaskMember.objects.filter(entitling(employee, "may_change_status"))
    return set(mine.filter(task__in=tasks).values_list("task", flat=True))


def may_see_reports(employee: Employee) -> bool:
    """They tell of everybody's work, so they are for those who see everybody's tasks."""
    return employee.is_administrator
