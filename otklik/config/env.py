"""What the surroundings may say. An odd value is refused at start with a sentence that says what to do.

An empty variable counts as absent, because container files write them so.
A secret NAME may also come from the file that NAME_FILE names.
"""

import ipaddress
import os
import re
import secrets
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from otklik.config import database_url

PACKAGE = Path(__file__).resolve().parent.parent

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off"}


class StartRefused(Exception):
    """Something that the person at the command line must change first; the message says what."""


class EnvironmentRefused(StartRefused):
    """A variable of the surroundings has a value that cannot be used."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value not in YES | NO:
        raise EnvironmentRefused(f"Set {name} to yes or no; now it is “{value}”.")
    return value in YES


def number(name: str, default: int, low: int, high: int) -> int:
    value = text(name)
    if not value:
        return default
    if not re.fullmatch(r"-?[0-9]{1,18}", value) or not low <= int(value) <= high:
        raise EnvironmentRefused(f"Set {name} to a whole number from {low} to {high}; now it is “{value}”.")
    return int(value)


def choice(name: str, default: str, allowed: Collection[str]) -> str:
    value = text(name, default)
    if value not in allowed:
        raise EnvironmentRefused(f"Set {name} to one of {', '.join(allowed)}; now it is “{value}”.")
    return value


def url(name: str, default: str) -> str:
    """An http or https origin, without a slash at its end."""
    value = text(name, default).rstrip("/")
    example = f"Set {name} to an address such as https://desk.example.org"
    try:
        parts = urlsplit(value)
        port_is_usable = parts.port != 0
    except ValueError as error:
        raise EnvironmentRefused(f"{example}; “{value}” is not one.") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_usable or re.search(r"\s", value):
        raise EnvironmentRefused(f"{example}; “{value}” is not one.")
    if parts.path or parts.query or parts.fragment or parts.username is not None:
        raise EnvironmentRefused(f"{example}, with nothing behind or before the host; now it is “{value}”.")
    return value


def secret(name: str) -> str:
    """The value of NAME, or what stands in the file NAME_FILE; empty when neither is given."""
    path = text(f"{name}_FILE")
    if not path:
        return text(name)
    if text(name):
        raise EnvironmentRefused(f"Set either {name} or {name}_FILE, not both.")
    try:
        value = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentRefused(f"Set {name}_FILE to a text file that can be read; “{path}” is not one.") from error
    if not value:
        raise EnvironmentRefused(f"Put the value into the file of {name}_FILE; “{path}” is empty.")
    return value


def data_dir() -> Path:
    """The folder of everything that must survive; it may not exist yet."""
    folder = Path(text("OTKLIK_DATA", "data")).expanduser().absolute()
    if folder.exists() and not folder.is_dir():
        raise EnvironmentRefused(f"Set OTKLIK_DATA to a folder; {folder} is a file.")
    return folder


def made_data_dir() -> Path:
    """The same folder, made if need be."""
    folder = data_dir()
    try:
        # Others may pass through but not look around: PostgreSQL runs as another user when we are root.
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentRefused(
            f"Set OTKLIK_DATA to a folder that can be made; {folder}: {error.strerror}."
        ) from error
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise EnvironmentRefused(f"Set OTKLIK_DATA to a folder that you may write to; {folder} is closed to you.")
    return folder


def secret_key() -> str:
    """The key that signs cookies and tickets: given, or made once and kept in the data folder."""
    given = secret("OTKLIK_SECRET_KEY")
    if not given:
        return _kept_key(made_data_dir() / "secret_key")
    if len(given) < 32:
        raise EnvironmentRefused(
            "Set OTKLIK_SECRET_KEY to at least 32 random characters, or leave it out: one is then made."
        )
    return given


def _kept_key(path: Path) -> str:
    try:
        with path.open(encoding="ascii") as file:
            key = file.read().strip()
    except FileNotFoundError:
        return _made_key(path)
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentRefused(f"Make {path} readable, or set OTKLIK_SECRET_KEY.") from error
    if len(key) < 32:
        raise EnvironmentRefused(f"Remove {path}, which holds no whole key, or set OTKLIK_SECRET_KEY.")
    return key


def _made_key(path: Path) -> str:
    key = secrets.token_urlsafe(50)
    draft = path.with_name(f"secret_key.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(key + "\n", encoding="ascii")
    try:
        # A link fails when another process was first, and never shows half a key.
        os.link(draft, path)
    except FileExistsError:
        return _kept_key(path)
    finally:
        draft.unlink()
    return key


def database() -> dict[str, Any]:
    """DATABASES["default"]: the server of DATABASE_URL, else the one that we start ourselves."""
    return database_url.django_entry(_database_url(), refuse=_refuse_database)


def conninfo() -> str:
    """The same server for those who use psycopg without Django."""
    return database_url.conninfo(_database_url(), refuse=_refuse_database)


def embedded() -> bool:
    """Whether the database is ours to start."""
    return not secret("DATABASE_URL")


def _database_url() -> str:
    return secret("DATABASE_URL") or database_url.of_embedded(data_dir())


def _refuse_database(reason: str) -> EnvironmentRefused:
    return EnvironmentRefused(f"Set DATABASE_URL to postgres://user:password@host:5432/name: {reason}.")


def port() -> int:
    # The demo shop takes the port above.
    return number("OTKLIK_PORT", 8000, 1, 65534)


def host() -> str:
    value = text("OTKLIK_HOST", "127.0.0.1")
    if not re.fullmatch(r"[0-9A-Za-z]([0-9A-Za-z.-]*[0-9A-Za-z])?|[0-9A-Fa-f:.]+", value):
        raise EnvironmentRefused(f"Set OTKLIK_HOST to an address to listen on, such as 0.0.0.0; now it is “{value}”.")
    return value


def public_url() -> str:
    return url("OTKLIK_PUBLIC_URL", f"http://127.0.0.1:{port()}")


def files_url() -> str:
    """Where files are read: a host of their own gets no cookies."""
    return url("OTKLIK_FILES_URL", public_url())


def trusted_proxies() -> list[Network]:
    """The networks whose word about the visitor's address is believed."""
    return [_network(part.strip()) for part in text("OTKLIK_TRUSTED_PROXIES").split(",") if part.strip()]


def _network(value: str) -> Network:
    try:
        return ipaddress.ip_network(value, strict=False)
    except ValueError as error:
        raise EnvironmentRefused(
            f"Set OTKLIK_TRUSTED_PROXIES to networks with commas between, such as 10.0.0.0/8; “{value}” is none."
        ) from error


def internal_hosts() -> list[str]:
    """Hosts of the operator's own network to which sites may have their webhooks sent, with a port or without."""
    hosts = [part.strip().lower() for part in text("OTKLIK_INTERNAL_HOSTS").split(",") if part.strip()]
    for host in hosts:
        if not re.fullmatch(r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?", host):
            raise EnvironmentRefused(
                "Set OTKLIK_INTERNAL_HOSTS to hosts with commas between, such as desk.lan, 10.0.0.5:8000; "
                f"“{host}” is none."
            )
    return hosts


def geo_db() -> Path | None:
    """A city database file, when the operator has one."""
    value = text("OTKLIK_GEO_DB")
    if not value:
        return None
    path = Path(value).expanduser().absolute()
    if not path.is_file() or not os.access(path, os.R_OK):
        raise EnvironmentRefused(f"Set OTKLIK_GEO_DB to a city database file (.mmdb) that can be read; {path} is none.")
    if not _is_mmdb(path):
        raise EnvironmentRefused(f"Set OTKLIK_GEO_DB to a city database in the MaxMind format (.mmdb); {path} is none.")
    return path


def imap() -> tuple[str, int, str, str, str] | None:
    """Host, port, security, user, password of a mailbox, when the operator has one."""
    value = secret("OTKLIK_IMAP_URL")
    if not value:
        return None
    example = "Set OTKLIK_IMAP_URL to an address such as imaps://user:password@mail.example.org"
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError as error:
        raise EnvironmentRefused(f"{example}; the present value is not one.") from error
    kinds = {"imaps": ("tls", 993), "imap": ("starttls", 143), "imap+plain": ("none", 143)}
    if parts.scheme not in kinds or not parts.hostname or not parts.username or port == 0:
        raise EnvironmentRefused(f"{example}; imap:// means STARTTLS, imap+plain:// no protection.")
    security, usual = kinds[parts.scheme]
    return parts.hostname, port or usual, security, unquote(parts.username), unquote(parts.password or "")


def check() -> None:
    """Refuse now what would be refused later, when much has been started."""
    for read in (data_dir, secret_key, database, host, port, public_url, trusted_proxies, internal_hosts, geo_db, imap):
        read()


def _is_mmdb(path: Path) -> bool:
    # The format keeps its description in the last 128 KiB, behind this mark.
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 128 * 1024))
        return b"\xab\xcd\xefMaxMind.com" in file.read()
