from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from otklik.people import calendars, holidays
from otklik.people.models import Calendar

TODAY = date(2026, 11, 23)
HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//\r\n"
NEW_YEAR = "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20200101\r\nDTEND;VALUE=DATE:20200103\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:New Year\r\nEND:VEVENT\r\n"  # noqa: E501
MEETING = (
    "BEGIN:VEVENT\r\nUID:2\r\nDTSTART:20261201T100000Z\r\nDTEND:20261201T110000Z\r\nSUMMARY:Meeting\r\nEND:VEVENT\r\n"
)
SECONDS = "BEGIN:VEVENT\r\nUID:3\r\nDTSTART:20261201T100000Z\r\nRRULE:FREQ=SECONDLY\r\nEND:VEVENT\r\n"


def ics(*events: str) -> bytes:
    return (HEAD + "".join(events) + "END:VCALENDAR\r\n").encode()


def test_whole_days_are_holidays_and_come_again_each_year() -> None:
    assert holidays.read(ics(NEW_YEAR, MEETING), TODAY) == {
        date(2027, 1, 1): "New Year",
        date(2027, 1, 2): "New Year",
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Not found</html>",
        b"\xff\xfe\0",
        ics(),
        ics(SECONDS),
        ics("BEGIN:VEVENT\r\nDTSTART:xx\r\nEND:VEVENT\r\n"),
        b"BEGIN:VCALENDAR\r\n" * 3000,
        ics() + b" " * holidays.LIMIT,
    ],
)
def test_what_is_no_list_of_holidays_is_refused_with_a_sentence(body: bytes) -> None:
    with pytest.raises(holidays.Unreadable, match="This"):
        holidays.read(body, TODAY)


@pytest.fixture
def website(settings: Any) -> Iterator[dict[str, Any]]:
    """A server of somebody else that hands out a calendar."""
    settings.INTERNAL_HOSTS = ["127.0.0.1"]
    served: dict[str, Any] = {"body": ics(NEW_YEAR)}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(served["body"])))
            self.end_headers()
            self.wfile.write(served["body"])

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    served["address"] = f"http://127.0.0.1:{server.server_address[1]}/holidays.ics"
    yield served
    server.shutdown()
    server.server_close()


@pytest.mark.django_db
def test_a_broken_calendar_keeps_the_one_before_and_says_so(website: dict[str, Any]) -> None:
    calendar = Calendar.objects.create()
    assert calendars.take_address(calendar, website["address"])
    before = calendar.holidays
    assert "New Year" in before.values() and not calendar.holidays_error

    website["body"] = b"<html>Moved</html>"
    calendars.refresh_all()
    calendar.refresh_from_db()
    assert calendar.holidays == before and "calendar file" in calendar.holidays_error

    website["body"] = ics(NEW_YEAR.replace("New Year", "Holiday"))
    calendars.refresh_all()
    calendar.refresh_from_db()
    assert set(calendar.holidays.values()) == {"Holiday"} and not calendar.holidays_error


@pytest.mark.django_db
def test_a_calendar_in_a_closed_network_is_not_fetched(website: dict[str, Any], settings: Any) -> None:
    settings.INTERNAL_HOSTS = []
    calendar = Calendar.objects.create()

    assert not calendars.take_address(calendar, website["address"])
    assert "closed network" in calendar.holidays_error and calendar.holidays == {}
