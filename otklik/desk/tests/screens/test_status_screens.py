from __future__ import annotations

from django.test import Client

from otklik.desk.models import Comment, Employee, Role, Status, Task, TaskMember
from otklik.desk.tests.screens.stage import Writer, by_htmx, part, signed_in, words


def status(key: str) -> Status:
    return Status.objects.get(set__key="standard", key=key)


def post(browser: Client, task: Task, noun: str, **given: str) -> tuple[int, str]:
    answer = browser.post(f"/tasks/{task.number}/{noun}/", given, headers=by_htmx())
    return answer.status_code, words(answer)


def test_6_a_new_task_is_accepted_with_a_button(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")

    code, header = post(signed_in(pavel), task, "acceptance")

    assert code == 200 and "In progress" in header and "Accept" not in header
    task.refresh_from_db()
    assert task.status == status("in_progress")


def test_6_a_rejection_needs_a_reason(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    browser = signed_in(pavel)

    answer = browser.post(f"/tasks/{task.number}/rejection/", {"reason": " "}, headers=by_htmx())
    assert answer.status_code == 422
    assert 'aria-invalid="true" aria-describedby="reason-error"' in answer.content.decode()
    assert "Say why the task is rejected." in words(answer)

    assert post(browser, task, "rejection", reason="Spam")[0] == 200
    assert Task.objects.get(pk=task.pk).status == status("rejected")


def test_6_the_menu_moves_a_task_to_any_status_of_its_set(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")

    code, header = post(signed_in(pavel), task, "status", status=str(status("completed").pk))

    assert code == 200 and header.startswith("Clients / Incoming requests · № ")
    task.refresh_from_db()
    assert task.status == status("completed") and task.completed_at


def test_6_a_change_of_status_stands_in_the_feed_with_who_made_it(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    browser = signed_in(pavel)

    post(browser, task, "acceptance")

    line = Comment.objects.filter(task=task).latest("number")
    assert (line.kind, line.data["to_key"]) == ("system", "in_progress")
    told = part(browser.get(f"/tasks/{task.number}/"), f"comment-{line.number}")
    assert "Pavel" in told and "In progress" in told


def test_a_status_that_does_not_exist_is_not_there(liza: Writer, pavel: Employee) -> None:
    assert post(signed_in(pavel), liza.says("Hello"), "status", status="77777")[0] == 404


def test_a_participant_sees_the_status_and_cannot_change_it(liza: Writer, boris: Employee) -> None:
    task = liza.says("Hello")
    TaskMember.objects.create(task=task, role=Role.objects.get(key="participant"), employee=boris)
    browser = signed_in(boris)

    header = part(browser.get(f"/tasks/{task.number}/"), "task-header")
    assert "New" in header and "/status/" not in header and "/acceptance/" not in header

    code, said = post(browser, task, "status", status=str(status("completed").pk))
    assert code == 422 and "You may not change the status of this task." in said
    assert Task.objects.get(pk=task.pk).status == status("new")
