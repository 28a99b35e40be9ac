"""The system user in whose name PostgreSQL runs: it refuses to run as root."""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from otklik.config.env import StartRefused


class PopenOptions(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        """Whether we must change to it. Only root can, and only root must."""
        return self.uid != os.geteuid()

    def popen_options(self) -> PopenOptions:
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_other else {}

    def may_read(self, path: Path) -> bool:
        """Tried for real, because modes alone do not tell (access lists, closed parents)."""
        with self.acting():
            try:
                os.close(os.open(path, os.O_RDONLY))
            except OSError:
                return False
            return True

    @contextmanager
    def acting(self) -> Iterator[None]:
        """Look at files and processes with this user's eyes for a moment. For a program with one thread."""
        if not self.is_other:
            yield
            return
        uid, gid, groups = os.geteuid(), os.getegid(), os.getgroups()
        os.setgroups([])
        os.setegid(self.gid)
        os.seteuid(self.uid)
        try:
            yield
        finally:
            os.seteuid(uid)
            os.setegid(gid)
            os.setgroups(groups)


def for_cluster(cluster: Path) -> Account:
    """The owner of what is there already; for a new one ourselves, or as root an unprivileged user."""
    if cluster.exists():
        return _owner(cluster)
    if os.geteuid() != 0:
        # A container may run us under a number that no user list knows, so no name is looked up.
        return Account(str(os.geteuid()), os.geteuid(), os.getegid())
    for name in ("postgres", "nobody"):
        try:
            return _account(pwd.getpwnam(name))
        except KeyError:
            continue
    raise StartRefused("Add a system user “postgres”, or start as an ordinary user: PostgreSQL does not run as root.")


def _owner(cluster: Path) -> Account:
    status = cluster.stat()
    if os.geteuid() not in {0, status.st_uid}:
        raise StartRefused(f"Start as the user with the number {status.st_uid} or as root: {cluster} belongs to it.")
    if status.st_uid == 0:
        raise StartRefused(f"Give {cluster} to an ordinary user (chown -R): PostgreSQL does not run as root.")
    return Account(str(status.st_uid), status.st_uid, status.st_gid)


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
