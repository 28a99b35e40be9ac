"""The folder of the embedded database: in the data folder, or where the user that runs PostgreSQL can reach it."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from otklik.config.env import StartRefused
from otklik.start import places
from otklik.start.account import Account

SYSTEM = Path("/var/lib/otklik")


def settle(data: Path, account: Account, system: Path) -> str:
    """Make the database's folder when it is missing. The answer is what a person should know, mostly nothing."""
    link = data / "postgres"
    if link.is_symlink() and not link.exists():
        raise StartRefused(f"Restore {os.readlink(link)}, which holds the database, or remove {link} to begin anew.")
    if not link.exists():
        link.mkdir(mode=0o700)
        _give(link, account)
        if not account.may_read(link):
            link.rmdir()
            return _settle_elsewhere(link, account, system)
    elif not account.may_read(places.home(data)):
        raise StartRefused(f"Let the user {account.name} pass through the parents of {places.home(data)}.")
    return ""


def _settle_elsewhere(link: Path, account: Account, system: Path) -> str:
    system.mkdir(mode=0o755, parents=True, exist_ok=True)
    # The name is new each time: whoever removed the data folder wants to begin anew.
    prefix = f"{places.short_hash(link)}-"
    earlier = sorted(str(path) for path in system.glob(f"{prefix}*"))
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=system))
    _give(folder, account)
    if not account.may_read(folder):
        folder.rmdir()
        raise StartRefused(f"Set OTKLIK_DATA to a folder that the user {account.name} can reach.")
    link.symlink_to(folder)
    notice = f"The database lies in {folder}, because {account.name}, who runs PostgreSQL, cannot reach {link.parent}."
    if earlier:
        notice += f" An earlier one of this data folder can be removed: {', '.join(earlier)}"
    return notice


def settle_socket(data: Path, account: Account) -> Path:
    """The folder of the socket, closed to all others: whoever can open the socket is let in."""
    folder = places.socket_dir(data)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        status = folder.lstat()
        # Somebody else could have made it first in the folder for temporary files.
        if folder.is_symlink() or status.st_uid not in {account.uid, os.geteuid()} or status.st_mode & 0o077:
            raise StartRefused(
                f"Remove {folder}: it is needed for PostgreSQL's socket and belongs to a stranger."
            ) from None
    _give(folder, account)
    return folder


def remove_socket(data: Path) -> None:
    """Leave nothing among the temporary files."""
    with suppress(OSError):
        places.socket_dir(data).rmdir()


def _give(folder: Path, account: Account) -> None:
    if account.is_other:
        os.chown(folder, account.uid, account.gid)
