from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from otklik.desk import queries
from otklik.desk.actions import comments, notices
from otklik.desk.actions.incoming import Channel
from otklik.desk.models import Employee, Event, ForbiddenTransition, Notice, Status
from otklik.desk.tests.screens.stage import Writer, by_htmx, part, queries_of, signed_in, words
from otklik.desk.views.entry_times import moment_of
from otklik.people.models import User


def test_s13_a_new_conversation_is_on_top_of_the_chronicle(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    oleg.says("Hello")
    task = liza.says("What is the range of this microphone?")

    page = signed_in(pavel).get("/")

    top = words(page).partition("Today")[2].partition("Oleg")[0]
    assert top.startswith(" L Liza")
    assert "+1" in top
    assert "Clients / Incoming requests Not accepted Liza (Chatra)" in top and "Task created" in top
    assert f'href="/tasks/{task.number}/?in=' in part(page, f"entry-link-{task.number}")
    assert 'class="avatar__badge"' in part(page, f"entry-{task.number}")


def test_a_further_message_is_shown_by_its_beginning(liza: Writer, pavel: Employee) -> None:
    liza.says("Hello", "I need two of them. " + "Really. " * 100)

    page = words(signed_in(pavel).get("/"))

    assert "+2" in page
    assert "I need two of them. Really." in page
    assert page.count("Really.") < 50


def test_days_are_headings(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    task = oleg.says("Hello")
    Event.objects.filter(task=task).update(at=timezone.now() - timedelta(days=1))
    liza.says("Hello")

    page = words(signed_in(pavel).get("/"))

    assert page.index("Today") < page.index("Liza") < page.index("Yesterday") < page.index("Oleg")


def test_read_is_gone_until_something_new_happens(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    task, other = liza.says("Hello"), oleg.says("Hello")
    browser = signed_in(pavel)

    browser.post(f"/tasks/{task.number}/reading/")
    assert "Liza" not in words(browser.get("/"))
    assert f'id="entry-{other.number}"' in browser.get("/").content.decode()

    liza.says("Are you there?")
    assert "Are you there?" in words(browser.get("/"))


def test_everything_is_marked_read_at_once(liza: Writer, oleg: Writer, pavel: Employee, alice: Employee) -> None:
    liza.says("Hello")
    oleg.says("Hello")

    answer = signed_in(pavel).post("/chronicle/reading/", headers=by_htmx())

    assert "Everything is read" in words(answer)
    assert Notice.objects.filter(employee=pavel, read_at=None).count() == 0
    assert Notice.objects.filter(employee=alice, read_at=None).count() == 2


def test_who_takes_no_part_has_an_empty_chronicle(liza: Writer, boris: Employee) -> None:
    liza.says("Hello")

    assert "Everything is read" in words(signed_in(boris).get("/"))


def test_the_counter_counts_tasks(liza: Writer, oleg: Writer, pavel: Employee) -> None:
    liza.says("Hello", "Hello?")
    oleg.says("Hello")

    assert words(signed_in(pavel).get("/unread/")) == "2 unread"


def test_beyond_a_limit_the_counter_and_the_title_of_the_tab_say_so(
    liza: Writer, oleg: Writer, pavel: Employee, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "COUNTED", 1)
    liza.says("Hello")
    oleg.says("Hello")

    answer = signed_in(pavel).get("/unread/")

    assert words(answer) == "1+ unread" and 'data-figure="1+"' in answer.content.decode()


def test_a_note_of_a_colleague_is_news_and_ones_own_is_not(liza: Writer, pavel: Employee, alice: Employee) -> None:
    task = liza.says("Hello")
    comments.add(task, by=pavel, text="Who takes her?", kind="note")

    assert "Who takes her?" in words(signed_in(alice).get("/"))
    assert "Who takes her?" not in words(signed_in(pavel).get("/"))


def test_hostile_names_stay_text(shop_chat: Channel, pavel: Employee) -> None:
    Writer(shop_chat, "<img src=x onerror=alert(1)>").says("<script>alert(2)</script>", "<script>alert(3)</script>")

    page = signed_in(pavel).get("/").content.decode()

    assert "<img src=x" not in page
    assert "<script>alert" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_fifty_tasks_cost_as_many_queries_as_five(shop_chat: Channel, pavel: Employee) -> None:
    for number in range(5):
        Writer(shop_chat, f"Visitor {number}").says("Hello")
    browser = signed_in(pavel)
    few = queries_of(browser, "/")

    for number in range(5, 50):
        Writer(shop_chat, f"Visitor {number}").says("Hello")
    assert queries_of(browser, "/") == few


def test_who_is_not_signed_in_is_asked_to(client: Client, db: None) -> None:
    assert client.get("/").headers["Location"] == "/accounts/login/?next=/"


def test_somebody_who_is_no_employee_is_told_so(db: None) -> None:
    agent = User.objects.create_user("agent@example.com", "a good password", name="Agent")

    answer = signed_in(agent).get("/")

    assert answer.status_code == 403
    assert "not as an employee" in words(answer)


def test_what_is_put_off_comes_back_at_its_time(liza: Writer, pavel: Employee, alice: Employee) -> None:
    task = liza.says("Hello")
    browser = signed_in(pavel)

    assert browser.post(f"/chronicle/{task.number}/later/", {"until": "hour"}, headers=by_htmx()).status_code == 204
    assert "Everything is read" in words(browser.get("/")) and words(browser.get("/unread/")) == ""
    assert "Liza" in words(signed_in(alice).get("/"))
    assert notices.bring_back() == 0

    Notice.objects.filter(employee=pavel).update(later_at=timezone.now() - timedelta(seconds=1))
    assert "Liza" in words(browser.get("/"))
    assert notices.bring_back() == 1 and notices.bring_back() == 0


def test_news_bring_back_what_was_put_off(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    browser = signed_in(pavel)
    browser.post(f"/chronicle/{task.number}/later/", {"until": "monday"})

    liza.says("It is urgent")

    assert "It is urgent" in words(browser.get("/"))


def test_a_task_is_completed_from_the_chronicle(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    browser = signed_in(pavel)
    assert "Complete: Liza (Chatra)" in words(browser.get("/"))

    assert browser.post(f"/chronicle/{task.number}/completion/")["Location"] == "/"

    task.refresh_from_db()
    assert task.status.key == "completed" and "Everything is read" in words(browser.get("/"))


def test_what_is_refused_is_said_above_the_entries(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    ForbiddenTransition.objects.create(
        before=task.status, after=Status.objects.get(key="completed", set=task.status.set_id)
    )
    browser = signed_in(pavel)

    answer = browser.post(f"/chronicle/{task.number}/completion/", headers=by_htmx())
    assert answer.status_code == 422 and "cannot go from" in words(answer)
    answer = browser.post(f"/chronicle/{task.number}/later/", {"until": "never"}, headers=by_htmx())
    assert answer.status_code == 422 and "Choose one of the times" in words(answer)
    assert "Liza" in words(browser.get("/"))


def test_all_events_show_what_was_read_and_nothing_of_others(
    liza: Writer, oleg: Writer, pavel: Employee, boris: Employee
) -> None:
    task = liza.says("Hello")
    liza.says("Still there?")
    notices.read(task, by=pavel)
    browser = signed_in(pavel)

    page = words(browser.get("/?all"))

    assert page.index("Still there?") < page.index("Task created")
    assert "Mark read: " not in page
    assert "Nothing has happened yet" in words(signed_in(boris).get("/?all"))


def test_all_events_have_pages(liza: Writer, pavel: Employee) -> None:
    for number in range(60):
        liza.says(f"Message {number}")
    browser = signed_in(pavel)
    first = browser.get("/?all")
    second = browser.get(f"/?all&before={first.context['older']}")

    shown = [entry.event.number for page in (first, second) for entry in page.context["entries"]]
    assert shown == sorted(set(shown), reverse=True) and len(shown) == 60
    assert queries_of(browser, "/?all") <= queries_of(browser, "/") + 1


@pytest.mark.parametrize(
    ("key", "now", "then"),
    [
        ("hour", "2026-11-23 17:30", "2026-11-23 18:30"),
        ("evening", "2026-11-23 17:30", "2026-11-23 18:00"),
        ("evening", "2026-11-23 18:00", None),
        ("tomorrow", "2026-11-23 23:59", "2026-11-24 09:00"),
        ("monday", "2026-11-23 08:00", "2026-11-30 09:00"),
        ("monday", "2026-11-29 08:00", "2026-11-30 09:00"),
        ("never", "2026-11-23 08:00", None),
    ],
)
def test_offered_times(key: str, now: str, then: str | None) -> None:
    zone = ZoneInfo("Europe/Moscow")

    found = moment_of(key, datetime.fromisoformat(now).replace(tzinfo=zone))

    assert found == (datetime.fromisoformat(then).replace(tzinfo=zone) if then else None)
