from __future__ import annotations

from typing import Any

from django.test import Client

from otklik.desk.models import Employee, Event, Notice, Role, Task, TaskMember
from otklik.desk.tests.screens.stage import Writer, part, signed_in, words

STANDARD = {
    "assigner": ["may_view", "may_change_status", "may_edit"],
    "assignee": ["may_view", "may_change_status", "is_notified"],
    "participant": ["may_view"],
    "auditor": ["may_view", "may_change_status", "may_edit"],
    "assigner_manager": ["may_view", "may_change_status", "may_edit"],
    "assignee_manager": ["may_view", "may_change_status"],
    "participant_manager": ["may_view"],
}


def seen(browser: Client) -> str:
    return str(browser.get("/management/roles/").context["seen"])


def save(browser: Client, shown: str = "", **roles: list[str]) -> Any:
    return browser.post("/management/roles/", {"seen": shown or seen(browser), **STANDARD, **roles})


def test_management_is_for_administrators_alone(olga: Employee, pavel: Employee) -> None:
    assert 'href="/management/"' in signed_in(olga).get("/").content.decode()
    assert 'href="/management/"' not in signed_in(pavel).get("/").content.decode()
    for address in ("/management/", "/management/roles/"):
        assert signed_in(olga).get(address).status_code == 200
        assert signed_in(pavel).get(address).status_code == 404


def test_s01_account_management_leads_to_the_integrations(olga: Employee) -> None:
    assert 'href="/integrations/"' in part(signed_in(olga).get("/management/"), "content")


def test_the_matrix_shows_what_each_role_may(olga: Employee) -> None:
    page = signed_in(olga).get("/management/roles/")

    ticked = {
        row["role"].key: [right for right, _name, is_given, _is_fixed in row["cells"] if is_given]
        for row in page.context["rows"]
    }
    assert ticked == {**STANDARD, "counterparty": []}
    assert 'name="counterparty"' not in page.content.decode()
    assert 'aria-label="Assignee: Edit and delete"' in page.content.decode()


def test_a_right_that_is_given_holds_at_once(liza: Writer, olga: Employee, pavel: Employee, boris: Employee) -> None:
    task = liza.says("Hello")
    TaskMember.objects.create(task=task, role=Role.objects.get(key="participant"), employee=boris)
    assert "change the status" not in words(signed_in(boris).get(f"/tasks/{task.number}/"))

    answer = save(signed_in(olga), participant=["may_view", "may_change_status"], assignee=["may_view", "may_edit"])

    assert answer.status_code == 302
    assert "change the status" in words(signed_in(boris).get(f"/tasks/{task.number}/"))
    page = words(signed_in(pavel).get(f"/tasks/{task.number}/"))
    assert "change the status" not in page and "To the trash" in page
    changes = Event.objects.get(kind="roles_changed").data["changes"]
    assert changes["participant"] == [["may_view"], ["may_view", "may_change_status"]]


def test_who_may_not_view_sees_no_task_but_administrators_always_do(
    liza: Writer, olga: Employee, pavel: Employee
) -> None:
    task = liza.says("Hello")

    save(signed_in(olga), assignee=[])

    assert signed_in(pavel).get(f"/tasks/{task.number}/").status_code == 404
    assert "To the trash" in words(signed_in(olga).get(f"/tasks/{task.number}/"))


def test_who_is_notified_hears_of_new_tasks(liza: Writer, oleg: Writer, olga: Employee, pavel: Employee) -> None:
    liza.says("Hello")
    assert Notice.objects.filter(employee=pavel).count() == 1

    save(signed_in(olga), assignee=["may_view"])

    assert oleg.says("Hello").notified == []
    assert Notice.objects.filter(employee=pavel).count() == 1


def test_rights_without_seeing_are_refused_beside_the_role(olga: Employee) -> None:
    answer = save(signed_in(olga), auditor=["may_edit"])

    assert answer.status_code == 422
    assert 'id="auditor-error">Without the right to see the task' in answer.content.decode()
    assert Role.objects.get(key="auditor").may_view


def test_the_later_of_two_administrators_sees_what_changed_and_keeps_what_he_ticked(olga: Employee) -> None:
    browser = signed_in(olga)
    shown = seen(browser)
    save(browser, participant=["may_view", "may_change_status"])

    answer = save(browser, shown, auditor=["may_view"])

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Somebody else changed these rights meanwhile." in words(answer)
    assert page.count("matrix__changed") == 1
    ticked = {
        row["role"].key: [right for right, _name, is_given, _is_fixed in row["cells"] if is_given]
        for row in answer.context["rows"]
    }
    assert ticked["participant"] == ["may_view", "may_change_status"]
    assert ticked["auditor"] == ["may_view"]

    save(browser, answer.context["seen"], participant=ticked["participant"], auditor=ticked["auditor"])
    assert Role.objects.get(key="participant").may_change_status
    assert not Role.objects.get(key="auditor").may_edit


def test_a_task_that_is_there_keeps_its_people(liza: Writer, olga: Employee) -> None:
    task = liza.says("Hello")
    people = sorted(task.members.values_list("role__key", flat=True))

    save(signed_in(olga), assignee=["may_view"])

    assert sorted(Task.objects.get(pk=task.pk).members.values_list("role__key", flat=True)) == people
