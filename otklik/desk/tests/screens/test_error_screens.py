from __future__ import annotations

from django.template.loader import render_to_string
from django.test import Client

from otklik.desk.models import Employee
from otklik.desk.tests.screens.stage import Writer, signed_in, words


def test_the_page_for_our_own_faults_needs_nothing_but_itself() -> None:
    page = render_to_string("500.html")

    assert "css/tokens.css" in page and 'href="/"' in page


def test_an_outdated_form_is_told_so_in_words(pavel: Employee) -> None:
    browser = signed_in(pavel)
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    strict.cookies = browser.cookies

    answer = strict.post("/chronicle/reading/")

    assert answer.status_code == 403
    assert "This page is out of date" in words(answer)


def test_a_text_that_no_page_takes_is_refused_in_the_readers_words(pavel: Employee) -> None:
    browser = signed_in(pavel, "ru")

    answer = browser.post("/contacts/new/", {"name": "Eva", "notes": "x" * 3_000_000})

    assert answer.status_code == 413
    assert "Слишком много за один раз" in words(answer) and "приложите его файлом" in words(answer)


def test_no_page_holds_script_or_style_of_its_own(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    browser = signed_in(pavel)

    for address in ("/", "/tasks/", f"/tasks/{task.number}/", "/contacts/", "/accounts/settings/"):
        answer = browser.get(address)
        page = answer.content.decode()
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert page.count("<script") == page.count("<script src=") + page.count('<script type="module" src=')
        assert "<style" not in page and " style=" not in page and " onclick=" not in page
