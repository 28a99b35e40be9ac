"""The cast of the tests. Olga owns the account, Pavel and Alice answer visitors in the group Support, Boris works
elsewhere and takes part in nothing."""

from __future__ import annotations

import os
from typing import Any

import hypothesis
import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.serializers import deserialize, serialize
from django.db import transaction

from otklik.desk.models import ContactTemplate, Employee, Group, TaskTemplate
from otklik.integrations.connecting import connect
from otklik.integrations.models import Connection
from otklik.people.models import User


def pytest_configure() -> None:
    # Hashed names need files that only a start of the product collects.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    django_settings.STORAGES = {**django_settings.STORAGES, "staticfiles": plain}
    django_settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    # A cheap hash, because tests sign in all the time.
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django_settings.FIRST_ATTEMPTS = False
    # What a test has not committed, another connection does not see.
    django_settings.SEARCH_DATABASE = "default"
    # An example may take as long as a busy machine needs.
    hypothesis.settings.register_profile("unhurried", hypothesis.settings.default, deadline=None)
    hypothesis.settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where no browser test may be left out, each that drives the running product has a second try, and the report
    names it: on a machine that others use too a browser may stand still for longer than any patience."""
    if os.environ.get("OTKLIK_REQUIRE_BROWSER") != "1":
        return
    for item in items:
        if item.get_closest_marker("browser") or "product" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.write_sep("_", f"first try of {report.nodeid}")
        terminalreporter.write_line(report.longreprtext)


PASSWORD = "a good password for tests"


def make_employee(name: str, role: str = Employee.AccountRole.USER) -> Employee:
    user = User.objects.create_user(f"{name.lower()}@example.com", PASSWORD, name=name)
    return Employee.objects.create(user=user, role=role)


@pytest.fixture
def olga(db: None) -> Employee:
    return make_employee("Olga", Employee.AccountRole.OWNER)


@pytest.fixture
def pavel(db: None) -> Employee:
    return make_employee("Pavel")


@pytest.fixture
def alice(db: None) -> Employee:
    return make_employee("Alice")


@pytest.fixture
def boris(db: None) -> Employee:
    return make_employee("Boris")


@pytest.fixture
def support(pavel: Employee, alice: Employee) -> Group:
    group = Group.objects.create(name="Support")
    group.members.set([pavel, alice])
    return group


@pytest.fixture
def shop(olga: Employee, support: Group) -> Connection:
    """A connected account whose conversations belong to the group Support."""
    return connect(
        kind="chatra",
        name="shop.example.com",
        settings={"public_key": "PUBLIC", "secret_key": "SECRET", "base_url": "http://127.0.0.1:9/api"},
        task_template=TaskTemplate.objects.get(key="standard"),
        contact_template=ContactTemplate.objects.get(key="contact"),
        groups=[support],
        by=olga,
    )


# What migrations write belongs to these applications.
WRITTEN = ("people", "chat", "desk", "integrations")


@pytest.fixture(scope="session")
def written(django_db_setup: None, django_db_blocker: Any) -> str:
    """All rows that migrations wrote, before the first test."""
    models = [model for app in WRITTEN for model in apps.get_app_config(app).get_models()]
    with django_db_blocker.unblock():
        return str(serialize("json", [row for model in models for row in model._base_manager.order_by("pk")]))


def write_standards(written: str) -> None:
    """What migrations wrote, unless it is there."""
    if not TaskTemplate.objects.filter(key="standard").exists():
        with transaction.atomic():
            for row in deserialize("json", written):
                row.save()


@pytest.fixture(autouse=True)
def standards(request: pytest.FixtureRequest) -> None:
    """A test that commits ends with empty tables: whichever comes next begins with what migrations wrote."""
    marker = request.node.get_closest_marker("django_db")
    if (marker and marker.kwargs.get("transaction")) or "transactional_db" in request.fixturenames:
        request.getfixturevalue("transactional_db")
    elif marker or "db" in request.fixturenames:
        request.getfixturevalue("db")
    else:
        return
    write_standards(request.getfixturevalue("written"))
