"""«Отправить позже» (contracts/planfix-behaviour.md §8.2)."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone

from otklik.desk import queries
from otklik.desk.actions import comments, delaying, files, task_merging, trash
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Comment, DelayedComment, Draft, Employee, File, Notice, Task
from otklik.desk.tests.screens.stage import Writer, by_htmx, feed_of, signed_in, words


def later(task: Task, by: Employee, text: str = "It has come.", kind: str = "reply", **more: Any) -> DelayedComment:
    given = {"at": timezone.now() + timedelta(hours=1), "key": text, **more}
    return delaying.delay(task, by=by, kind=kind, text=text, **given)


def time_comes() -> None:
    DelayedComment.objects.update(at=timezone.now() - timedelta(seconds=1))
    delaying.settle()


def test_8_2_a_reply_leaves_at_its_time_and_not_before(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Is it there?")
    later(task, pavel)

    assert delaying.settle() == 0
    assert feed_of(task) == [("client", "Is it there?")]
    time_comes()
    assert feed_of(task)[1:] == [("reply", "It has come.")]
    reply = task.comments.get(kind="reply")
    assert (reply.employee, reply.mark, reply.target) == (pavel, "due", task.targets.get())
    # A worker that looks once more finds nothing.
    assert (delaying.settle(), task.comments.count()) == (0, 2)


def test_8_2_a_client_who_writes_before_stops_it_and_its_author_hears(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Is it there?")
    later(task, pavel, yields=True)
    later(task, pavel, "We call you on Monday.")
    Notice.objects.all().delete()

    liza.says("I have found it elsewhere.")
    Notice.objects.all().delete()
    delaying.settle()

    stopped = DelayedComment.objects.get(text="It has come.")
    assert (stopped.state, stopped.note) == ("stopped", "The client wrote first.")
    assert queries.chronicle(pavel)[0].kind == "delayed_given_up"
    time_comes()
    # The one that does not yield goes all the same; the stopped one stays where it is.
    assert [text for kind, text in feed_of(task) if kind == "reply"] == ["We call you on Monday."]
    page = words(signed_in(pavel).get(f"/tasks/{task.number}/"))
    assert "Pavel: the reply was not sent. The client wrote first." in page


def test_the_clients_word_counts_although_the_job_comes_late(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Is it there?")
    later(task, pavel, yields=True)
    liza.says("I have found it elsewhere.")
    time_comes()

    assert [kind for kind, _text in feed_of(task)] == ["client", "client"]


def test_a_note_waits_too_and_no_word_of_a_client_stops_it(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    later(task, pavel, "Ask the store.", kind="note", yields=True)
    liza.says("Are you there?")
    time_comes()

    assert feed_of(task)[-1] == ("note", "Ask the store.")


def test_a_text_that_is_sent_twice_waits_once(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")

    assert later(task, pavel) == later(task, pavel)


def test_it_is_changed_removed_or_sent_at_once(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    browser = signed_in(pavel)
    first, second, third = (later(task, pavel, text) for text in ("one", "two", "three"))

    def post(one: DelayedComment, deed: str, **given: Any) -> int:
        at = f"/tasks/{task.number}/delayed/{one.pk}/{deed}"
        return browser.post(at, given, headers=by_htmx()).status_code

    assert post(first, "", text="one, but better", when="tomorrow") == 204
    assert post(second, "removal/") == 204
    assert post(third, "writing/") == 204
    first.refresh_from_db()
    assert (first.text, list(task.delayed.all())) == ("one, but better", [first])
    assert feed_of(task)[1:] == [("reply", "three")]


def test_it_stands_in_the_task_for_everybody_and_only_its_author_and_administrators_change_it(
    liza: Writer, pavel: Employee, alice: Employee, olga: Employee, boris: Employee
) -> None:
    task = liza.says("Hello")
    one = later(task, pavel)
    address = f"/tasks/{task.number}/delayed/{one.pk}/"

    for colleague in (pavel, alice, olga):
        assert "Pavel: a reply goes out" in words(signed_in(colleague).get(f"/tasks/{task.number}/"))
    with pytest.raises(NotAllowed):
        delaying.remove(one, by=alice)
    assert signed_in(alice).post(f"{address}removal/", headers=by_htmx()).status_code == 422
    assert signed_in(boris).get(address).status_code == 404
    delaying.remove(one, by=olga)
    with pytest.raises(Refused):
        delaying.write_now(one, by=olga)


def test_the_dialog_has_what_stands_in_the_composer(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    browser = signed_in(pavel)
    given = {"kind": "reply", "text": "Good day!\r\nIn stock.", "key": "k1", "target": task.targets.get().pk}

    dialog = browser.post(f"/tasks/{task.number}/delayed/asking/", given, headers=by_htmx()).content.decode()
    assert "<dialog" in dialog and "Good day!\r\nIn stock." in dialog
    form = given | {"was": given["text"], "when": "own", "own": "2026-02-30T09:00"}
    wrong = browser.post(f"/tasks/{task.number}/delayed/", form, headers=by_htmx())
    assert (wrong.status_code, "Enter a valid date/time." in words(wrong)) == (422, True)
    assert "Good day!\r\nIn stock." in wrong.content.decode()
    form |= {"own": f"{timezone.localdate() + timedelta(days=2)}T09:00", "yields": "on"}
    kept = browser.post(f"/tasks/{task.number}/delayed/", form, headers=by_htmx())
    told = json.loads(kept.headers["HX-Trigger"])["comment-added"]
    assert told == {"kind": "reply", "text": "Good day!\nIn stock.", "files": []}
    one = task.delayed.get()
    assert (one.yields, one.target, one.text) == (True, task.targets.get(), "Good day!\nIn stock.")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"when": "own"}, "Choose the time."),
        ({"when": "own", "own": "2001-01-01T09:00"}, "Choose a time in the future, within a year."),
        ({"when": "own", "own": "2901-01-01T09:00"}, "Choose a time in the future, within a year."),
        ({"when": "never"}, "Select a valid choice. never is not one of the available choices."),
        ({"when": "tomorrow", "text": " "}, "Write something first."),
        ({"when": "tomorrow", "text": "x" * 5001}, "At most 5000 characters fit; this has 5001."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    liza: Writer, pavel: Employee, given: dict[str, str], sentence: str
) -> None:
    task = liza.says("Hello")

    form = {"kind": "reply", "text": "In stock.", "key": "k1"} | given
    answer = signed_in(pavel).post(f"/tasks/{task.number}/delayed/", form, headers=by_htmx())

    assert (answer.status_code, sentence in words(answer)) == (422, True)
    assert not task.delayed.exists()


def test_files_go_with_it_and_are_not_swept_before(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    file = files.upload(task, by=pavel, name="price.txt", content=BytesIO(b"5 EUR"), size=5)
    later(task, pavel, files=[file])
    File.objects.update(created_at=timezone.now() - timedelta(days=30))
    files.sweep()

    with pytest.raises(Refused):
        files.uploaded(task, by=pavel, keys=[file.key])
    time_comes()
    assert [one.name for one in task.comments.get(kind="reply").files.all()] == ["price.txt"]


def test_the_draft_is_over_with_it(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    Draft.objects.create(employee=pavel, task=task, kind="reply", text="It has come.")
    later(task, pavel)

    assert not Draft.objects.exists()


def test_what_cannot_be_sent_stays_and_says_why(liza: Writer, pavel: Employee, olga: Employee) -> None:
    task = liza.says("Hello")
    one = later(task, pavel)
    trash.trash(task, by=olga)
    time_comes()

    one.refresh_from_db()
    assert (one.state, one.note) == ("failed", "The task is in the trash.")
    trash.restore(task, by=olga)
    delaying.write_now(one, by=pavel)
    assert feed_of(task)[-1] == ("reply", "It has come.")


def test_of_somebody_who_has_left_the_others_hear(liza: Writer, pavel: Employee, alice: Employee) -> None:
    task = liza.says("Hello")
    one = later(task, pavel)
    pavel.user.is_active = False
    pavel.user.save()
    Notice.objects.all().delete()
    time_comes()

    one.refresh_from_db()
    assert (one.state, one.note) == ("failed", "Its author does not work here any more.")
    assert queries.chronicle(alice)[0].kind == "delayed_given_up"


def test_13_it_goes_with_its_task_when_tasks_are_merged(liza: Writer, oleg: Writer, olga: Employee) -> None:
    task, into = liza.says("Hello"), oleg.says("Hello")
    one = later(task, olga, "Ask the store.", kind="note")
    task_merging.merge(task, into=into, by=olga)

    time_comes()
    assert feed_of(into)[-1] == ("note", "Ask the store.")
    assert not DelayedComment.objects.filter(pk=one.pk).exists()


def test_my_delayed_comments_are_one_list(liza: Writer, pavel: Employee, alice: Employee) -> None:
    task = liza.says("Hello")
    later(task, pavel)

    assert "It has come." in words(signed_in(pavel).get("/tasks/delayed/"))
    assert "Nothing waits" in words(signed_in(alice).get("/tasks/delayed/"))


def test_so_many_wait_and_no_more(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    for place in range(delaying.MOST):
        later(task, pavel, f"text {place}")

    with pytest.raises(Refused):
        later(task, pavel, "one more")
    assert comments.add(task, by=pavel, text="at once", kind=Comment.Kind.REPLY)
