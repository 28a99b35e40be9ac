"""Where the embedded PostgreSQL lives: told by the data folder alone, so that any process finds it."""

import hashlib
import os
from pathlib import Path

DATABASE = "otklik"
ROLE = "otklik"

# A socket's address holds 107 bytes and a closing NUL.
LONGEST_SOCKET = 107
SOCKET_NAME = ".s.PGSQL.5432"


def home(data: Path) -> Path:
    """The database's own folder: in the data folder, or where a link in there points to."""
    return Path(os.path.realpath(data / "postgres"))


def cluster_dir(data: Path) -> Path:
    return home(data) / "cluster"


def socket_dir(data: Path) -> Path:
    near = home(data) / "socket"
    # In an address a comma stands between two servers.
    if len(os.fsencode(near / SOCKET_NAME)) <= LONGEST_SOCKET and "," not in str(near):
        return near
    # Not TMPDIR, which may differ between two shells and may be long itself.
    return Path("/tmp") / f"otklik-{short_hash(near)}"


def short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
