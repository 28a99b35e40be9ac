"""The technical administrator has the settings of the account, and none of its data (§7)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from otklik.conftest import make_employee
from otklik.desk.actions import employees, groups, invitations, members, scenarios, task_templates
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Employee, Group, Scenario, ScenarioRun, Task, TaskTemplate
from otklik.desk.tests.screens.conftest import liza, shop_chat
from otklik.desk.tests.screens.stage import Writer, signed_in, words
from otklik.integrations.models import Connection, Receipt

__all__ = ["liza", "shop_chat"]

Role = Employee.AccountRole


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Sentences of actions are told in the language of whoever asks."""
    with translation.override("en"):
        yield


@pytest.fixture
def eva(db: None) -> Employee:
    return make_employee("Eva", Role.TECHNICIAN)


def test_7_he_opens_the_settings_and_no_reports_contacts_or_tasks(eva: Employee, liza: Writer) -> None:
    task = liza.says("My parcel is lost")
    assert task.contact
    browser = signed_in(eva)

    assert browser.get(reverse("management")).status_code == 200
    menu = words(browser.get(reverse("management")))
    assert "Account management" in menu and "Integrations" in menu
    assert "Reports" not in menu and "Contacts" not in menu
    assert "Liza" not in words(browser.get(reverse("tasks")))
    for closed in (f"/tasks/?client={task.contact.number}", "/search/?q=Liza", "/search/quick/?q=Liza"):
        assert "Liza" not in words(browser.get(closed)).replace("“Liza”", "")
    for name in ("contacts", "reports", "duplicates"):
        assert browser.get(reverse(name)).status_code == 404
    assert browser.get(reverse("contact", args=[task.contact.number])).status_code == 404


def test_7_in_a_task_in_which_he_has_a_role_he_is_like_any_user(eva: Employee, olga: Employee, liza: Writer) -> None:
    task = liza.says("My parcel is lost")
    members.change(task, "participant", [f"employee-{eva.pk}"], seen=[], by=olga)
    assert task.contact

    browser = signed_in(eva)
    assert "My parcel is lost" in words(browser.get(reverse("task", args=[task.number])))
    assert browser.get(reverse("contact", args=[task.contact.number])).status_code == 200
    data = reverse("contact_data", args=[task.contact.number])
    assert browser.post(data, {"name": "Other"}).status_code == 404


def test_7_he_chooses_no_client_for_a_task_he_makes(eva: Employee, liza: Writer) -> None:
    contact = liza.says("Hello").contact
    assert contact
    browser = signed_in(eva)
    assert "Liza" not in words(browser.get(f"{reverse('new_task')}?contact={contact.number}"))
    browser.post(reverse("new_task"), {"name": "Mine", "client": "Liza", "contact": contact.number})
    assert Task.objects.get(name="Mine").contact is None


def test_7_webhooks_and_simulator_show_him_no_words_of_clients(eva: Employee, shop: Connection) -> None:
    body = (
        b'{"eventName":"chatFragment","client":{"id":"c1","chatId":"k1","displayedName":"Liza"},'
        b'"messages":[{"id":"m1","type":"client","message":"My parcel is lost","createdAt":1764000000000}]}'
    )
    Receipt.objects.create(connection=shop, body=body, state=Receipt.State.UNKNOWN)

    page = signed_in(eva).get(reverse("connection", args=[shop.pk]))
    assert "My parcel is lost" not in words(page) and "What it says is for those who see all tasks" in words(page)


def test_7_he_tries_scenarios_on_his_own_tasks_alone(eva: Employee, liza: Writer) -> None:
    task = liza.says("Hello")
    scenario = Scenario.objects.create(name="It", event="left", operations=[{"kind": "complete", "value": ""}])
    ScenarioRun.objects.create(scenario=scenario, task=task, event=1, state="done", done_at=task.created_at)

    browser = signed_in(eva)
    form = {"event": "left", "trial_task": task.number, "do": "trial"}
    trial = browser.post(reverse("scenario", args=[scenario.pk]), form)
    assert "There is no such task." in words(trial) and "Dry run" not in words(trial)
    assert task.name not in trial.content.decode()
    assert task.name not in words(browser.get(reverse("scenario_log", args=[scenario.pk])))
    assert browser.post(reverse("scenario_dry_run", args=[scenario.pk])).status_code == 404


def test_7_he_raises_nobody_and_invites_users_alone(eva: Employee, pavel: Employee, olga: Employee) -> None:
    for role in (Role.TECHNICIAN, Role.ADMINISTRATOR, Role.OWNER):
        with pytest.raises(Refused):
            employees.change(pavel, by=eva, role=role, position="", groups=[])
        with pytest.raises(Refused):
            employees.change(eva, by=eva, role=Role.ADMINISTRATOR, position="", groups=[])
        with pytest.raises(Refused):
            invitations.make(by=eva, name="Vera", role=role)
    assert invitations.make(by=eva, name="Vera").invitation.role == Role.USER
    assert employees.change(pavel, by=eva, role=Role.USER, position="Chief", groups=[]).position == "Chief"

    made = invitations.make(by=olga, name="Dina", role=Role.ADMINISTRATOR).invitation
    with pytest.raises(NotAllowed):
        invitations.withdraw(made, by=eva)
    with pytest.raises(NotAllowed):
        invitations.hand_over(made, by=eva)


def test_7_an_administrator_gives_the_link_of_whom_he_invites(eva: Employee, olga: Employee) -> None:
    """With a link in his own hand he would see the client base as the user whom he invited."""
    stranger = Client(headers={"accept-language": "en"})
    held = invitations.make(by=eva, name="Vera")
    assert stranger.get(reverse("employee_invitation", args=[held.token])).status_code == 410

    page = signed_in(eva).post(reverse("employees"), {"name": "Dina", "role": "user", "days": "7"}, follow=True)
    assert "Dina is invited. An administrator gives the link." in words(page)
    assert "/invitation/" not in page.content.decode() and "Make the link" not in words(page)

    browser = signed_in(olga)
    assert "Eva asks for it; an administrator gives the link" in words(browser.get(reverse("employees")))
    given = browser.post(reverse("invitation_link", args=[held.invitation.pk]))
    link = given.context["link"]
    assert stranger.get(link).status_code == 200
    again = browser.post(reverse("invitation_link", args=[held.invitation.pk])).context["link"]
    assert stranger.get(link).status_code == 410 and stranger.get(again).status_code == 200
    gone = browser.post(reverse("invitation_link", args=[0]))
    assert gone.status_code == 302


def test_7_he_touches_nobody_who_manages_the_account(eva: Employee, olga: Employee) -> None:
    dina, fedor = make_employee("Dina", Role.ADMINISTRATOR), make_employee("Fedor", Role.TECHNICIAN)
    for other in (olga, dina, fedor):
        with pytest.raises(NotAllowed):
            employees.change(other, by=eva, role=other.role, position="Nobody", groups=[])
        with pytest.raises(NotAllowed):
            employees.block(other, by=eva, is_wanted=True)
    with pytest.raises(NotAllowed):
        employees.hand_over(eva, by=eva)
    assert not Employee.objects.filter(user__is_active=False).exists()


def test_7_he_signs_in_as_nobody(eva: Employee, pavel: Employee, olga: Employee) -> None:
    browser = signed_in(eva)
    for other in (pavel, olga):
        answer = browser.post(reverse("employee_password", args=[other.pk]), follow=True)
        assert "For this person no link can be made here." in words(answer)
    with pytest.raises(Refused):
        employees.change(pavel, by=eva, role=pavel.role, position="", groups=[], person={"email": "eva2@example.com"})


def test_7_he_brings_himself_to_tasks_by_no_setting(eva: Employee, support: Group, shop: Connection) -> None:
    with pytest.raises(Refused):
        groups.save(support, by=eva, name="Support", members=[eva, *support.members.all()])
    with pytest.raises(Refused):
        employees.change(eva, by=eva, role=eva.role, position="", groups=[support])
    template = TaskTemplate.objects.get(key="standard")
    values = task_templates.values_of(template)
    with pytest.raises(Refused):
        task_templates.change(template, values | {"auditor": [f"employee-{eva.pk}"]}, seen=values, by=eva)
    scenario = Scenario.objects.create(name="It", event="left", operations=[{"kind": "complete", "value": ""}])
    before = scenarios.values_of(scenario)
    joins = {"operations": [{"kind": "participant", "value": f"employee-{eva.pk}"}]}
    with pytest.raises(Refused):
        scenarios.change(scenario, before | joins, seen=before, by=eva)

    address = reverse("connection_settings", args=[shop.kind, shop.pk])
    given = {
        "name": shop.name, "email": "", "task_template": shop.task_template_id,
        "contact_template": shop.contact_template_id, "people": [f"group-{support.pk}", f"employee-{eva.pk}"],
    }  # fmt: skip
    answer = signed_in(eva).post(address, given)
    assert answer.status_code == 422 and "does not bring himself to tasks" in words(answer)
    assert not shop.employees.exists()


def test_7_he_reads_no_task_by_a_scenario_in_his_own_name(eva: Employee, olga: Employee, boris: Employee) -> None:
    scenario = Scenario.objects.create(
        name="It", event="left", operations=[{"kind": "note", "value": "It"}], in_name_of=f"employee-{boris.pk}"
    )
    before = scenarios.values_of(scenario)
    for speaker in (f"employee-{eva.pk}", f"employee-{olga.pk}", "actor", "assigner"):
        with pytest.raises(Refused) as refused:
            scenarios.make(before | {"in_name_of": speaker}, by=eva)
        assert refused.value.field == "in_name_of"
        with pytest.raises(Refused) as refused:
            scenarios.change(scenario, before | {"in_name_of": speaker}, seen=before, by=eva)
        assert refused.value.field == "in_name_of"
    assert scenarios.copy(scenario, by=eva).in_name_of == f"employee-{boris.pk}"
    scenarios.change(scenario, before | {"name": "Other"}, seen=before, by=eva)
    named = scenarios.values_of(Scenario.objects.get(pk=scenario.pk))
    assert scenarios.change(scenario, named | {"in_name_of": ""}, seen=named, by=eva).in_name_of == ""

    Scenario.objects.filter(pk=scenario.pk).update(in_name_of=f"employee-{eva.pk}")
    own = named | {"in_name_of": f"employee-{eva.pk}"}
    for forbidden in (
        lambda: scenarios.switch(scenario, on=True, by=eva),
        lambda: scenarios.change(scenario, own | {"name": "Third"}, seen=own, by=eva),
        lambda: scenarios.copy(scenario, by=eva),
    ):
        with pytest.raises(Refused) as refused:
            forbidden()
        assert refused.value.field == "in_name_of"
    scenarios.switch(scenario, on=True, by=olga)
    scenarios.switch(scenario, on=False, by=eva)


def test_7_the_form_of_a_scenario_offers_him_the_robot_and_says_why(eva: Employee, olga: Employee) -> None:
    own, hers = (signed_in(one).get(reverse("new_scenario")).content.decode() for one in (eva, olga))
    assert '<option value="actor" selected>' in hers and '<option value="actor">' in own
    given = {
        "name": "Spy", "event": "left", "operations": "1", "operation-1-kind": "note", "operation-1-value": "It",
        "most_per_hour": "300", "in_name_of": f"employee-{olga.pk}",
    }  # fmt: skip
    answer = signed_in(eva).post(reverse("new_scenario"), given)
    assert answer.status_code == 422 and "has a scenario act as the robot" in words(answer)
    assert not Scenario.objects.exists()
    signed_in(eva).post(reverse("new_scenario"), given | {"in_name_of": ""})
    assert Scenario.objects.get().in_name_of == ""


def test_7_he_names_nobody_new_who_would_come_to_tasks(
    eva: Employee, olga: Employee, pavel: Employee, boris: Employee, shop: Connection
) -> None:
    """Whoever he has invited could be himself; who sees all tasks already, and who is there, may be named."""
    template = TaskTemplate.objects.get(key="standard")
    values = task_templates.values_of(template)
    with pytest.raises(Refused) as refused:
        task_templates.change(template, values | {"auditor": [f"employee-{boris.pk}"]}, seen=values, by=eva)
    assert refused.value.field == "auditor"
    task_templates.change(template, values | {"auditor": [f"employee-{olga.pk}"]}, seen=values, by=eva)

    joins = {"kind": "participant", "value": f"employee-{pavel.pk}"}
    scenario = Scenario.objects.create(name="It", event="left", operations=[joins])
    before = scenarios.values_of(scenario)
    both = {"kind": "subtask", "value": "It", "assignee": f"employee-{pavel.pk}\nemployee-{boris.pk}"}
    for operation in (both, both | {"assignee": f"employee-{pavel.pk}\nemployee-{eva.pk}"}):
        with pytest.raises(Refused) as refused:
            scenarios.change(scenario, before | {"operations": [joins, operation]}, seen=before, by=eva)
        assert refused.value.field == "operations"
    told = {"kind": "assign", "value": f"employee-{olga.pk}"}
    scenarios.change(scenario, before | {"operations": [joins, told]}, seen=before, by=eva)

    address = reverse("connection_settings", args=[shop.kind, shop.pk])
    given = {
        "name": shop.name, "email": "", "task_template": shop.task_template_id,
        "contact_template": shop.contact_template_id, "people": [f"employee-{boris.pk}"],
    }  # fmt: skip
    answer = signed_in(eva).post(address, given)
    assert answer.status_code == 422 and "names nobody new" in words(answer)
    shop.employees.add(boris)
    assert signed_in(eva).post(address, given).status_code == 302


SENT_OUT = [
    {"kind": "request", "method": "POST", "value": "https://example.com/", "body": "Hello"},
    {"kind": "mail", "value": "eva@example.com", "subject": "Hello", "body": "Hello"},
    {"kind": "note", "value": "{{Task.Last message.Text}}"},
    {"kind": "reply", "value": "{{Комментарий.Текст|nothing}}"},
    {"kind": "subtask", "value": "It", "description": "{{ задача.последнее сообщение.автор }}"},
]


@pytest.mark.parametrize("operation", SENT_OUT)
def test_7_he_sends_no_words_out_by_a_scenario_of_his(eva: Employee, olga: Employee, operation: dict[str, str]) -> None:
    scenario = Scenario.objects.create(name="It", event="left", operations=[{"kind": "complete", "value": ""}])
    before = scenarios.values_of(scenario)
    wanted = before | {"operations": [*before["operations"], operation]}
    for is_new in (True, False):
        with pytest.raises(Refused) as refused:
            if is_new:
                scenarios.make(wanted, by=eva)
            else:
                scenarios.change(scenario, wanted, seen=before, by=eva)
        assert refused.value.field == "operations-2" and "administrator saves no scenario" in str(refused.value)

    scenarios.change(scenario, wanted, seen=before, by=olga)
    now = scenarios.values_of(Scenario.objects.get(pk=scenario.pk))
    with pytest.raises(Refused):
        scenarios.change(scenario, now | {"conditions": []}, seen=now, by=eva)
    with pytest.raises(Refused):
        scenarios.copy(scenario, by=eva)


def test_7_he_reads_switches_and_orders_scenarios_of_administrators(eva: Employee) -> None:
    letter = Scenario.objects.create(name="Letter", event="left", operations=[SENT_OUT[1]], place=1)
    first = Scenario.objects.create(name="First", event="left", operations=[{"kind": "complete", "value": ""}])
    browser = signed_in(eva)
    assert "eva@example.com" in browser.get(reverse("scenario", args=[letter.pk])).content.decode()
    scenarios.switch(letter, on=True, by=eva)
    scenarios.place(letter, 0, by=eva)
    letter.refresh_from_db()
    assert letter.is_on and list(Scenario.objects.all()) == [letter, first]
    browser.post(reverse("ready_scenarios"))
    assert Scenario.objects.count() > 2


def test_7_the_form_keeps_what_he_wrote_and_says_why_it_is_not_saved(eva: Employee) -> None:
    given = {
        "name": "Spy", "event": "left", "operations": "1", "operation-1-kind": "mail", "most_per_hour": "300",
        "operation-1-value": "eva@example.com", "operation-1-subject": "It", "operation-1-body": "It",
    }  # fmt: skip
    answer = signed_in(eva).post(reverse("new_scenario"), given)
    assert answer.status_code == 422 and "Ask an administrator." in words(answer)
    assert "eva@example.com" in answer.content.decode() and not Scenario.objects.exists()


def test_7_he_brings_nobody_into_groups(eva: Employee, pavel: Employee, boris: Employee, support: Group) -> None:
    """Whoever he invites could be himself."""
    with pytest.raises(Refused) as refused:
        invitations.make(by=eva, name="Vera", groups=[support])
    assert refused.value.field == "groups" and "An administrator adds people to groups" in str(refused.value)
    with pytest.raises(Refused):
        employees.change(boris, by=eva, role=boris.role, position="", groups=[support])
    with pytest.raises(Refused):
        groups.save(support, by=eva, name="Support", members=[boris, *support.members.all()])

    page = signed_in(eva).get(reverse("employees"))
    assert "An administrator adds people to groups" in words(page) and 'name="groups"' not in page.content.decode()
    employees.change(pavel, by=eva, role=pavel.role, position="Chief", groups=[support])
    groups.save(support, by=eva, name="First line", members=list(support.members.all()))
    employees.change(pavel, by=eva, role=pavel.role, position="Chief", groups=[])
    assert pavel not in support.members.all()


def test_7_administrators_give_and_take_the_role(olga: Employee, pavel: Employee) -> None:
    dina = make_employee("Dina", Role.ADMINISTRATOR)
    employees.change(pavel, by=dina, role=Role.TECHNICIAN, position="", groups=[])
    pavel.refresh_from_db()
    assert pavel.manages_account and not pavel.is_administrator
    employees.change(pavel, by=olga, role=Role.USER, position="", groups=[])
    pavel.refresh_from_db()
    assert not pavel.manages_account


def test_7_rights_of_roles_are_shown_to_him_and_changed_by_administrators(eva: Employee) -> None:
    page = signed_in(eva).get(reverse("roles"))
    assert "Only administrators change the rights of roles." in words(page)
    assert " disabled" in page.content.decode()
