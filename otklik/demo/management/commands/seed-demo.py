from django.core.management.base import BaseCommand

from otklik.demo.seed import seed


class Command(BaseCommand):
    help = "Makes the demo company, once, and tells its addresses and passwords in demo.json."

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"The demo company is told of in {seed()}.")
