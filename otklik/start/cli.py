"""The command line: `otklik demo`, `otklik serve`, and the parts that they are made of."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from otklik import __version__
from otklik.config.env import StartRefused
from otklik.start import commands

Command = Callable[[Sequence[str]], int]

COMMANDS: dict[str, tuple[Command, str]] = {
    "demo": (commands.demo, "start everything with a demo company and a demo shop"),
    "serve": (commands.serve, "start everything for real work"),
    "web": (commands.web, "only the web server"),
    "worker": (commands.worker, "only a worker for jobs"),
    "shop": (commands.shop, "only the demo shop, on the port above"),
    "migrate": (commands.migrate, "bring the database and the static files up to date"),
    "seed-demo": (commands.django_command("seed-demo"), "make the demo company"),
    "first-admin": (commands.django_command("first-admin"), "print the address where the first administrator signs up"),
    "connect-chatra": (commands.django_command("connect-chatra"), "connect an account of the Chatra cloud"),
    "bench": (commands.django_command("bench"), "measure this machine"),
    "manage": (commands.manage, "any command of Django"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. What the person must change is said in a sentence, with exit code 2."""
    name, rest = _parsed(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.config.settings")
    try:
        return COMMANDS[name][0](rest)
    except StartRefused as refusal:
        print(f"otklik: {refusal}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parsed(arguments: Sequence[str]) -> tuple[str, Sequence[str]]:
    parser = argparse.ArgumentParser(prog="otklik", description="Website live chat, desk and their integration.")
    parser.add_argument("--version", action="version", version=f"otklik {__version__}")
    commands_of = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, (_, told) in COMMANDS.items():
        # Options behind the command's name are Django's to read and to explain.
        commands_of.add_parser(name, help=told, add_help=False)
    return parser.parse_args(arguments[:1]).command, arguments[1:]
