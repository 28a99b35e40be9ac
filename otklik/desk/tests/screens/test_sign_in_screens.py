from __future__ import annotations

from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core import mail, signing
from django.core.management import call_command
from django.test import Client

from otklik.desk.models import Employee
from otklik.desk.tests.screens.stage import signed_in, words
from otklik.people import first_admin
from otklik.people.models import User

ENGLISH = {"accept-language": "en"}
GIVEN = {"name": "Olga", "email": "olga@example.com", "password": "correct horse battery"}


@pytest.fixture
def browser(db: None) -> Client:
    return Client(headers=ENGLISH)


def test_who_gives_the_right_password_comes_to_the_chronicle(browser: Client, db: None) -> None:
    user = User.objects.create_user("pavel@example.com", "correct horse battery", name="Pavel")
    Employee.objects.create(user=user)

    answer = browser.post("/accounts/login/", {"login": "pavel@example.com", "password": "correct horse battery"})

    assert answer.headers["Location"] == "/"
    assert "Everything is read" in words(browser.get("/"))


def test_a_wrong_password_is_said_on_the_page(browser: Client, pavel: Employee) -> None:
    answer = browser.post("/accounts/login/", {"login": "pavel@example.com", "password": "wrong"})

    assert answer.status_code == 200
    assert 'class="error" role="alert"' in answer.content.decode()
    assert 'value="pavel@example.com"' in answer.content.decode()


@pytest.mark.parametrize(
    "path", ["login/", "logout/", "password/reset/", "password/change/", "2fa/", "2fa/totp/activate/", "settings/"]
)
def test_every_page_of_ones_account_has_the_same_look(pavel: Employee, path: str) -> None:
    browser = signed_in(pavel)
    if path in ("login/", "password/reset/"):
        browser = Client(headers=ENGLISH)

    answer = browser.get(f"/accounts/{path}", follow=True)

    assert answer.status_code == 200
    assert "css/tokens.css" in answer.content.decode()


def test_nobody_makes_himself_an_account(browser: Client) -> None:
    assert "Sign up" not in words(browser.get("/accounts/login/"))
    browser.post("/accounts/signup/", {"email": "x@example.com", "password1": "a" * 12, "password2": "a" * 12})
    assert not User.objects.exists()


def test_the_language_switch_stays_with_the_person(pavel: Employee) -> None:
    answer = signed_in(pavel).post("/accounts/language/", {"language": "ru", "next": "/tasks/"})
    assert answer.headers["Location"] == "/tasks/"

    elsewhere = signed_in(pavel, language="en").get("/")
    assert '<html lang="ru">' in elsewhere.content.decode()


def test_the_language_switch_works_before_sign_in(browser: Client) -> None:
    browser.post("/accounts/language/", {"language": "ru", "next": "/accounts/login/"})

    assert '<html lang="ru">' in browser.get("/accounts/login/").content.decode()


def test_the_language_switch_leads_nowhere_else(browser: Client) -> None:
    answer = browser.post("/accounts/language/", {"language": "ru", "next": "https://evil.example.com/"})

    assert not urlsplit(answer.headers["Location"]).netloc


def test_own_settings_are_kept_and_times_follow_them(pavel: Employee) -> None:
    browser = signed_in(pavel)

    answer = browser.post("/accounts/settings/", {"name": "Pavel P.", "language": "en", "timezone": "Asia/Tokyo"})
    assert answer.status_code == 302
    assert "Saved." in words(browser.get("/accounts/settings/"))
    pavel.user.refresh_from_db()
    assert (pavel.user.name, pavel.user.timezone) == ("Pavel P.", "Asia/Tokyo")


def test_an_error_in_own_settings_stands_beside_its_field(pavel: Employee) -> None:
    answer = signed_in(pavel).post("/accounts/settings/", {"name": "", "language": "xx", "timezone": "Mars"})

    assert answer.status_code == 422
    assert answer.content.decode().count('class="errorlist"') == 3


def test_the_first_administrator_chooses_email_and_password_once(browser: Client) -> None:
    said = StringIO()
    call_command("first-admin", stdout=said)
    path = urlsplit(said.getvalue().strip()).path
    assert "Welcome to Otklik" in words(browser.get(path))

    assert browser.post(path, GIVEN).headers["Location"] == "/"

    [owner] = Employee.objects.all()
    assert owner.role == Employee.AccountRole.OWNER and owner.user.check_password(GIVEN["password"])
    assert "Integrations" in words(browser.get("/"))
    used = browser.get(path)
    assert used.status_code == browser.post(path, GIVEN).status_code == 410
    assert "This address was used already" in words(used)
    assert 'href="/accounts/login/"' in used.content.decode()
    silent = StringIO()
    call_command("first-admin", stdout=silent)
    assert silent.getvalue() == ""


def test_a_weak_first_password_is_refused_beside_its_field(browser: Client) -> None:
    answer = browser.post(f"/setup/{first_admin.token()}/", GIVEN | {"password": "12345"})

    assert answer.status_code == 422
    assert 'id="id_password_error"' in answer.content.decode()
    assert not User.objects.exists()


def test_a_forged_invitation_is_not_there(browser: Client) -> None:
    for token in ("nonsense", signing.dumps("first", salt="another")):
        assert browser.get(f"/setup/{token}/").status_code == 404


def test_a_forgotten_password_is_answered_by_mail(browser: Client, pavel: Employee) -> None:
    browser.post("/accounts/password/reset/", {"email": "pavel@example.com"})

    assert [letter.to for letter in mail.outbox] == [["pavel@example.com"]]
