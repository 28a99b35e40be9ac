"""The real server in a process of its own, with a database of its own, behind a line that tests may cut."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any, LiteralString
from urllib.error import URLError
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from otklik.chat.tests.widget.line import Line
from otklik.lib.tokens import digest

START = 180
KEY, SECRET = "PUBLIC-OF-THE-WIDGET", "SECRET-OF-THE-WIDGET"
DATABASE = "otklik_widget"


class RunningChat:
    def __init__(self, data: Path) -> None:
        admin = make_conninfo(os.environ["DATABASE_URL"])
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {DATABASE}")
        self.conninfo = make_conninfo(admin, dbname=DATABASE)
        self.port = free_port()
        self.line = Line(self.port)
        self.address = f"http://127.0.0.1:{self.line.port}"
        self.environment = os.environ | {
            "DATABASE_URL": self._database_url(),
            "OTKLIK_DATA": str(data),
            "OTKLIK_PORT": str(self.port),
            "OTKLIK_PUBLIC_URL": self.address,
        }
        self.log = data / "log"
        with self._otklik("migrate") as migrating:
            assert migrating.wait() == 0, self.log.read_text(encoding="utf-8", errors="replace")[-2000:]
        self.process = self._otklik("web")
        try:
            self._wait_until_healthy()
        except BaseException:
            self.stop()
            raise
        self.run("INSERT INTO chat_site (name, public_key, language, hosts, left_after, transcript_after, created_at) "
                 "VALUES ('Garden tools', %s, 'en', '{}', 60, 1800, now())", KEY)  # fmt: skip
        self.run("INSERT INTO chat_apikey (site_id, name, digest, ending, created_at) "
                 "SELECT id, name, %s, '', now() FROM chat_site", digest(SECRET))  # fmt: skip

    def stop(self) -> None:
        self.line.close()
        self.process.terminate()
        self.process.wait(20)

    def run(self, sql: LiteralString, *params: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.conninfo, autocommit=True) as connection:
            cursor = connection.execute(sql, params)
            return cursor.fetchall() if cursor.description else []

    def forget_all(self) -> None:
        # The server still writes what the last test began: who meets it half way gives in and comes again.
        for attempt in range(5):
            try:
                self.run("TRUNCATE chat_visitor CASCADE")
                return
            except psycopg.errors.DeadlockDetected:
                if attempt == 4:
                    raise

    def texts(self) -> list[str]:
        """What the visitors have said, as the server keeps it."""
        rows = self.run("SELECT text FROM chat_message WHERE type = 'client' ORDER BY conversation_id, number")
        return [text for (text,) in rows]

    def answer(self, text: str, *, agent: str = "Olga") -> None:
        """An employee answers the only visitor, by the public API as any desk would."""
        self.call(
            "messages", clientId=self.visitor(), text=text, agentEmail=f"{agent.lower()}@example.com", agentName=agent
        )

    def visitor(self) -> str:
        """The public id of the only visitor."""
        [(visitor,)] = self.run("SELECT public_id FROM chat_visitor")
        return str(visitor)

    def call(self, path: str, **body: str) -> None:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/{path}/",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Chatra.Simple {KEY}:{SECRET}"},
        )
        with urllib.request.urlopen(request, timeout=20) as response:
            assert response.status == 200

    def _otklik(self, *words: str) -> subprocess.Popen[bytes]:
        program = "from otklik.start.cli import main; raise SystemExit(main())"
        with self.log.open("ab") as log:
            command = [sys.executable, "-c", program, *words]
            return subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)

    def _database_url(self) -> str:
        parts = conninfo_to_dict(self.conninfo)
        options = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in parts.items())
        return f"postgres:///?{options}"

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + START
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                    return
            except (URLError, OSError):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
