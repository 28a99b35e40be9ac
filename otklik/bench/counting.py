"""How often pages ask the database: [[e-mail, name, address]] on standard input, {name: queries} on standard output."""

from __future__ import annotations

import json
import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.config.settings")
    import django

    django.setup()
    found = {name: _count(email, address) for email, name, address in json.load(sys.stdin)}
    print(json.dumps(found))


def _count(email: str, address: str) -> int:
    from django.conf import settings
    from django.db import connections
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from otklik.people.models import User
    from otklik.people.sides import COOKIES

    browser = Client(headers={"host": "localhost"})
    browser.force_login(User.objects.get(email=email))
    browser.cookies[COOKIES["desk"]] = browser.cookies.pop(settings.SESSION_COOKIE_NAME).value
    captured = CaptureQueriesContext(connections["default"])
    # The first call fills what is remembered.
    browser.get(address, follow=True)
    with captured:
        answer = browser.get(address, follow=True)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}.")
    return len(captured)


if __name__ == "__main__":
    main()
