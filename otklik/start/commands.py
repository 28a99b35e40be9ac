"""What each word of the command line does. Django is loaded only where it is needed: the supervisor stays small."""

import asyncio
import logging
import sys
from collections.abc import Callable, Sequence

from otklik.config import env
from otklik.config.env import StartRefused


def demo(rest: Sequence[str]) -> int:
    from otklik.start.supervisor import Supervisor

    _refuse(rest)
    return Supervisor(demo=True).run()


def serve(rest: Sequence[str]) -> int:
    from otklik.start.supervisor import Supervisor

    _refuse(rest)
    return Supervisor(demo=False).run()


def web(rest: Sequence[str]) -> int:
    _refuse(rest)
    return _uvicorn("otklik.config.asgi:application", env.port())


def shop(rest: Sequence[str]) -> int:
    _refuse(rest)
    return _uvicorn("otklik.demo.shop:application", env.port() + 1)


def worker(rest: Sequence[str]) -> int:
    """Jobs mostly wait for others' servers, so many run side by side; a job that succeeded needs no record."""
    options = ["--concurrency=10", "--delete-jobs=successful", "--shutdown-graceful-timeout=5"]
    return manage(["procrastinate", "worker", *options, *rest])


def migrate(rest: Sequence[str]) -> int:
    """Bring all up to date, then run the named commands of Django, whose loading is thus paid once."""
    from otklik.start.upgrade import upgrade

    if any(name.startswith("-") for name in rest):
        _refuse(rest)
    upgrade()
    for name in rest:
        manage([name])
    return 0


def django_command(name: str) -> Callable[[Sequence[str]], int]:
    return lambda rest: manage([name, *rest])


def manage(rest: Sequence[str]) -> int:
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(["otklik", *rest])
    except OperationalError as error:
        if not env.embedded():
            raise
        raise StartRefused(f"Start Otklik on this data folder first, or set DATABASE_URL: {error}") from error
    return 0


def _uvicorn(application: str, port: int) -> int:
    import uvicorn

    env.check()
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    uvicorn.run(
        application,
        host=env.host(),
        port=port,
        http="httptools",
        loop="uvloop",
        ws="none",
        # Our own log tells what matters, and who asks is decided by OTKLIK_TRUSTED_PROXIES.
        access_log=False,
        log_config=None,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        # Open streams never end by themselves.
        timeout_graceful_shutdown=1,
    )
    return 0


def _is_news(record: logging.LogRecord) -> bool:
    # At a stop each open stream is cancelled, which is how streams end and no failure of the page.
    cut = record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError)
    return not cut and "graceful shutdown exceeded" not in str(record.msg)


def _refuse(rest: Sequence[str]) -> None:
    if rest and rest[0] in {"-h", "--help"}:
        print("This command takes no options; docs/self-hosting.md lists the variables that it reads.")
        sys.exit(0)
    if rest:
        raise StartRefused(f"Leave out “{' '.join(rest)}”: this command takes no options, only OTKLIK_ variables.")
