"""Two people do the same at once: the second hears what happened, and nothing is lost (§6, §7)."""

from __future__ import annotations

from otklik.desk.actions import members
from otklik.desk.models import Comment, Employee, Status
from otklik.desk.tests.screens.stage import Writer, by_htmx, signed_in, words


def test_6_the_second_of_two_who_set_a_status_hears_what_it_is_now(
    liza: Writer, pavel: Employee, alice: Employee
) -> None:
    task = liza.says("Hello")
    of_task = {one.key: one.pk for one in Status.objects.filter(set=task.status.set_id)}
    address, seen = f"/tasks/{task.number}/status/", task.status_id
    signed_in(pavel).post(address, {"status": of_task["completed"], "seen": seen})

    late = signed_in(alice).post(address, {"status": of_task["in_progress"], "seen": seen}, headers=by_htmx())

    task.refresh_from_db()
    assert task.status_id == of_task["completed"]
    assert late.status_code == 422
    assert "Pavel has set the status “Completed” meanwhile." in words(late)
    # With what is shown now the choice counts.
    assert f'name="seen" value="{of_task["completed"]}"' in late.content.decode()
    again = {"status": of_task["in_progress"], "seen": of_task["completed"]}
    assert signed_in(alice).post(address, again, headers=by_htmx()).status_code == 200
    same = {"status": of_task["in_progress"], "seen": seen}
    assert signed_in(pavel).post(address, same, headers=by_htmx()).status_code == 200, "both wanted the same"


def test_7_who_was_too_late_to_assign_hears_who_has_the_task_now(
    liza: Writer, olga: Employee, pavel: Employee, boris: Employee
) -> None:
    task = liza.says("Hello")
    now = members.who_is(task, "assignee")
    members.change(task, "assignee", [f"employee-{boris.pk}"], seen=now, by=olga)
    browser = signed_in(pavel)
    lines = Comment.objects.filter(task=task).count()

    given = {"who": [f"employee-{pavel.pk}"], "seen": " ".join(now)}
    answer = browser.post(f"/tasks/{task.number}/members/assignee/", given, follow=True)

    assert f"Olga has given task {task.number} to Boris meanwhile; nothing was changed." in words(answer)
    assert Comment.objects.filter(task=task).count() == lines
