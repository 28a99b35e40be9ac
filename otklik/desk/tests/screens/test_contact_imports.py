from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from otklik.desk.actions import contact_imports as imports
from otklik.desk.actions import contacts as actions
from otklik.desk.models import Contact, ContactImport, ContactTemplate, Employee, Event
from otklik.desk.tests.screens.stage import Writer, signed_in, words

TABLE = """Имя;Почта;Телефон;Компания;Прочее
Зоя Петрова;zoya@example.com;8 (900) 123-45-67;Рога и копыта;x
Олег;oleg@;;;bad
Анна;;+7 900 765 43 21;Рога и копыта;
;only@example.com;;;
;;;;nobody
"""


def uploaded(olga: Employee, content: bytes, name: str = "clients.csv") -> tuple[ContactImport, Any]:
    browser = signed_in(olga)
    answer = browser.post("/contacts/imports/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, words(answer)
    return ContactImport.objects.latest("pk"), browser.get(answer["Location"])


def form_of(order: ContactImport, **more: Any) -> dict[str, Any]:
    given = {"encoding": order.encoding, "delimiter": order.delimiter, "duplicates": order.duplicates}
    return {**given, "has_header": "1" if order.has_header else "", "column": order.columns, **more}


def brought_in(olga: Employee, content: bytes, step: int = imports.STEP, **more: Any) -> ContactImport:
    order, _page = uploaded(olga, content)
    answer = signed_in(olga).post(f"/contacts/imports/{order.pk}/start/", form_of(order, **more))
    assert answer.status_code == 302, words(answer)
    assert imports.run(order.pk, step=step)
    order.refresh_from_db()
    return order


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le", "utf-16-be", "koi8-r", "cp866"]
)
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_table_is_understood_as_it_comes(olga: Employee, encoding: str, delimiter: str) -> None:
    order, page = uploaded(olga, TABLE.replace(";", delimiter).encode(encoding))

    assert (order.delimiter, order.has_header, order.total) == (delimiter, True, 5)
    assert order.columns == ["name", "email", "phone", "company", ""]
    text = words(page)
    assert "Зоя Петрова" in text and "new 3, changed 0, there already 0, at fault 2." in text
    assert "This is not an e-mail address." in text and "Row 6: A contact needs a name, an e-mail or a phone." in text
    assert not Contact.objects.exists(), "a look brings nothing in"


def test_rows_become_cards_with_companies_and_a_log(olga: Employee) -> None:
    order = brought_in(olga, TABLE.encode())

    assert (order.state, order.made, order.failed) == ("done", 3, 2)
    zoya, anna = Contact.objects.get(name="Зоя Петрова"), Contact.objects.get(name="Анна")
    assert zoya.employer == anna.employer and zoya.employer and zoya.employer.template.is_company
    assert Contact.objects.get(email="only@example.com").name == "only@example.com"
    browser = signed_in(olga)
    assert "Added to the base Olga (from clients.csv)" in words(browser.get(f"/contacts/{zoya.number}/"))
    faults = b"".join(browser.get(f"/contacts/imports/{order.pk}/faults.csv")).decode()
    assert "3,This is not an e-mail address.,Олег,oleg@" in faults
    assert "Rows at fault 2" in words(browser.get(f"/contacts/imports/{order.pk}/"))


def test_columns_without_titles_are_known_by_what_stands_in_them(olga: Employee) -> None:
    order, _page = uploaded(olga, b"Zoya,zoya@example.com,+7 900 123 45 67\nAnna,anna@example.com,8 900 7654321\n")

    assert (order.has_header, order.columns, order.total) == (False, ["name", "email", "phone"], 2)


def test_columns_are_chosen_by_hand(olga: Employee) -> None:
    order, _page = uploaded(olga, b"First,Last,Where\nZoya,Petrova,zoya@example.com\n")
    browser = signed_in(olga)

    page = browser.post(f"/contacts/imports/{order.pk}/", form_of(order, column=["", "", ""]))
    assert "at fault 1" in words(page)
    refused = browser.post(f"/contacts/imports/{order.pk}/start/", form_of(order, column=["", "", ""]))
    assert refused.status_code == 422 and "Say in which column" in words(refused)
    browser.post(f"/contacts/imports/{order.pk}/start/", form_of(order, column=["name", "name", "email"]))
    imports.run(order.pk)

    assert Contact.objects.get().name == "Zoya Petrova"


@pytest.fixture
def zoya(pavel: Employee) -> Contact:
    template = ContactTemplate.objects.get(key="contact")
    fields = {"name": "Zoya", "email": "zoya@example.com", "phone": "+7 (900) 123-45-67", "notes": "Calls."}
    return actions.make(template, by=pavel, fields=fields)


AGAIN = b"""name,email,phone,notes
Zoya Petrova,ZOYA@example.com,,VIP
Zoe,zoe@example.com,8 900 1234567,
"""


def test_4_2_known_clients_are_left_as_they_are(olga: Employee, zoya: Contact) -> None:
    order = brought_in(olga, AGAIN, duplicates="skip")

    assert (order.made, order.changed, order.skipped) == (0, 0, 2)
    assert Contact.objects.get() == zoya


def test_4_2_known_clients_learn_what_is_new(olga: Employee, zoya: Contact) -> None:
    order = brought_in(olga, AGAIN, duplicates="update")

    assert (order.made, order.changed) == (0, 2)
    zoya.refresh_from_db()
    assert (zoya.name, zoya.email, zoya.notes) == ("Zoe", "zoya@example.com", "Calls.\nVIP")
    changes = [event.data["changes"] for event in Event.objects.filter(kind="contact_updated").order_by("number")]
    assert changes[0] == {"name": ["Zoya", "Zoya Petrova"], "notes": ["Calls.", "Calls.\nVIP"]}


def test_4_2_all_are_new_also_where_the_email_has_its_owner_already(olga: Employee, zoya: Contact) -> None:
    order = brought_in(olga, AGAIN + b"Olga,olga@example.com,,\n", duplicates="create")

    assert (order.made, order.failed) == (3, 0)
    assert Contact.objects.filter(phone="8 900 1234567").exists()
    again = Contact.objects.exclude(pk=zoya.pk).filter(further_emails__contains=["zoya@example.com"]).get()
    assert again.email == ""
    assert Contact.objects.get(name="Olga").further_emails == ["olga@example.com"]


def test_an_import_is_taken_back_but_for_what_was_used_since(
    olga: Employee, pavel: Employee, zoya: Contact, liza: Writer
) -> None:
    more = b"Anna,anna@example.com,,\nLiza,liza@example.com,,\n"
    more += b"Boris,boris@example.org,,\nBoris,boris@example.org,1234567,\n"
    order = brought_in(olga, AGAIN + more, duplicates="update")
    actions.update(Contact.objects.get(name="Anna"), by=pavel, fields={"notes": "Is nice."})
    liza.says("Hello", email="liza@example.com")
    zoya.refresh_from_db()
    actions.update(zoya, by=pavel, fields={"name": "Zoya P."})

    answer = signed_in(olga).post(f"/contacts/imports/{order.pk}/undoing/", follow=True)
    assert "is being taken back" in words(answer) and "cards are left." in words(answer)
    assert imports.run(order.pk)

    order.refresh_from_db()
    assert (order.state, order.kept) == ("undone", 2)
    assert sorted(Contact.objects.values_list("name", flat=True)) == ["Anna", "Liza", "Zoya P."]
    zoya.refresh_from_db()
    assert zoya.notes == "Calls."
    assert "2 cards stay" in words(signed_in(olga).get(f"/contacts/imports/{order.pk}/"))


def test_a_card_that_later_rows_changed_goes_too(olga: Employee) -> None:
    rows = b"name,email\nBoris,boris@example.org\nBoris B.,boris@example.org\n"
    order = brought_in(olga, rows, step=1, duplicates="update")
    assert Contact.objects.get().name == "Boris B."

    imports.undo(order, by=olga)
    assert imports.run(order.pk, step=1)

    assert not Contact.objects.exists()


def test_an_import_goes_on_where_it_was_cut_off(olga: Employee) -> None:
    rows = "".join(f"Client {number},c{number}@example.com\n" for number in range(1200))
    order, _page = uploaded(olga, f"name,email\n{rows}".encode())
    imports.start(order, by=olga)

    assert imports.run(order.pk, seconds=0) is False
    assert imports.run(order.pk, seconds=0) is False
    while not imports.run(order.pk, seconds=0.05):
        pass

    order.refresh_from_db()
    assert (order.state, order.made, order.taken, Contact.objects.count()) == ("done", 1200, 1200, 1200)
    assert imports.run(order.pk), "a second job finds nothing to do"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Choose a file."),
        (b"\n;;\n", "This is no table of text."),
        (b"\x00\x01\x02\x00binary", "This is no table of text."),
        (b"name,email\nZoya,z@example.com\n" + b"\n" * 500_000 + b"x,y\n", "This is no table of text."),
        (b"name,email\n", "There is nothing in this table."),
        (b'a,b\n"' + b"x" * 200_000 + b'"\n', "This is no table of text."),
    ],
)
def test_what_is_no_table_is_refused(olga: Employee, content: bytes, said: str) -> None:
    files = {"file": SimpleUploadedFile("x.csv", content)} if content else {}

    answer = signed_in(olga).post("/contacts/imports/", files)

    assert answer.status_code == 422 and said in words(answer)


def test_a_name_of_western_europe_is_read_as_it_was_written(olga: Employee) -> None:
    order, page = uploaded(olga, "Name;E-mail\nJürgen Müller;j@example.com\n".encode("cp1252"))

    assert order.encoding == "cp1252" and "Jürgen Müller" in words(page)


def test_a_quotation_mark_that_is_not_closed_spoils_one_row(olga: Employee) -> None:
    table = 'Name;E-mail\n"Zoya;zoya@example.com\nAnna;anna@example.com\n"Ira\n2";ira@example.com\nOleg;o@example.com\n'

    order = brought_in(olga, table.encode())

    assert (order.total, order.made, order.failed) == (4, 3, 1)
    assert order.lines.get(outcome="failed").fault == "A quotation mark is not closed in this row."
    assert Contact.objects.filter(name="Ira 2", email="ira@example.com").exists()


def test_further_addresses_of_a_row_are_kept(olga: Employee, zoya: Contact) -> None:
    table = (
        "Name;E-mail;E-mail;Phone\nZoya;z@work.example, zoya@example.com;zz@example.com;8 495 1234567 (ext. 5), 12\n"
    )

    brought_in(olga, table.encode(), duplicates="update")

    zoya.refresh_from_db()
    assert (zoya.email, zoya.further_emails) == ("zoya@example.com", ["z@work.example", "zz@example.com"])
    assert zoya.further_phones == ["8 495 1234567 (ext. 5), 12"]
    order = ContactImport.objects.latest("pk")
    imports.undo(order, by=olga)
    assert imports.run(order.pk)
    zoya.refresh_from_db()
    assert (zoya.further_emails, zoya.further_phones) == ([], [])


def test_business_cards_are_read(olga: Employee) -> None:
    cards = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Petrova;Zoya;;;\r\nFN:Zoya Petrova\r\nitem1.EMAIL;TYPE=work:zoya@exam\r\n"
        " ple.com\r\nTEL:+7 900 123 45 67\r\nORG:Horns\\, Hooves;Sales\r\nNOTE:a\\nb\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;=D0=90=D0=BD=\r\n=D0=BD=D0=B0;;;\r\n"
        "TEL;CELL:89007654321\r\nEND:VCARD\r\n"
    )
    order = brought_in(olga, cards.encode())

    assert order.made == 2
    zoya, anna = Contact.objects.get(email="zoya@example.com"), Contact.objects.get(phone="89007654321")
    assert (zoya.name, zoya.notes, str(zoya.employer)) == ("Zoya Petrova", "a\nb", "Horns, Hooves")
    assert anna.name == "Анна"


def test_what_a_filter_shows_is_exported_without_formulas(olga: Employee, zoya: Contact) -> None:
    template = ContactTemplate.objects.get(key="contact")
    actions.make(template, by=olga, fields={"name": "=cmd()", "notes": "a; b\nc", "company": "Hooves"})
    browser = signed_in(olga)

    table = b"".join(browser.get("/contacts/export/contacts.csv?sort=name")).decode()
    assert "'=cmd()" in table and "zoya@example.com,'+7 (900) 123-45-67" in table
    found = b"".join(browser.get("/contacts/export/contacts.csv?q=zoya")).decode()
    assert "Zoya" in found and "cmd" not in found
    cards = b"".join(browser.get("/contacts/export/contacts.vcf")).decode()
    assert "FN:=cmd()" in cards and "NOTE:a\\; b\\nc" in cards and "ORG:Hooves" in cards

    order = brought_in(olga, table.encode(), duplicates="update")
    assert (order.made, order.failed) == (2, 0), (
        "the one without e-mail and phone, and its company, cannot be known again"
    )


def test_of_business_cards_nobody_is_asked_how_they_are_read(olga: Employee) -> None:
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Зоя, Петрова\r\nEMAIL:zoya@example.com\r\nEND:VCARD\r\n"
    order, page = uploaded(olga, card.encode(), "zoya.VCF")
    assert "Зоя, Петрова" in words(page) and "Encoding" not in words(page)
    assert 'for="column-1">Name</label>' in page.content.decode()
    given = {"has_header": "1", "column": order.columns, "duplicates": order.duplicates}

    assert signed_in(olga).post(f"/contacts/imports/{order.pk}/start/", given).status_code == 302

    assert imports.run(order.pk, step=imports.STEP)
    assert Contact.objects.get().name == "Зоя, Петрова"


def test_7_only_administrators_import_and_export(olga: Employee, pavel: Employee, zoya: Contact) -> None:
    order, _page = uploaded(olga, AGAIN)
    browser = signed_in(pavel)

    for path in ("/contacts/imports/", f"/contacts/imports/{order.pk}/", "/contacts/export/contacts.csv"):
        assert browser.get(path).status_code == 404, path
    for path in ("start", "undoing"):
        assert browser.post(f"/contacts/imports/{order.pk}/{path}/").status_code == 404, path
    assert "Export" not in words(browser.get("/contacts/"))


def test_an_import_goes_on_where_its_last_turn_stopped(olga: Employee) -> None:
    order, _page = uploaded(olga, TABLE.encode())
    imports.start(order, by=olga)

    assert not imports.run(order.pk, seconds=0), "there is more to do"
    assert imports.run(order.pk, step=2)

    order.refresh_from_db()
    assert (order.state, order.taken, order.made, order.failed) == ("done", 5, 3, 2)
    assert Contact.objects.filter(name="Зоя Петрова").count() == 1


def test_a_table_leaves_the_memory_when_its_import_is_undone_or_others_are_read(olga: Employee) -> None:
    orders = [uploaded(olga, f"{TABLE}\nEva{number};".encode())[0] for number in range(3)]
    for order in orders:
        imports.start(order, by=olga)
        assert not imports.run(order.pk, seconds=0)
    kept = [pk for pk, _made in imports._left_off]
    assert kept == [order.pk for order in orders[1:]]

    imports.undo(orders[1], by=olga)
    imports.run(orders[1].pk)

    assert [pk for pk, _made in imports._left_off] == [orders[2].pk]


def test_a_table_is_counted_anew_when_its_header_becomes_a_row(olga: Employee) -> None:
    order, _page = uploaded(olga, TABLE.encode())

    signed_in(olga).post(f"/contacts/imports/{order.pk}/", form_of(order, has_header=""))

    order.refresh_from_db()
    assert order.total == 6
