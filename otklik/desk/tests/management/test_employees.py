"""Employees, invitations and groups (contracts/planfix-behaviour.md §7)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from otklik.conftest import make_employee
from otklik.desk.actions import employees, groups, invitations, making
from otklik.desk.errors import DeskError, NotAllowed, Refused
from otklik.desk.models import (
    Employee,
    EmployeeInvitation,
    Event,
    Group,
    MassAction,
    Role,
    SavedView,
    Task,
    TaskMember,
    TaskTemplate,
    TemplateMember,
)
from otklik.desk.tests.screens.stage import Writer, signed_in, words
from otklik.people.models import User

PASSWORD = "a-good-long-password-7"


def link_of(answer: Any) -> str:
    link: str = answer.context["link"]
    return link.removeprefix("http://testserver")


def stranger() -> Client:
    return Client(headers={"accept-language": "en"})


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """All begin at the same moment; what each gave or raised."""
    barrier, found = Barrier(len(deeds)), dict[int, object]()

    def run(place: int, deed: Callable[[], object]) -> None:
        barrier.wait()
        try:
            found[place] = deed()
        except DeskError as error:
            found[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [found[place] for place in range(len(deeds))]


def test_7_whoever_has_the_link_chooses_his_name_and_is_in(olga: Employee, support: Group) -> None:
    given = {"name": "Vera", "role": "user", "position": "Support", "groups": [support.pk], "days": "7"}
    made = signed_in(olga).post("/management/employees/", given)
    page = words(made)
    assert "Give this link to Vera" in page and link_of(made) in page
    assert link_of(made) not in words(signed_in(olga).get("/management/employees/"))

    browser = stranger()
    assert "Olga invites you." in words(browser.get(link_of(made)))
    answer = browser.post(link_of(made), {"name": "Vera L.", "email": "vera@example.com", "password": PASSWORD})

    assert answer["Location"] == "/"
    vera = Employee.objects.get(user__email="vera@example.com")
    assert (vera.name, vera.role, vera.position, list(vera.groups.all())) == ("Vera L.", "user", "Support", [support])
    assert browser.get("/").status_code == 200
    again = stranger().get(link_of(made))
    assert (again.status_code, "This invitation is not good any more" in words(again)) == (410, True)


def test_what_is_wrong_in_the_form_is_said_beside_it_and_the_link_stays_good(olga: Employee) -> None:
    made = signed_in(olga).post("/management/employees/", {"name": "Vera", "role": "user", "days": "7"})

    wrong = stranger().post(link_of(made), {"name": "Vera", "email": "olga@example.com", "password": "short"})

    assert wrong.status_code == 422 and "10 characters" in words(wrong)
    assert stranger().get(link_of(made)).status_code == 200


@pytest.mark.parametrize("state", ["old", "withdrawn", "forged"])
def test_a_link_that_is_good_no_more_says_so_and_reveals_nothing(olga: Employee, state: str) -> None:
    made = signed_in(olga).post("/management/employees/", {"name": "Vera", "role": "administrator", "days": "7"})
    link = link_of(made)
    if state == "old":
        EmployeeInvitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif state == "withdrawn":
        signed_in(olga).post(f"/management/invitations/{EmployeeInvitation.objects.get().pk}/removal/")
    else:
        link = link[:-3] + "xx/"

    given = {"name": "Vera", "email": "vera@example.com", "password": PASSWORD}
    for answer in (stranger().get(link), stranger().post(link, given)):
        assert (answer.status_code, "Olga" in words(answer)) == (410, False)
    assert not User.objects.filter(email="vera@example.com").exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_one_link_at_once_one_is_in(olga: Employee) -> None:
    made = invitations.make(by=olga, name="Vera")
    users = [User.objects.create_user(f"{name}@example.com", PASSWORD, name=name) for name in ("vera", "igor")]

    vera, igor = users
    found = at_once(lambda: invitations.accept(made.token, vera), lambda: invitations.accept(made.token, igor))

    assert sum(one is not None for one in found) == 1
    assert Employee.objects.filter(user__in=users).count() == 1


def test_somebody_with_an_account_joins_with_it(olga: Employee) -> None:
    made = invitations.make(by=olga, name="Vera")
    vera = User.objects.create_user("vera@example.com", PASSWORD, name="Vera")
    browser, link = signed_in(vera), reverse("employee_invitation", args=[made.token])

    assert "You are signed in as vera@example.com" in words(browser.get(link))
    assert browser.post(link)["Location"] == "/"
    assert Employee.objects.get(user=vera).role == "user"


def test_who_works_here_already_uses_no_invitation_up(olga: Employee, pavel: Employee) -> None:
    made = invitations.make(by=olga, name="Vera", role="administrator")

    assert invitations.accept(made.token, pavel.user) == pavel
    pavel.refresh_from_db()
    assert (pavel.role, invitations.find(made.token)) == ("user", made.invitation)


def test_who_is_blocked_is_out_at_once_and_may_be_let_in_again(olga: Employee, pavel: Employee) -> None:
    browser = signed_in(pavel)
    assert browser.get("/").status_code == 200

    signed_in(olga).post(f"/management/employees/{pavel.pk}/blocking/")
    assert browser.get("/").status_code == 302
    assert "blocked" in words(signed_in(olga).get("/management/employees/"))
    signed_in(olga).post(f"/management/employees/{pavel.pk}/blocking/", {"off": "1"})
    assert signed_in(pavel).get("/").status_code == 200
    kinds = list(Event.objects.order_by("number").values_list("kind", flat=True))[-2:]
    assert kinds == ["employee_blocked", "employee_let_in"]


def test_somebody_always_owns_the_account(olga: Employee, pavel: Employee, alice: Employee) -> None:
    employees.change(alice, by=olga, role="administrator", position="", groups=[])

    refused: list[Callable[[], object]] = [
        lambda: employees.block(olga, by=alice, is_wanted=True),
        lambda: employees.change(olga, by=alice, role="user", position="", groups=[]),
        lambda: employees.block(alice, by=alice, is_wanted=True),
        lambda: employees.change(alice, by=alice, role="user", position="", groups=[]),
        lambda: employees.change(pavel, by=olga, role="owner", position="", groups=[]),
        lambda: employees.change(pavel, by=olga, role="robot", position="", groups=[]),
        lambda: employees.hand_over(olga, by=olga),
    ]
    forbidden: list[Callable[[], object]] = [
        lambda: employees.hand_over(pavel, by=alice),
        lambda: employees.block(alice, by=pavel, is_wanted=True),
        lambda: invitations.make(by=pavel, name="Vera"),
        lambda: groups.save(None, by=pavel, name="New", members=[]),
    ]
    for error, deeds in ((Refused, refused), (NotAllowed, forbidden)):
        for deed in deeds:
            with pytest.raises(error):
                deed()
    assert employees.hand_over(pavel, by=olga).role == "owner"
    assert Employee.objects.get(pk=olga.pk).role == "administrator"


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_block_each_other_at_once_leave_one(
    olga: Employee, pavel: Employee, alice: Employee
) -> None:
    for one in (pavel, alice):
        employees.change(one, by=olga, role="administrator", position="", groups=[])

    at_once(
        lambda: employees.block(alice, by=Employee.objects.get(pk=pavel.pk), is_wanted=True),
        lambda: employees.block(pavel, by=Employee.objects.get(pk=alice.pk), is_wanted=True),
    )

    assert Employee.objects.filter(pk__in=[pavel.pk, alice.pk], user__is_active=True).count() == 1


def test_a_link_for_a_new_password_needs_no_mail(olga: Employee, pavel: Employee) -> None:
    answer = signed_in(olga).post(f"/management/employees/{pavel.pk}/password/")

    link, browser = link_of(answer), stranger()
    page = browser.get(link, follow=True)
    assert page.status_code == 200
    address = page.redirect_chain[-1][0]
    browser.post(address, {"password1": PASSWORD, "password2": PASSWORD})
    assert User.objects.get(pk=pavel.user.pk).check_password(PASSWORD)


def test_whoever_opens_the_address_of_a_link_again_sees_where_it_is_made(olga: Employee, pavel: Employee) -> None:
    made = invitations.make(by=olga, name="Vera")
    browser = signed_in(olga)

    card = browser.get(f"/management/employees/{pavel.pk}/password/")
    page = browser.get(f"/management/invitations/{made.invitation.pk}/link/")

    assert (card.status_code, card.headers["Location"]) == (302, f"/management/employees/{pavel.pk}/")
    assert (page.status_code, page.headers["Location"]) == (302, "/management/employees/")
    assert stranger().get(f"/invitation/{made.token}/").status_code == 200, "the link that was given stays good"


def test_only_the_owner_makes_such_a_link_for_who_manages_the_account(
    olga: Employee, pavel: Employee, alice: Employee
) -> None:
    employees.change(alice, by=olga, role="administrator", position="", groups=[])

    for by, of, is_made in ((alice, olga, False), (alice, pavel, True), (olga, alice, True)):
        answer = signed_in(by).post(f"/management/employees/{of.pk}/password/")
        assert (answer.status_code == 200) is is_made


def test_7_who_joins_a_group_sees_its_tasks_and_who_leaves_it_sees_them_no_more(
    liza: Writer, olga: Employee, boris: Employee, support: Group
) -> None:
    task = liza.says("Hello")
    browser, members = signed_in(olga), [one.pk for one in support.members.all()]

    browser.post(f"/management/groups/{support.pk}/", {"name": "Support", "members": [*members, boris.pk]})
    assert signed_in(boris).get(f"/tasks/{task.number}/").status_code == 200
    browser.post(f"/management/groups/{support.pk}/", {"name": "Support", "members": members})
    assert signed_in(boris).get(f"/tasks/{task.number}/").status_code == 404


def test_a_group_that_is_used_gives_its_place_to_another(liza: Writer, olga: Employee, support: Group) -> None:
    task, both = liza.says("Hello"), making.make({"name": "Boxes", "description": ""}, by=olga)
    store = groups.save(None, by=olga, name="Store", members=[olga])
    assignee = Role.objects.get(key="assignee")
    for group in (support, store):
        TaskMember.objects.create(task=both, role=assignee, group=group)
    TemplateMember.objects.create(template=TaskTemplate.objects.get(key="standard"), role=assignee, group=support)
    view = SavedView.objects.create(owner=olga, name="Ours", audience="group", group=support)
    browser, address = signed_in(olga), f"/management/groups/{support.pk}/removal/"

    refused = browser.post(address)
    assert (refused.status_code, "choose the group that takes its place" in words(refused)) == (422, True)
    browser.post(address, {"into": str(store.pk)})

    assert not Group.objects.filter(pk=support.pk).exists()
    for one in (task, both):
        assert list(one.members.filter(group__isnull=False).values_list("group", flat=True)) == [store.pk]
    view.refresh_from_db()
    assert (view.group, TemplateMember.objects.get(group=store).group) == (store, store)


def test_a_group_of_a_name_that_is_taken_is_refused(olga: Employee, support: Group) -> None:
    answer = signed_in(olga).post("/management/groups/new/", {"name": "sUPPORT"})

    assert (answer.status_code, "There is a group with this name." in words(answer)) == (422, True)


def edited(employee: Employee, **changes: str) -> dict[str, str]:
    user = employee.user
    return {"name": user.name, "email": user.email, "role": employee.role, "position": employee.position} | changes


def test_an_administrator_changes_name_mail_language_and_time_zone(olga: Employee, pavel: Employee) -> None:
    browser, address = signed_in(olga), f"/management/employees/{pavel.pk}/"
    changes = {"name": "Pavel P.", "email": "pp@example.com", "language": "ru", "timezone": "Europe/Samara"}

    assert browser.post(address, edited(pavel, **changes)).status_code == 302

    user = User.objects.get(pk=pavel.user.pk)
    assert [user.name, user.email, user.language, user.timezone] == list(changes.values())
    event = Event.objects.order_by("number").last()
    assert event and event.kind == "employee_changed" and event.data["changes"].keys() >= changes.keys()


@pytest.mark.parametrize("mail", ["OLGA@example.com", "no mail", ""])
def test_a_mail_that_cannot_be_his_is_refused_beside_the_field(olga: Employee, pavel: Employee, mail: str) -> None:
    answer = signed_in(olga).post(f"/management/employees/{pavel.pk}/", edited(pavel, name="Igor", email=mail))

    assert answer.status_code == 422 and answer.context["form"].errors.keys() == {"email"}
    assert 'value="Igor"' in answer.content.decode()
    assert User.objects.get(pk=pavel.user.pk).name == "Pavel"


def test_who_manages_the_account_gets_another_mail_only_from_its_owner(
    olga: Employee, pavel: Employee, alice: Employee
) -> None:
    for one in (pavel, alice):
        employees.change(one, by=olga, role="administrator", position="", groups=[])
        one.refresh_from_db()

    # The page offers no field for it, and the action refuses it all the same.
    signed_in(alice).post(f"/management/employees/{pavel.pk}/", edited(pavel, email="alices@example.com"))
    with pytest.raises(Refused):
        employees.change(pavel, by=alice, role=pavel.role, position="", groups=[], person={"email": "a@example.com"})
    assert User.objects.get(pk=pavel.user.pk).email == "pavel@example.com"
    signed_in(olga).post(f"/management/employees/{pavel.pk}/", edited(pavel, email="pp@example.com"))
    assert User.objects.get(pk=pavel.user.pk).email == "pp@example.com"


def assignees(task: Task) -> set[str]:
    return {str(member.group or member.employee) for member in task.members.filter(role__key="assignee")}


def test_active_tasks_of_somebody_pass_to_another_in_one_step_and_back(olga: Employee, pavel: Employee) -> None:
    given = {"description": "", "assignee": [f"employee-{pavel.pk}"]}
    mine, both = (making.make({"name": name, **given}, by=olga) for name in ("Boxes", "Lamps"))
    TaskMember.objects.create(task=both, role=Role.objects.get(key="assignee"), employee=olga)
    browser, before = signed_in(olga), {mine: assignees(mine), both: assignees(both)}
    employees.block(pavel, by=olga, is_wanted=True)

    answer = browser.post(f"/management/employees/{pavel.pk}/tasks/", {"heir": f"employee-{olga.pk}"})

    assert answer["Location"] == f"/tasks/?people=employee-{olga.pk}"
    assert "Passed on to: Olga" in words(browser.get(answer["Location"]))
    for task in before:
        assert assignees(task) == before[task] - {"Pavel"} | {"Olga"}

    employees.block(pavel, by=olga, is_wanted=False)
    browser.post(f"/tasks/mass/{MassAction.objects.get().pk}/undoing/")
    assert {task: assignees(task) for task in before} == before


def test_tasks_go_to_nobody_unknown(olga: Employee, pavel: Employee) -> None:
    making.make({"name": "Boxes", "description": "", "assignee": [f"employee-{pavel.pk}"]}, by=olga)

    answer = signed_in(olga).post(f"/management/employees/{pavel.pk}/tasks/", {"heir": "employee-0"}, follow=True)

    assert "Choose an employee or a group." in words(answer)
    assert not MassAction.objects.exists()


def test_where_mail_is_set_up_the_link_is_sent(olga: Employee, mailoutbox: list[Any]) -> None:
    given = {"name": "Vera", "email": "vera@example.com", "role": "user", "days": "1"}
    made = signed_in(olga).post("/management/employees/", given)

    [letter] = mailoutbox
    assert letter.to == ["vera@example.com"] and made.context["link"] in letter.body
    assert 'value="vera@example.com"' in stranger().get(link_of(made)).content.decode()
    left = EmployeeInvitation.objects.get().expires_at - timezone.now()
    assert timedelta(hours=23) < left <= timedelta(days=1)


def test_the_robot_is_shown_and_not_changed(olga: Employee) -> None:
    robot = Employee.objects.filter(role="robot").first()
    robot = robot or Employee.objects.create(user=User.objects.create_user("r@example.com", name="Robot"), role="robot")

    assert "nobody signs in as the robot" in words(signed_in(olga).get("/management/employees/"))
    assert signed_in(olga).get(f"/management/employees/{robot.pk}/").status_code == 404


def test_the_list_is_searched(olga: Employee, pavel: Employee) -> None:
    page = words(signed_in(olga).get("/management/employees/?q=pav"))

    assert "pavel@example.com" in page and "alice@example.com" not in page


def test_7_the_table_of_roles_says_what_each_may(
    liza: Writer, olga: Employee, pavel: Employee, boris: Employee
) -> None:
    """Every row is tried: who opens the page of such a right is who has the tick."""
    employees.change(pavel, by=olga, role="administrator", position="", groups=[])
    eva = make_employee("Eva", Employee.AccountRole.TECHNICIAN)
    task = liza.says("Hello")
    TaskMember.objects.filter(task=task, employee=pavel).delete()
    opened = ("/tasks/", "/contacts/", f"/tasks/{task.number}/", "/management/", "/management/employees/")
    people = [Employee.objects.get(pk=one.pk) for one in (boris, eva, pavel, olga)]

    page = signed_in(olga).get("/management/employees/").content.decode()
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", page, re.DOTALL)
    ticks = [[word == "yes" for word in re.findall(r'<span class="sr-only">(yes|no)</span>', row)] for row in rows]

    found = [[signed_in(one).get(address).status_code == 200 for one in people] for address in opened]
    vera = Employee.objects.create(user=User.objects.create_user("vera@example.com", name="Vera"))
    given = [signed_in(one).post(f"/management/employees/{vera.pk}/password/").status_code == 200 for one in people]
    found.append(given)
    found.append(["Hand over" in words(signed_in(one).get(f"/management/employees/{vera.pk}/")) for one in people])
    assert ticks == found


ADMINISTRATION = (
    "/management/employees/",
    "/management/employees/{pavel}/",
    "/management/groups/new/",
    "/management/groups/{support}/",
    "/management/employees/{pavel}/password/",
)
DEEDS = (
    "/management/employees/{pavel}/blocking/",
    "/management/employees/{pavel}/account/",
    "/management/employees/{pavel}/tasks/",
    "/management/groups/{support}/removal/",
    "/management/invitations/1/removal/",
)


@pytest.mark.parametrize("address", [*ADMINISTRATION, *DEEDS])
def test_7_for_other_employees_there_is_nothing_here(
    olga: Employee, pavel: Employee, alice: Employee, support: Group, address: str
) -> None:
    place = address.format(pavel=pavel.pk, support=support.pk)
    for who in (alice, pavel):
        assert signed_in(who).get(place).status_code == (404 if address in ADMINISTRATION else 405)
        assert signed_in(who).post(place, {"name": "X"}).status_code == 404
    if address in ADMINISTRATION:
        assert signed_in(olga).get(place, follow=True).status_code == 200
    assert not Task.objects.exists() and pavel.user.is_active
