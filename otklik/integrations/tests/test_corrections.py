"""A reply is changed or withdrawn after it was written, and the client sees it where his channel can."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.desk.actions import carrying, comments, corrections
from otklik.desk.errors import NotAllowed, Refused
from otklik.desk.models import Comment, Employee, Task
from otklik.desk.tests.screens.stage import signed_in, words
from otklik.integrations import correcting, outbox, registry
from otklik.integrations.models import Connection, Correction, Delivery
from otklik.integrations.tests.arriving import arrive, client, feed, hook, message
from otklik.integrations.tests.cloud import Cloud

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def reply(task: Task, by: Employee, text: str = "Good day!", hold: int = 0) -> Comment:
    return comments.add(task, by=by, text=text, kind="reply", hold=hold)


def send(comment: Comment) -> Delivery:
    delivery = Delivery.objects.get(comment=comment)
    Delivery.objects.filter(state="due").update(due_at=timezone.now())
    outbox.drain(delivery.link_id)
    delivery.refresh_from_db()
    return delivery


def bring() -> Correction:
    """The next try, whenever it is due."""
    Correction.objects.filter(state="due").update(due_at=timezone.now())
    for pk in correcting.due():
        correcting.bring(pk)
    return Correction.objects.get()


def anew(comment: Comment) -> Comment:
    return Comment.objects.get(pk=comment.pk)


def shown(cloud: Cloud) -> list[str]:
    """What the visitor sees of our messages."""
    return [one["text"] for one in cloud.messages.values()]


def test_a_sent_reply_is_edited_in_the_chat_and_keeps_its_earlier_text(
    cloud: Cloud, task: Task, pavel: Employee
) -> None:
    comment = reply(task, pavel, "Godo day!")
    send(comment)

    corrections.edit(comment, by=pavel, text="Good day!")
    assert anew(comment).correction == "due"
    bring()

    assert shown(cloud) == ["Good day!"]
    changed = anew(comment)
    assert (changed.text, changed.correction) == ("Good day!", "done")
    assert changed.edited_at
    assert [(one["text"], one["by"]) for one in changed.data["earlier"]] == [("Godo day!", "Pavel")]


def test_a_sent_reply_is_withdrawn_in_the_chat(cloud: Cloud, task: Task, pavel: Employee, olga: Employee) -> None:
    comment = reply(task, pavel)
    send(comment)

    corrections.withdraw(comment, by=olga)
    bring()

    assert cloud.messages == {}
    changed = anew(comment)
    assert changed.withdrawn_at
    assert (changed.data["withdrawn_by"], changed.correction) == ("Olga", "done")


def test_only_its_author_and_administrators_correct_a_reply(
    cloud: Cloud, task: Task, pavel: Employee, alice: Employee, olga: Employee
) -> None:
    comment = reply(task, pavel)
    send(comment)

    with pytest.raises(NotAllowed):
        corrections.edit(comment, by=alice, text="Mine")
    with pytest.raises(NotAllowed):
        corrections.withdraw(comment, by=alice)
    assert corrections.edit(comment, by=olga, text="Better").text == "Better"


def test_what_has_not_left_is_changed_before_it_does(cloud: Cloud, task: Task, pavel: Employee) -> None:
    comment = reply(task, pavel, "Godo day!")
    corrections.edit(comment, by=pavel, text="Good day!")
    send(comment)

    assert cloud.texts == ["Good day!"]
    assert not Correction.objects.exists()


def test_i5_what_is_taken_back_during_its_hold_never_leaves(cloud: Cloud, task: Task, pavel: Employee) -> None:
    comment = reply(task, pavel, hold=30)
    delivery = Delivery.objects.get()
    outbox.drain(delivery.link_id)
    assert (delivery.state, cloud.asked, anew(comment).is_held) == ("due", [], True)

    corrections.undo(comment, by=pavel)
    send(comment)

    assert cloud.asked == []
    assert Delivery.objects.get().state == "dropped"
    assert (anew(comment).mark, bool(anew(comment).withdrawn_at)) == ("", True)


def test_i5_a_held_reply_that_nobody_took_back_is_found_by_the_sweep(cloud: Cloud, task: Task, pavel: Employee) -> None:
    comment = reply(task, pavel, hold=30)
    assert outbox.due_links() == []

    # The process that held it is gone; its hold is over.
    Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    for link in outbox.due_links():
        outbox.drain(link)

    assert cloud.texts == ["Good day!"]
    assert anew(comment).mark == "sent"
    with pytest.raises(Refused, match="sent already"):
        corrections.undo(comment, by=pavel)


def test_i3_what_is_written_after_a_held_reply_waits_for_it(cloud: Cloud, task: Task, pavel: Employee) -> None:
    held = reply(task, pavel, "first", hold=30)
    second = reply(task, pavel, "second")
    outbox.drain(Delivery.objects.get(comment=second).link_id)
    assert cloud.texts == []

    send(held)
    assert cloud.texts == ["first", "second"]


@pytest.mark.parametrize("trouble", ["silence", "nonsense", "500", "503"])
def test_a_change_that_went_astray_is_tried_again(cloud: Cloud, task: Task, pavel: Employee, trouble: str) -> None:
    comment = reply(task, pavel)
    send(comment)
    corrections.edit(comment, by=pavel, text="Better")
    {"silence": cloud.silence, "nonsense": cloud.nonsense}.get(trouble, lambda: cloud.answers(int(trouble)))()

    bring()
    assert anew(comment).correction == "due"
    assert anew(comment).correction_reason

    assert bring().state == "done"
    assert shown(cloud) == ["Better"]


def test_a_refused_change_says_why_and_can_be_tried_again(cloud: Cloud, task: Task, pavel: Employee) -> None:
    comment = reply(task, pavel)
    send(comment)
    corrections.edit(comment, by=pavel, text="Better")
    cloud.answers(400, message="Too late.")
    bring()
    assert (anew(comment).correction, "Too late." in anew(comment).correction_reason) == ("failed", True)

    corrections.correct_again(comment, by=pavel)
    bring()

    assert (anew(comment).correction, shown(cloud)) == ("done", ["Better"])
    told = [(one.what, one.is_ok) for one in carrying.report(comment)]
    assert told == [("send", True), ("edit", False), ("edit", True)]


def test_what_is_not_there_any_more_counts_as_withdrawn(cloud: Cloud, task: Task, pavel: Employee) -> None:
    comment = reply(task, pavel)
    send(comment)
    cloud.messages.clear()

    corrections.withdraw(comment, by=pavel)

    assert bring().state == "done"


def test_the_last_wish_counts_also_while_a_call_is_on_its_way(cloud: Cloud, task: Task, pavel: Employee) -> None:
    comment = reply(task, pavel)
    send(comment)
    corrections.edit(comment, by=pavel, text="Second")
    tried = correcting._claim(Correction.objects.get().pk)
    assert tried
    corrections.edit(comment, by=pavel, text="Third")
    correcting._finish(tried, None)
    assert anew(comment).correction == "due"

    bring()
    assert shown(cloud) == ["Third"]


def test_what_may_be_there_is_corrected_once_it_has_arrived(cloud: Cloud, task: Task, pavel: Employee) -> None:
    # Our own chat knows the key again and answers with the first text.
    Connection.objects.update(settings={**cloud.settings, "has_idempotency": True})
    comment = reply(task, pavel, "Godo day!")
    cloud.silence(is_done=False)
    assert send(comment).state == "due"

    corrections.edit(comment, by=pavel, text="Good day!")
    assert correcting.due() == []
    send(comment)
    bring()

    assert cloud.texts == ["Godo day!", "Godo day!"]
    assert shown(cloud) == ["Good day!"]


def test_what_is_unknown_or_on_its_way_is_left_alone(cloud: Cloud, task: Task, pavel: Employee) -> None:
    comment = reply(task, pavel)
    cloud.silence()
    assert send(comment).state == "unknown"
    with pytest.raises(Refused, match="not known"):
        corrections.withdraw(comment, by=pavel)

    Delivery.objects.update(state="sending")
    with pytest.raises(Refused, match="at this moment"):
        corrections.edit(comment, by=pavel, text="Better")


def test_a_person_says_that_an_unknown_reply_arrived(
    cloud: Cloud, shop: Connection, task: Task, pavel: Employee, boris: Employee
) -> None:
    comment = reply(task, pavel)
    cloud.silence()
    send(comment)
    page = f"/tasks/{task.number}/comments/{comment.number}/"
    assert "Look into the chat first" in words(signed_in(pavel).get(f"/tasks/{task.number}/"))
    with pytest.raises(NotAllowed):
        corrections.say_arrived(comment, by=boris)

    assert signed_in(pavel).post(f"{page}arrival/").status_code == 302

    delivery = Delivery.objects.get()
    assert (anew(comment).mark, delivery.state, delivery.remote_id) == ("sent", "sent", "")
    assert "Found in the chat by Pavel" in words(signed_in(pavel).get(f"{page}report/"))
    with pytest.raises(Refused, match="not told us which message"):
        corrections.withdraw(comment, by=pavel)
    corrections.say_arrived(comment, by=pavel)
    assert delivery.attempts.count() == 2


def test_the_late_echo_of_a_reply_that_a_person_found_is_no_second_message(
    cloud: Cloud, shop: Connection, task: Task, pavel: Employee
) -> None:
    comment = reply(task, pavel)
    cloud.silence()
    send(comment)
    corrections.say_arrived(comment, by=pavel)

    arrive(shop, hook("chatFragment", client(), message("e1", "Good day!", "agent", receivedFrom="otklik")))

    assert len(feed(task)) == 2
    assert Delivery.objects.get().remote_id == "e1"
    assert corrections.withdraw(comment, by=pavel).withdrawn_at


class Mute:
    """A channel that takes replies, and nothing more."""

    kind, label, our_name = "chatra", "Mute", "otklik"


def test_a_channel_that_cannot_correct_says_so(cloud: Cloud, task: Task, pavel: Employee) -> None:
    comment = reply(task, pavel)
    send(comment)
    known = registry.connectors()
    real, known["chatra"] = known["chatra"], Mute()  # type: ignore[assignment]
    try:
        assert carrying.correctable([anew(comment)]) == set()
        with pytest.raises(Refused, match="this channel cannot"):
            corrections.edit(anew(comment), by=pavel, text="Better")
    finally:
        known["chatra"] = real
    assert shown(cloud) == ["Good day!"]


def test_i2_webhooks_with_the_old_or_the_new_text_make_no_doubles(
    cloud: Cloud, shop: Connection, task: Task, pavel: Employee
) -> None:
    comment = reply(task, pavel, "Godo day!")
    remote_id = send(comment).remote_id
    corrections.edit(comment, by=pavel, text="Good day!")
    bring()

    for text in ("Godo day!", "Good day!"):
        arrive(shop, hook("chatFragment", client(), message(remote_id, text, "agent", receivedFrom="otklik")))
        arrive(shop, hook("chatTranscript", client(), message("m1"), message(remote_id, text, "agent")))

    assert feed(task) == [("client", "Здравствуйте!"), ("reply", "Good day!")]


def test_a_reply_of_the_chats_console_is_not_corrected_here(
    cloud: Cloud, shop: Connection, task: Task, pavel: Employee
) -> None:
    agent = {"id": "a1", "name": "Паша", "email": pavel.user.email}
    arrive(shop, hook("chatFragment", client(), message("m2", "Hello", "agent", agentId="a1"), agents=[agent]))

    with pytest.raises(Refused, match="not sent from this desk"):
        corrections.edit(Comment.objects.get(kind="reply"), by=pavel, text="Better")


def test_a_note_is_changed_and_withdrawn_among_colleagues(cloud: Cloud, task: Task, pavel: Employee) -> None:
    note = comments.add(task, by=pavel, text="She pays", kind="note")

    corrections.edit(note, by=pavel, text="She never pays")
    corrections.withdraw(note, by=pavel)

    assert (anew(note).text, bool(anew(note).withdrawn_at), cloud.asked) == ("She never pays", True, [])


def test_without_access_a_change_waits_like_a_reply(cloud: Cloud, task: Task, pavel: Employee) -> None:
    comment = reply(task, pavel)
    send(comment)
    corrections.withdraw(comment, by=pavel)
    cloud.answers(401)

    bring()
    assert Connection.objects.get().paused_reason.startswith("Chatra refused the keys")
    assert anew(comment).correction == "due"
    assert correcting.due() == []

    Connection.objects.update(paused_until=None)
    assert bring().state == "done"
    # What it brought shows that the keys are taken again.
    assert Connection.objects.get().paused_reason == ""
