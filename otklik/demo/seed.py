"""Makes the demo company and its connected site, or brings their addresses up to date; keeps everything else."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from otklik.chat.actions import agents, api_keys, sites
from otklik.chat.models import Site
from otklik.config import env
from otklik.demo import account, company, history, opening, planned, waiting, workshop
from otklik.desk.models import Source
from otklik.integrations.chatra.connector import EVENTS, connector
from otklik.integrations.connecting import connect, hook_url
from otklik.integrations.models import Connection

# Label and name of a site.
FORMER = ("Webchat", "Старый сайт «Полевого света»")


def seed() -> Path:
    """Returns the file that tells addresses and sign-ins: <data>/demo.json, readable by its owner only."""
    file = settings.DATA_DIR / "demo.json"
    with transaction.atomic():
        passwords = company.make_people(_known_passwords(file))
        made = company.make_company()
        site = _site(made)
        connection = _connection(made, site)
        # The owner helps out.
        people = [*made.answering, *made.answering, made.owner]
        history.make(connection.source, made.task_template, made.contact_template, people)
        history.make(_former(), made.task_template, made.contact_template, people, share=3)
        planned.make(made.owner, made.answering)
        opening.make(site, made.owner.user)
        account.make(made.owner)
        waiting.make(site)
        workshop.make(made.owner.user)
    _write(file, _told(passwords, site, connection))
    return file


def _former() -> Source:
    """A site of last month, disconnected since: what came from it stays, and reports compare."""
    return Source.objects.get_or_create(label=FORMER[0], name=FORMER[1])[0]


def _known_passwords(file: Path) -> dict[str, str]:
    try:
        told = json.loads(file.read_text())
        return {person["email"]: person["password"] for person in told["employees"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _site(made: company.Company) -> Site:
    return Site.objects.filter(name=company.SHOP).first() or sites.make(company.SHOP, made.owner.user, language="ru")


def _connection(made: company.Company, site: Site) -> Connection:
    """Connected as the consent flow would do it; the chat learns the webhook's present address."""
    access: dict[str, Any] = {
        "base_url": f"{settings.PUBLIC_URL}/api",
        "public_key": site.public_key,
        "has_idempotency": True,
    }
    connection = Connection.objects.present().filter(kind=connector.kind, settings__public_key=site.public_key).first()
    access["secret_key"] = _secret(site, connection.settings.get("secret_key", "") if connection else "", made)
    if connection is None:
        connection = connect(
            kind=connector.kind,
            name=company.SHOP,
            settings=access,
            task_template=made.task_template,
            contact_template=made.contact_template,
            groups=[made.support],
            by=made.owner,
        )
        # S09: whoever is answered by the desk is answered by a chat user with the account's name.
        name, email = connector.author(access, connection.name)
        agents.find_or_make(site, email=email, name=name)
    connection.settings = connection.settings | access
    connection.save(update_fields=["settings"])
    address = hook_url(connection)
    site.hooks.exclude(address=address).filter(address__endswith=f"/{connection.token}/").delete()
    sites.set_hook(site, address, EVENTS)
    return connection


def _secret(site: Site, known: str, made: company.Company) -> str:
    """A secret key that is good: the one that the connection has, or else a new one."""
    if known and api_keys.site_of(site.public_key, known):
        return known
    return site.secret_key or api_keys.make(site, site.name, by=made.owner.user).secret


def _told(passwords: dict[str, str], site: Site, connection: Connection) -> dict[str, Any]:
    names = {company.email_of(sign_in): name for name, sign_in, *_ in company.PEOPLE}
    return {
        "desk_url": settings.PUBLIC_URL,
        "chat_url": f"{settings.PUBLIC_URL}/chat/",
        "demo_url": f"http://localhost:{env.port() + 1}",
        "employees": [{"email": email, "password": word, "name": names[email]} for email, word in passwords.items()],
        "site_key": site.public_key,
        "api_secret_key": connection.settings["secret_key"],
        "hook_url": hook_url(connection),
    }


def _write(file: Path, told: dict[str, Any]) -> None:
    # Made with its mode before anything secret is in it, and put in place whole.
    draft = file.with_name("demo.json.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(told, out, ensure_ascii=False, indent=2)
    draft.replace(file)
