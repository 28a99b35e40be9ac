from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.desk.actions import notifying
from otklik.desk.models import Employee, Notice, Notification, NotificationSettings, Task
from otklik.desk.tests.screens.stage import Writer, signed_in, words

PAGE = "/notifications/"
GIVEN = {"from": "", "to": "", "waits_minutes": "10", "mail_minutes": "10"}


@pytest.fixture
def asked(liza: Writer) -> Task:
    """Liza has asked something; nothing has been told to anybody yet."""
    task = liza.says("Hello")
    notifying.plan()
    Notification.objects.all().delete()
    Notice.objects.update(read_at=timezone.now())
    liza.says("Where is my parcel?")
    return task


def test_ticks_are_kept_and_shown_again(pavel: Employee) -> None:
    browser = signed_in(pavel)

    browser.post(
        PAGE, {**GIVEN, "client": ["browser", "email"], "waiting": ["chronicle", "sound"], "waits_minutes": "3"}
    )

    own = NotificationSettings.objects.get(employee=pavel)
    assert own.wanted["client"] == ["browser", "email"]
    assert own.wanted["waiting"] == ["sound"]
    assert own.wanted["status"] == []
    page = browser.get(PAGE)
    assert page.context["given"]["waits_minutes"] == "3"
    cells = {(kind, cell[0]): cell[2] for kind, _name, row in page.context["rows"] for cell in row}
    assert cells["client", "browser"] and not cells["client", "sound"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"from": "22:00"}, "Give both the beginning and the end of the quiet hours, or neither."),
        ({"from": "22:00", "to": "22:00"}, "The quiet hours end when they begin."),
        ({"waits_minutes": "0"}, "A number of minutes from 1 to 1440."),
        ({"mail_minutes": "soon"}, "A number of minutes from 1 to 1440."),
        ({"mail_minutes": "99999999999999999999"}, "A number of minutes from 1 to 1440."),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(pavel: Employee, given: dict[str, str], sentence: str) -> None:
    answer = signed_in(pavel).post(PAGE, {**GIVEN, **given, "client": ["sound"]})

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert answer.context["given"] == {**GIVEN, **given}
    assert not NotificationSettings.objects.exists()


def test_do_not_disturb_begins_and_ends(pavel: Employee) -> None:
    browser = signed_in(pavel)

    begun = browser.post(f"{PAGE}quiet/", {"hours": "4"}, follow=True)
    assert "Only the chronicle goes on until" in words(begun)
    assert NotificationSettings.objects.get(employee=pavel).is_quiet(timezone.now() + timedelta(hours=3))

    ended = browser.post(f"{PAGE}quiet/", {}, follow=True)
    assert "for 4 hours" in words(ended)


def test_an_open_page_gets_what_it_is_to_show(asked: Task, pavel: Employee) -> None:
    answer = signed_in(pavel).post(f"{PAGE}due/", {"browser": "granted", "sound": "running"})

    told = {one["channel"]: one for one in answer.json()["notifications"]}
    assert set(told) == {"browser", "sound"}
    assert told["browser"]["address"] == f"/tasks/{asked.number}/"
    assert "Where is my parcel?" in told["browser"]["text"]
    assert told["browser"]["title"] == "A client wrote"


def test_nobody_gets_what_is_for_another(asked: Task, boris: Employee) -> None:
    answer = signed_in(boris).post(f"{PAGE}due/", {"browser": "granted", "sound": "running"})

    assert answer.json() == {"notifications": []}


def test_the_history_says_what_became_of_each(asked: Task, pavel: Employee) -> None:
    NotificationSettings.objects.create(employee=pavel, wanted={"client": ["chronicle", "browser"]})
    notifying.plan()

    said = words(signed_in(pavel).get(f"{PAGE}history/"))

    assert "Chronicle · A client wrote: Liza (Chatra) Delivered" in said
    assert "E-mail · A client wrote: Liza (Chatra) Not sent Switched off in the settings." in said
    only = words(signed_in(pavel).get(f"{PAGE}history/?channel=sound"))
    assert "Sound · A client wrote" in only and "E-mail · A client wrote" not in only


def test_the_history_is_asked_for_a_result_a_kind_and_a_way(asked: Task, pavel: Employee) -> None:
    NotificationSettings.objects.create(employee=pavel, wanted={"client": ["chronicle", "browser"]})
    notifying.plan()
    trials = [Notification(employee=pavel, kind="liked", channel="email", state="failed") for _number in range(51)]
    Notification.objects.bulk_create(trials)
    browser = signed_in(pavel)

    failed = browser.get(f"{PAGE}history/?state=failed&kind=liked&channel=email")
    assert len(failed.context["shown"].object_list) == 50 and "state=failed&amp;kind=liked" in failed.content.decode()
    assert "A client wrote:" not in words(failed)
    assert "Chronicle · A client wrote: Liza" in words(browser.get(f"{PAGE}history/?state=sent"))
    assert "Nothing of this kind." in words(browser.get(f"{PAGE}history/?state=failed&kind=client"))
    assert "A client wrote: Liza" in words(browser.get(f"{PAGE}history/?state=x&kind=y&channel=z&page=2"))


def test_what_is_switched_off_is_folded(asked: Task, pavel: Employee) -> None:
    NotificationSettings.objects.create(employee=pavel, wanted={"client": ["chronicle"]})
    notifying.plan()

    groups = signed_in(pavel).get(f"{PAGE}history/").context["groups"]

    assert [line.channel for is_off, lines in groups if not is_off for line in lines] == ["Chronicle"]
    assert sum(len(lines) for is_off, lines in groups if is_off) == 4


def test_an_administrator_asks_for_everybody_and_nobody_else_does(
    asked: Task, olga: Employee, pavel: Employee, alice: Employee
) -> None:
    notifying.plan()

    said = words(signed_in(olga).get(f"{PAGE}history/?employee={pavel.pk}"))
    assert "What Pavel was told of" in said and "A client wrote: Liza (Chatra)" in said
    assert signed_in(alice).get(f"{PAGE}history/?employee={pavel.pk}").status_code == 404


def test_a_task_that_is_closed_to_the_reader_keeps_its_name(asked: Task, pavel: Employee) -> None:
    notifying.plan()
    asked.members.all().delete()

    said = words(signed_in(pavel).get(f"{PAGE}history/"))

    assert "a task that is closed to you" in said and "Liza" not in said


def test_old_pages_of_the_history_follow(asked: Task, pavel: Employee) -> None:
    rows = [Notification(employee=pavel, kind="trial", channel="email", state="sent") for _number in range(51)]
    Notification.objects.bulk_create(rows)

    browser = signed_in(pavel)

    assert "Older" in words(browser.get(f"{PAGE}history/"))
    assert len(browser.get(f"{PAGE}history/?page=2").context["shown"].object_list) == 1
