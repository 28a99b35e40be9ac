from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse

from otklik.people import first_admin


class Command(BaseCommand):
    help = "Prints the one-time address where the first administrator chooses e-mail and password; else nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if first_admin.is_needed():
            self.stdout.write(settings.PUBLIC_URL + reverse("first_admin", args=[first_admin.token()]))
