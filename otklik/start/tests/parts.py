"""Small stand-ins for the parts of Otklik, so that the supervisor is tested without the product on top of it.

`python parts.py` is `otklik serve` with these parts; `python parts.py web` is one of them.
"""

import http.server
import os
import sys
import time

from otklik.config.env import StartRefused
from otklik.start.supervisor import Supervisor
from otklik.start.upgrade import checked_connection


class Healthy(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


def web() -> None:
    http.server.HTTPServer(("127.0.0.1", int(os.environ["OTKLIK_PORT"])), Healthy).serve_forever()


def part(name: str) -> None:
    if name != "first-admin":
        print("runs as", os.getpid())
    if name == os.environ.get("BROKEN_PART"):
        sys.exit("This part is broken.")
    match name:
        case "web":
            web()
        case "worker":
            time.sleep(600)
        case "migrate":
            checked_connection().execute("CREATE TABLE IF NOT EXISTS started (at timestamptz DEFAULT now())")
        case "first-admin":
            checked_connection().execute("INSERT INTO started DEFAULT VALUES")
            print("http://localhost/setup/")


def serve() -> int:
    try:
        return Supervisor(demo=False, program=(sys.executable, __file__)).run()
    except StartRefused as refusal:
        print(refusal, file=sys.stderr)
        return 2


if __name__ == "__main__":
    if len(sys.argv) > 1:
        part(sys.argv[1])
    else:
        sys.exit(serve())
