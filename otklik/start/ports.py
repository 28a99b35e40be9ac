"""The ports that we listen on: free before the start, answered after it."""

import http.client
import socket
import time
from collections.abc import Sequence

from otklik.config import env
from otklik.config.env import StartRefused

ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def claim(wanted: Sequence[int], *, patience: float) -> None:
    """Refuse a port that another program has; after a crash give the last run's children time to end."""
    deadline = time.monotonic() + patience
    for port in wanted:
        while (trouble := _trouble(env.host(), port)) and time.monotonic() < deadline:
            time.sleep(0.1)
        if trouble:
            raise StartRefused(trouble)


def _trouble(host: str, port: int) -> str:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror:
        return f"Set OTKLIK_HOST to an address of this machine; “{host}” is not known."
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except PermissionError:
            return f"Set OTKLIK_PORT to a port above 1023: {port} is open to root only."
        except OSError as error:
            return f"Set OTKLIK_PORT to another port, or stop what uses {host}:{port} ({error.strerror})."
    return ""


def serves(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(ANY.get(host, host), port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
