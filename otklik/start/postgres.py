"""The embedded PostgreSQL: made, started, watched and stopped as a direct child, reached over a unix socket only."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql

from otklik.config.env import StartRefused
from otklik.start import account, binaries, home, kinship, orphans, places
from otklik.start.postgres_settings import arguments

# Recovery after a crash reads up to max_wal_size, on a slow disk for a while.
PATIENCE = 180.0
STOP_PATIENCE = 15.0


class Postgres:
    """A cluster below a data folder. Start it from the main thread."""

    name = "database"

    def __init__(
        self,
        data: Path,
        *,
        durable: bool = True,
        output: IO[bytes] | int | None = None,
        system: Path = home.SYSTEM,
    ) -> None:
        self.data = data
        self.durable = durable
        self.output = output
        self.system = system
        self.notice = ""
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Return when it answers; a cluster that a crash left behind recovers first."""
        self.launch()
        self._wait_until_ready()
        self._ensure_database()

    def launch(self) -> None:
        self.account = account.for_cluster(places.cluster_dir(self.data))
        self.notice = home.settle(self.data, self.account, self.system)
        self.installation = binaries.installation(self.account)
        cluster, socket = places.cluster_dir(self.data), home.settle_socket(self.data, self.account)
        self._ensure_cluster(cluster)
        orphans.clear(cluster, socket / places.SOCKET_NAME, self.account)
        self.process = self._popen("postgres", "-D", str(cluster), *arguments(socket, durable=self.durable))

    def poll(self) -> int | None:
        return self.process.poll() if self.process else 0

    def stop(self) -> None:
        """Sessions are cut, a checkpoint is written; the last means loses nothing either, it only costs a recovery."""
        if self.process is None:
            return
        for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            self.process.send_signal(how)
            try:
                self.process.wait(STOP_PATIENCE)
                break
            except subprocess.TimeoutExpired:
                continue
        home.remove_socket(self.data)

    def connect(self, database: str = places.DATABASE) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(
            host=str(places.socket_dir(self.data)),
            user=places.ROLE,
            dbname=database,
            connect_timeout=5,
            autocommit=True,
        )

    def _ensure_cluster(self, cluster: Path) -> None:
        if cluster.exists():
            self._check_version(cluster)
            return
        # Made beside and renamed when whole: a cut in the middle leaves no half cluster.
        draft = cluster.with_name("cluster.new")
        shutil.rmtree(draft, ignore_errors=True)
        # The builtin provider knows Cyrillic case whatever locales the machine has.
        locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        access = (f"--username={places.ROLE}", "--auth-local=trust", "--auth-host=reject")
        speed = () if self.durable else ("--no-sync",)
        initdb = self._popen("initdb", "-D", str(draft), *locale, *access, *speed, output=subprocess.PIPE)
        said, _ = initdb.communicate()
        if initdb.returncode != 0:
            last = said.decode(errors="replace").strip().splitlines()[-1:] or ["no reason given"]
            raise StartRefused(f"PostgreSQL could not make its files in {cluster.parent}: {last[0]}")
        draft.rename(cluster)

    def _check_version(self, cluster: Path) -> None:
        made_by = (cluster / "PG_VERSION").read_text().strip()
        ours = self.version().partition(".")[0]
        if made_by != ours:
            raise StartRefused(
                f"The database in {cluster} was made by PostgreSQL {made_by}, and this Otklik brings {ours}: "
                "see “Updating PostgreSQL” in docs/self-hosting.md."
            )

    def version(self) -> str:
        said = self._popen("postgres", "--version", output=subprocess.PIPE).communicate()[0]
        return said.decode().split()[2]

    def _popen(self, program: str, *args: str, output: IO[bytes] | int | None = None) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [self.installation / "bin" / program, *args],
            cwd=places.home(self.data),
            # Neither the person's locale nor PG variables may change what is made.
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=output or self.output,
            stderr=subprocess.STDOUT if output or self.output else None,
            # Out of the terminal's group: Ctrl-C must reach it last, from us.
            start_new_session=True,
            preexec_fn=kinship.ends_with_us(signal.SIGINT),
            **self.account.popen_options(),
        )

    def _wait_until_ready(self) -> None:
        assert self.process is not None
        deadline = time.monotonic() + PATIENCE
        while not self._says_ready():
            if self.process.poll() is not None:
                raise StartRefused("PostgreSQL ended at once; its reason stands above.")
            if time.monotonic() > deadline:
                raise StartRefused(
                    f"PostgreSQL is not ready after {PATIENCE:.0f} seconds; its files are in {self.data}."
                )
            time.sleep(0.02)

    def _says_ready(self) -> bool:
        # Asked in its own file: each connection before its time would leave a line in the log.
        try:
            lines = (places.cluster_dir(self.data) / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _ensure_database(self) -> None:
        with self.connect("postgres") as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [places.DATABASE]).fetchone()
            if not found:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(places.DATABASE)))
