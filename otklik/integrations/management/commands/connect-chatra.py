from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from otklik.desk.models import ContactTemplate, Employee, TaskTemplate
from otklik.integrations.chatra import client
from otklik.integrations.connecting import connect, hook_url
from otklik.integrations.models import Connection


class Command(BaseCommand):
    help = "Connects an account of the Chatra cloud and prints the webhook address to enter there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what the account is called here, best the name of its site")
        parser.add_argument("public_key", help="the account's public key (Chatra: Settings, API)")
        parser.add_argument("secret_key", help="the account's secret key, from the same page")
        parser.add_argument("--agent-email", default="", help="in whose name visitors are answered: a user of Chatra")
        parser.add_argument("--base-url", default=client.cloud(), help="another server that speaks Chatra's API")

    def handle(self, *args: object, **options: str) -> None:
        if Connection.objects.present().filter(kind="chatra", settings__public_key=options["public_key"]).exists():
            raise CommandError("An account with this public key is connected already.")
        owner = Employee.objects.active().filter(role=Employee.AccountRole.OWNER).order_by("pk").first()
        if owner is None:
            raise CommandError("Start `otklik serve` first and choose the administrator's e-mail and password.")
        connection = connect(
            kind="chatra",
            name=options["name"],
            settings={
                "base_url": options["base_url"],
                "public_key": options["public_key"],
                "secret_key": options["secret_key"],
                "agent_email": options["agent_email"],
            },
            task_template=TaskTemplate.objects.get(key="standard"),
            contact_template=ContactTemplate.objects.get(key="contact"),
            by=owner,
        )
        self.stdout.write(f"{connection.name} is connected. Enter this webhook address in Chatra's settings:")
        self.stdout.write(hook_url(connection))
