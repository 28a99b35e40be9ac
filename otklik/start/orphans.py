"""What a killed PostgreSQL leaves behind: processes that still end, and lock files."""

import os
import time
from pathlib import Path

from otklik.config.env import StartRefused
from otklik.start.account import Account

PATIENCE = 20.0


def clear(cluster: Path, socket: Path, account: Account) -> None:
    """Wait until nobody works in the cluster, then remove the lock files that would refuse a start."""
    if not Path("/proc/self/cwd").exists():
        return  # PostgreSQL's own check must do where processes cannot be looked at.
    deadline = time.monotonic() + PATIENCE
    while pids := workers(cluster, account):
        if time.monotonic() > deadline:
            numbers = ", ".join(map(str, pids))
            raise StartRefused(f"End the processes {numbers} first: they still work with the database in {cluster}.")
        time.sleep(0.05)
    for path in (cluster / "postmaster.pid", socket, socket.with_name(f"{socket.name}.lock")):
        path.unlink(missing_ok=True)


def workers(cluster: Path, account: Account) -> list[int]:
    """The PostgreSQL processes of this cluster, told by their folder: a number in a file may be anybody's by now."""
    # In a container root may not look into other users' processes, but they into their own.
    with account.acting():
        return [
            int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _works_in(entry, cluster)
        ]


def _works_in(process: Path, cluster: Path) -> bool:
    try:
        return Path(os.readlink(process / "cwd")) == cluster and Path(os.readlink(process / "exe")).name.startswith(
            "postgres"
        )
    except OSError:
        return False  # It ended meanwhile, or belongs to a user whose processes are no business of ours.
