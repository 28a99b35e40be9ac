"""What stands on a contact's card beside its data (contracts/planfix-behaviour.md §4.4)."""

from __future__ import annotations

from otklik.desk.actions import comments, contacts, tasks
from otklik.desk.models import Contact, ContactTemplate, Employee, File, Project, Role, Status, TaskMember
from otklik.desk.tests.screens.stage import Writer, part, queries_of, signed_in, words


def test_tasks_name_the_roles_that_he_has(liza: Writer, pavel: Employee, boris: Employee, olga: Employee) -> None:
    task = liza.says("Hello")
    zoya = contacts.make(ContactTemplate.objects.get(key="contact"), by=pavel, fields={"name": "Zoya"})
    TaskMember.objects.create(task=task, role=Role.objects.get(key="auditor"), contact=zoya)
    assert task.contact

    assert "Assigner, Counterparty" in words(signed_in(pavel).get(f"/contacts/{task.contact.number}/"))
    card = f"/contacts/{zoya.number}/"
    assert f"{task.name} Auditor" in words(signed_in(pavel).get(card))
    assert task.name not in words(signed_in(boris).get(card)), "a task that he may not see"


def test_the_eye_is_kept_for_each_person_and_all_cards(liza: Writer, pavel: Employee, olga: Employee) -> None:
    task = liza.says("Where is my order?")
    comments.add(task, by=pavel, kind="note", text="A regular client")
    done = Status.objects.filter(set=task.status.set_id, is_active=False).exclude(key="draft").first()
    assert done and task.contact
    tasks.set_status(task, done, by=pavel)
    browser, card = signed_in(pavel), f"/contacts/{task.contact.number}/"
    feed = part(browser.get(card), "contact-feed")
    assert "Where is my order?" in feed and "A regular client" in feed and "Status:" not in feed

    answer = browser.post(f"{card}feed/", {"parts": ["note", "system", "nonsense"]})

    assert answer["Location"] == f"{card}#contact-feed"
    feed = part(browser.get(card), "contact-feed")
    assert "A regular client" in feed and "Status:" in feed and "Where is my order?" not in feed
    assert "Where is my order?" in part(signed_in(olga).get(card), "contact-feed")
    browser.post(f"{card}feed/")
    assert "Nothing of what you chose to see." in part(browser.get(card), "contact-feed")


def test_files_and_projects_are_those_of_tasks_that_one_may_see(liza: Writer, pavel: Employee, boris: Employee) -> None:
    task = liza.says("Here it is")
    task.project = Project.objects.create(name="Bicycles")
    task.save(update_fields=["project"])
    comment = task.comments.first()
    assert comment and task.contact
    File.objects.create(task=task, comment=comment, name="receipt.pdf", size=1200, created_by=pavel)
    card = f"/contacts/{task.contact.number}/"

    shown, hidden = words(signed_in(pavel).get(card)), words(signed_in(boris).get(card))

    assert "receipt.pdf" in shown and "Bicycles" in shown
    assert "receipt.pdf" not in hidden and "Bicycles" not in hidden


def test_the_card_says_who_sees_it(liza: Writer, pavel: Employee, boris: Employee, olga: Employee) -> None:
    contact = liza.says("Hello").contact
    assert contact

    rights = part(signed_in(boris).get(f"/contacts/{contact.number}/"), "contact-access")

    assert "Everybody who works here sees this card" in rights
    assert all(one.name in rights for one in (pavel, boris, olga))


def test_reports_are_of_one_client(liza: Writer, oleg: Writer, pavel: Employee, olga: Employee) -> None:
    contact = liza.says("Hello").contact
    oleg.says("Hello")
    assert contact
    assert "Reports of this client" not in words(signed_in(pavel).get(f"/contacts/{contact.number}/"))
    browser = signed_in(olga)
    assert f'href="/reports/?client={contact.number}"' in browser.get(f"/contacts/{contact.number}/").content.decode()

    assert browser.get("/reports/").context["found"]["total"]["chats"] == 2
    answer = browser.get(f"/reports/?client={contact.number}")
    assert answer.context["found"]["total"]["chats"] == 1 and contact.name in words(answer)
    assert browser.get("/reports/?client=nobody").status_code == 200


def test_a_card_with_many_tasks_costs_no_further_queries(liza: Writer, pavel: Employee) -> None:
    contact: Contact | None = liza.says("Hello").contact
    assert contact
    browser, card = signed_in(pavel), f"/contacts/{contact.number}/"
    few = queries_of(browser, card)
    liza.says("One", "Two", "Three")

    assert queries_of(browser, card) == few
