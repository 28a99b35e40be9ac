"""What a person needs to know when all serves."""

import json
from pathlib import Path


def serve(public_url: str, *, first_admin: str) -> str:
    if not first_admin:
        return f"\n  Otklik is ready: {public_url}\n"
    return "\n".join(
        [
            "",
            f"  Otklik is ready: {public_url}",
            "",
            "  The first administrator chooses e-mail and password here; the address works once:",
            "",
            f"    {first_admin}",
            "",
        ]
    )


def demo(data: Path) -> str:
    path = data / "demo.json"
    facts = json.loads(path.read_text(encoding="utf-8"))
    people = facts["employees"]
    name_width = max(len(person["name"]) for person in people)
    email_width = max(len(person["email"]) for person in people)
    signs = [
        f"    {person['name']:<{name_width}}  {person['email']:<{email_width}}  {person['password']}"
        for person in people
    ]
    return "\n".join(
        [
            "",
            "  Otklik is ready. Open two windows and talk to yourself:",
            "",
            f"    as a visitor    {facts['demo_url']}",
            f"    as an employee  {facts['desk_url']}",
            f"    chat settings   {facts['chat_url']}",
            "",
            *signs,
            "",
            f"  The same is written in {path}. Ctrl-C stops everything; the data stays.",
            "",
        ]
    )
