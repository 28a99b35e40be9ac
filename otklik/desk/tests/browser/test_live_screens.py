from __future__ import annotations

import pytest
from playwright.sync_api import expect

from otklik.desk.actions import comments, notices, pins, tasks
from otklik.desk.models import Employee
from otklik.desk.tests.browser.conftest import Seats
from otklik.desk.tests.screens.stage import Writer, feed_of

pytestmark = pytest.mark.browser


def test_s13_a_new_conversation_appears_by_itself(liza: Writer, pavel: Employee, seats: Seats) -> None:
    seat = seats(pavel)
    seat.open("/")
    expect(seat.page.get_by_text("Everything is read")).to_be_visible()

    liza.says("What is the range of this microphone?")

    expect(seat.page.get_by_role("link", name="Liza (Chatra)", exact=True)).to_be_visible()
    expect(seat.page.locator("#unread")).to_have_text("1 unread")


def test_a_new_task_appears_in_the_list(liza: Writer, pavel: Employee, seats: Seats) -> None:
    seat = seats(pavel)
    seat.open("/tasks/")

    liza.says("Hello")

    expect(seat.page.get_by_role("link", name="Liza (Chatra)")).to_be_visible()


def test_s16_the_feed_grows_for_all_who_look(liza: Writer, pavel: Employee, alice: Employee, seats: Seats) -> None:
    task = liza.says("Hello")
    at_pavel, at_alice = seats(pavel), seats(alice)
    at_pavel.open_task(task)
    at_alice.open_task(task)

    at_pavel.write("Good day!")
    expect(at_alice.line("Good day!")).to_be_visible()
    liza.says("I need two.", "Or three.")

    for seat in (at_pavel, at_alice):
        expect(seat.page.locator(".comment .text")).to_have_text(["Hello", "Good day!", "I need two.", "Or three."])


def test_s16_a_mark_changes_before_ones_eyes(liza: Writer, pavel: Employee, seats: Seats) -> None:
    task = liza.says("Hello")
    reply = comments.add(task, by=pavel, text="Good day!", kind="reply")
    seat = seats(pavel)
    seat.open_task(task)
    expect(seat.line("Good day!")).to_contain_text("On its way")

    comments.mark([reply.pk], "failed", "Chatra refused the secret key.")
    expect(seat.line("Good day!")).to_contain_text("Chatra refused the secret key.")

    seat.page.get_by_role("button", name="Send again").click()
    expect(seat.line("Good day!")).to_contain_text("On its way")


def test_a_status_and_a_leaving_change_before_ones_eyes(liza: Writer, pavel: Employee, seats: Seats) -> None:
    task = liza.says("Hello")
    seat = seats(pavel)
    seat.open_task(task)

    liza.leaves()
    expect(seat.page.locator("#task-side")).to_contain_text("Left the site")

    tasks.accept(task, by=pavel)
    expect(seat.page.locator("#task-header")).to_contain_text("In progress")
    expect(seat.page.get_by_role("button", name="Accept")).to_have_count(0)


def test_i8_what_came_while_the_connection_was_cut_is_there_after_it(
    liza: Writer, pavel: Employee, seats: Seats
) -> None:
    task = liza.says("Hello")
    seat = seats(pavel)
    seat.open_task(task)

    seat.context.set_offline(True)
    expect(seat.page.get_by_text("Reconnecting")).to_be_visible()
    liza.says("Are you there?")
    comments.add(task, by=pavel, text="Yes.", kind="reply")
    seat.context.set_offline(False)

    expect(seat.page.locator(".comment .text")).to_have_text(["Hello", "Are you there?", "Yes."])
    expect(seat.page.get_by_text("Reconnecting")).to_be_hidden()


def test_a_text_survives_a_refusal_a_reload_and_a_cut(liza: Writer, pavel: Employee, seats: Seats) -> None:
    task = liza.says("Hello")
    seat = seats(pavel)
    seat.open_task(task)

    seat.write("x" * 5001)
    expect(seat.page.get_by_text("The text is too long: 5,001 of 5,000 characters.")).to_be_visible()
    expect(seat.text).to_have_value("x" * 5001)

    seat.text.fill("A good answer")
    seat.open_task(task)
    expect(seat.text).to_have_value("A good answer")

    seat.context.set_offline(True)
    seat.text.press("Control+Enter")
    expect(seat.page.get_by_text("The server did not answer.")).to_be_visible()
    expect(seat.text).to_have_value("A good answer")

    seat.context.set_offline(False)
    seat.text.press("Control+Enter")
    expect(seat.line("A good answer")).to_have_count(1)
    expect(seat.text).to_have_value("")
    assert feed_of(task) == [("client", "Hello"), ("reply", "A good answer")]


def test_i6_what_was_written_for_colleagues_never_slips_into_a_reply(
    liza: Writer, pavel: Employee, seats: Seats
) -> None:
    task = liza.says("Hello")
    seat = seats(pavel)
    seat.open_task(task)
    seat.page.get_by_text("Internal note", exact=True).click()
    seat.text.fill("She never pays.")
    expect(seat.page.get_by_role("button", name="Save the note")).to_be_visible()
    expect(seat.page.get_by_role("button", name="Send to the client")).to_be_hidden()

    seat.page.locator("#composer-modes").get_by_text("Reply to the client", exact=True).click()
    expect(seat.text).to_have_value("")
    expect(seat.page.get_by_role("button", name="Save the note")).to_be_hidden()

    seat.page.get_by_text("Internal note", exact=True).click()
    expect(seat.text).to_have_value("She never pays.")
    seat.text.press("Control+Enter")
    expect(seat.page.locator(".comment--note")).to_contain_text("She never pays.")
    assert feed_of(task) == [("client", "Hello"), ("note", "She never pays.")]


def test_8_2_clicks_into_the_feed_read_it_line_by_line(liza: Writer, pavel: Employee, seats: Seats) -> None:
    task = liza.says("Hello", "Are you there?")
    seat = seats(pavel)
    seat.open_task(task)
    expect(seat.page.locator(".comment--unread")).to_have_count(2)

    seat.line("Are you there?").click()
    expect(seat.page.locator(".comment--unread")).to_have_count(1)
    seat.line("Hello").click()

    expect(seat.page.locator(".comment--unread")).to_have_count(0)
    expect(seat.page.locator("#unread")).to_have_text("")
    expect(seat.page.get_by_role("button", name="Mark all read")).to_have_count(0)


def test_earlier_lines_come_above_and_each_day_is_named_once(liza: Writer, pavel: Employee, seats: Seats) -> None:
    task = liza.says("Hello", *[f"Line {number}." for number in range(2, 62)])
    notices.read(task, by=pavel)
    seat = seats(pavel)
    seat.open_task(task)
    expect(seat.page.locator(".comment")).to_have_count(51)

    seat.page.get_by_role("button", name="Show earlier").click()

    expect(seat.page.locator(".comment")).to_have_count(61)
    expect(seat.page.locator(".feed__day")).to_have_count(1)
    expect(seat.page.locator(".comment .text").nth(1)).to_have_text("Line 2.")


def test_who_reads_further_up_is_told_of_new_comments(liza: Writer, pavel: Employee, seats: Seats) -> None:
    task = liza.says("Hello", *[f"Line {number}." for number in range(2, 40)])
    seat = seats(pavel)
    seat.open_task(task)
    seat.page.evaluate("window.scrollTo(0, 0)")
    expect(seat.page.get_by_role("button", name="New comments")).to_be_hidden()

    liza.says("And another.")

    jump = seat.page.get_by_role("button", name="New comments")
    expect(jump).to_be_visible()
    jump.click()
    expect(seat.line("And another.")).to_be_in_viewport()


def test_a_card_is_changed_and_stays_live(liza: Writer, pavel: Employee, olga: Employee, seats: Seats) -> None:
    contact = liza.says("Hello").contact
    assert contact
    at_pavel, at_olga = seats(pavel), seats(olga)
    at_pavel.open(f"/contacts/{contact.number}/")
    at_olga.open(f"/contacts/{contact.number}/")

    at_pavel.page.get_by_role("link", name="Change").click()
    at_pavel.page.get_by_label("E-mail", exact=True).fill("liza at example")
    at_pavel.page.get_by_role("button", name="Save", exact=True).click()
    expect(at_pavel.page.get_by_role("alert")).to_have_text("This is not an e-mail address.")
    at_pavel.page.get_by_label("E-mail", exact=True).fill("liza@example.com")
    at_pavel.page.get_by_role("button", name="Save", exact=True).click()

    for seat in (at_pavel, at_olga):
        expect(seat.page.get_by_role("link", name="liza@example.com")).to_be_visible()


NOTE_FIRST_FOCUS = """() => {
  const note = () => {
    if (document.getElementById("contact-name")) window.firstFocus ??= document.activeElement.id;
  };
  new MutationObserver(note).observe(document.body, { childList: true, subtree: true });
}"""


def test_a_form_has_the_keyboard_as_soon_as_it_is_there(liza: Writer, pavel: Employee, seats: Seats) -> None:
    # A focus that comes later would move what a quick person types into another field.
    contact = liza.says("Hello").contact
    assert contact
    seat = seats(pavel)
    seat.open(f"/contacts/{contact.number}/")
    page = seat.page
    page.evaluate(NOTE_FIRST_FOCUS)

    page.get_by_role("link", name="Change").click()

    expect(page.get_by_label("Name")).to_be_focused()
    assert page.evaluate("window.firstFocus") == "contact-name"


def test_who_was_signed_out_is_led_to_the_sign_in(liza: Writer, pavel: Employee, seats: Seats) -> None:
    task = liza.says("Hello")
    seat = seats(pavel)
    seat.open_task(task)
    seat.text.fill("Kept")

    seat.context.clear_cookies(name="otklik_desk")
    liza.says("Are you there?")

    expect(seat.page.get_by_role("button", name="Sign in")).to_be_visible()


def test_colleagues_see_each_other_at_a_task_and_a_draft_follows_its_author(
    liza: Writer, pavel: Employee, alice: Employee, seats: Seats
) -> None:
    task = liza.says("Hello")
    at_pavel, at_alice = seats(pavel), seats(alice)
    at_alice.open_task(task)
    at_pavel.open_task(task)
    expect(at_alice.page.get_by_text("Also here: Pavel")).to_be_visible()

    with at_pavel.page.expect_response("**/draft/"):
        at_pavel.page.get_by_label("Reply to the client").last.press_sequentially("Good d")
        expect(at_alice.page.get_by_text("Pavel is writing a reply")).to_be_visible()
    at_alice.write("I am on it.")
    expect(at_pavel.line("I am on it.")).to_be_visible()

    elsewhere = seats(pavel)
    elsewhere.open_task(task)
    expect(elsewhere.page.locator("textarea[name=text]")).to_have_value("Good d")
    elsewhere.write("Good day!")
    expect(at_pavel.line("Good day!")).to_be_visible()
    at_pavel.open_task(task)
    expect(at_pavel.page.locator("textarea[name=text]")).to_have_value("")


def test_8_1_a_reply_past_what_came_below_the_window_is_shown_that_first(
    liza: Writer, pavel: Employee, alice: Employee, seats: Seats
) -> None:
    task = liza.says(*[f"Line {number}." for number in range(1, 30)])
    at_pavel, at_alice = seats(pavel), seats(alice)
    at_pavel.open_task(task)
    at_alice.open_task(task)
    # It opened at what is unread; colleagues are in sight all the same.
    expect(at_pavel.line("Line 1.").first).to_be_in_viewport()
    expect(at_pavel.page.get_by_text("Also here: Alice")).to_be_in_viewport()
    at_pavel.page.get_by_label("Reply to the client").last.press_sequentially("Two are left.")
    at_alice.write("Good day from me.")
    expect(at_pavel.line("Good day from me.")).to_be_attached()
    expect(at_pavel.page.get_by_role("button", name="New comments")).to_be_visible()

    at_pavel.text.press("Control+Enter")

    said = at_pavel.page.locator(".unseen")
    expect(said).to_contain_text("Something was written that you have not seen yet.")
    expect(said).to_contain_text("Good day from me.")
    # Seen, it stands in nobody's way.
    at_pavel.page.get_by_role("button", name="New comments").click()
    at_pavel.text.press("Control+Enter")
    expect(at_pavel.line("Two are left.")).to_be_in_viewport()
    assert list(task.comments.filter(kind="reply").values_list("text", flat=True)) == [
        "Good day from me.",
        "Two are left.",
    ]


def test_8_1_a_line_that_changes_further_up_is_nothing_new_below(
    liza: Writer, pavel: Employee, alice: Employee, seats: Seats
) -> None:
    task = liza.says(*[f"Line {number}." for number in range(1, 30)])
    notices.read(task, by=pavel)
    seat = seats(pavel)
    seat.open_task(task)
    seat.page.evaluate("() => scrollTo(0, 0)")
    seat.page.get_by_label("Reply to the client").last.press_sequentially("Two are left.")
    pins.pin(task.comments.get(text="Line 2."), by=alice)
    pinned = seat.line("Line 2.").first.get_by_role("button", name="Pin")
    expect(pinned).to_have_attribute("aria-pressed", "true")
    expect(seat.page.get_by_role("button", name="New comments")).to_be_hidden()

    seat.text.press("Control+Enter")

    expect(seat.line("Two are left.")).to_be_in_viewport()
    assert task.comments.filter(kind="reply").count() == 1
