"""The card's own feed: notes that nobody sends, earlier lines, files, and why one cannot write (§4.4)."""

from __future__ import annotations

import re

from otklik.desk.actions import comments, contacts, merging
from otklik.desk.models import CardNote, Comment, ContactTemplate, Employee, Event, File
from otklik.desk.tests.screens.stage import Writer, by_htmx, part, signed_in, words
from otklik.integrations.models import Delivery


def test_4_4_a_note_on_the_card_is_for_colleagues_and_leaves_the_house_never(
    liza: Writer, pavel: Employee, boris: Employee
) -> None:
    contact = liza.says("Hello").contact
    assert contact
    browser = signed_in(pavel)
    page = words(browser.get(f"/contacts/{contact.number}/"))
    assert "never sent to the contact" in page

    for _twice in range(2):
        answer = browser.post(f"/contacts/{contact.number}/notes/", {"text": "Pays late.", "key": "one"})
        assert answer.status_code == 302

    assert [note.text for note in CardNote.objects.all()] == ["Pays late."]
    assert not Comment.objects.filter(text="Pays late.").exists() and not Delivery.objects.exists()
    assert Event.objects.filter(kind="card_noted", contact=contact).count() == 1
    feed = part(signed_in(boris).get(f"/contacts/{contact.number}/"), "contact-feed")
    assert "Pays late." in feed and "Note on the card" in feed
    assert "Hello" not in feed, "Boris takes no part in her task"


def test_4_4_an_empty_note_is_refused_and_a_long_one_is_kept_in_the_form(liza: Writer, pavel: Employee) -> None:
    contact = liza.says("Hello").contact
    assert contact
    browser = signed_in(pavel)

    assert "Write something first." in words(browser.post(f"/contacts/{contact.number}/notes/", {"text": " "}))
    long = browser.post(f"/contacts/{contact.number}/notes/", {"text": "x" * 64001})
    assert long.status_code == 422 and "x" * 64001 in long.content.decode()


def test_4_4_the_feed_goes_back_to_the_first_word(liza: Writer, pavel: Employee, olga: Employee) -> None:
    task = liza.says(*[f"Line {number}." for number in range(1, 71)])
    contact = task.contact
    assert contact
    browser = signed_in(pavel)
    browser.post(f"/contacts/{contact.number}/notes/", {"text": "A note above all."})

    seen: list[str] = []
    address = f"/contacts/{contact.number}/"
    for _page in range(4):
        page = browser.get(address, headers=by_htmx() if "before" in address else {}).content.decode()
        seen += re.findall(r"Line \d+\.|A note above all\.", page[max(0, page.find('id="contact-feed"')) :])
        if not (more := re.search(r'hx-get="([^"]*/feed/earlier/[^"]*)"', page)):
            break
        address = more[1]

    assert seen == ["A note above all.", *(f"Line {number}." for number in range(70, 0, -1))]
    assert browser.get(f"/contacts/{contact.number}/feed/earlier/?before=nonsense").status_code == 200


def test_4_4_notes_of_a_merged_card_stand_on_the_other_one(liza: Writer, oleg: Writer, olga: Employee) -> None:
    one, other = liza.says("Hello").contact, oleg.says("Hello").contact
    assert one and other
    signed_in(olga).post(f"/contacts/{other.number}/notes/", {"text": "Pays late."})

    merging.merge(one, [other], by=olga)

    assert "Pays late." in words(signed_in(olga).get(f"/contacts/{one.number}/"))


def test_4_4_files_go_on_page_by_page(liza: Writer, pavel: Employee, boris: Employee) -> None:
    task = liza.says("Hello")
    comment = comments.add(task, by=pavel, text="Files", kind="note")
    assert task.contact
    stored = [File(task=task, comment=comment, name=f"f{n}.pdf", key=f"k{n}", state="stored") for n in range(60)]
    File.objects.bulk_create(stored)
    browser = signed_in(pavel)
    address = f"/contacts/{task.contact.number}/files/"

    assert "All files" in words(browser.get(f"/contacts/{task.contact.number}/"))
    first = browser.get(address).content.decode()
    older = re.search(r"\?before=\d+", first)
    assert older and ">f59.pdf<" in first and ">f9.pdf<" not in first
    assert ">f9.pdf<" in browser.get(address + older[0]).content.decode()
    assert "f59.pdf" not in words(signed_in(boris).get(address))


def test_4_4_where_no_channel_leads_the_card_says_why_one_cannot_write(olga: Employee) -> None:
    zoya = contacts.make(ContactTemplate.objects.get(key="contact"), by=olga, fields={"name": "Zoya"})

    card = part(signed_in(olga).get(f"/contacts/{zoya.number}/"), "contact-data")

    assert "No channel leads to this contact: wait until he writes." in card
    assert re.search(r"<button[^>]* disabled", card)
