"""Tables of clients as other programs write them: any usual encoding and delimiter, columns in any order."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from otklik.desk import contact_cards, contact_encodings
from otklik.desk.contact_cards import Unreadable
from otklik.lib.spreadsheet import plain

# Bytes, and rows, of a table.
LARGEST = 25 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 100
FIELDS = contact_cards.COLUMNS
# By so many rows it is guessed what a table is.
LOOKED_AT = 30
DELIMITERS = (";", ",", "\t", "|")
# How columns are called; a name may stand in several of them.
WORDS = {
    "name": r"(full |first |last |middle )?name|имя|фио|ф\.и\.о\.?|фамилия|отчество|контакт|клиент|contact|client",
    "email": r"e-?mail( address)?|(эл\. ?|электронная )?почта|адрес почты|mail",
    "phone": r"(mobile |work |home )?phone( number)?|(моб\. ?|мобильный |рабочий )?телефон|тел\.?|mobile",
    "company": r"company( name)?|компания|организация|organi[sz]ation",
    "notes": r"notes?|comments?|заметки?|комментари[йи]|примечани[ея]|описание|description",
}


# Lines of the file over which one row may go; a quotation mark that is never closed would take all the others in.
MOST_LINES = 200


class Unclosed(list[str]):
    """A row in which a quotation mark is not closed: its first line."""


@dataclass(frozen=True)
class Table:
    body: bytes
    encoding: str
    delimiter: str
    has_header: bool = True
    # For each column a field of FIELDS, the key of an own field, or "".
    columns: tuple[str, ...] = ()

    def records(self) -> Iterator[list[str]]:
        """All rows with anything in them, the header too. Raises Unreadable."""
        try:
            # Line by line, so that a large table does not stand in the memory three times.
            lines = io.TextIOWrapper(io.BytesIO(self.body), self.encoding, errors="replace", newline="")
            for number, row in enumerate(_rows(lines, self.delimiter)):
                # Emptiness costs time as well.
                if number > 2 * MOST_ROWS or any("\0" in cell for cell in row):
                    raise Unreadable
                if any(cell.strip() for cell in row):
                    yield type(row)(plain(cell).strip() for cell in row[:MOST_COLUMNS])
        except (LookupError, ValueError, csv.Error) as error:
            raise Unreadable from error

    def rows(self, after: int = 0) -> Iterator[tuple[int, list[str]]]:
        """Rows behind the header from a place on, with their numbers as a spreadsheet counts them."""
        begin = 1 if self.has_header else 0
        return islice(enumerate(self.records(), start=1), begin + after, None)

    def count(self) -> int:
        return sum(1 for _ in self.rows())

    def values(self, row: list[str]) -> dict[str, str]:
        """What a row says of the fields of a card; several columns of a name are joined."""
        found: dict[str, list[str]] = {}
        for field, cell in zip(self.columns, row, strict=False):
            if field and cell:
                found.setdefault(field, []).append(cell)
        # Of several addresses or numbers the first is the card's, the others are further ones.
        joined = {"name": " ", "notes": "\n", "email": ", ", "phone": ", "}
        return {field: joined[field].join(cells) if field in joined else cells[0] for field, cells in found.items()}


def guess(body: bytes, titles: Mapping[str, str] | None = None) -> Table:
    """How the table seems to be written; `titles`: further ones in small letters, with their fields. Raises
    Unreadable."""
    table = Table(body, contact_encodings.guess(body), ";")
    table = max((replace(table, delimiter=one) for one in DELIMITERS), key=_fitness)
    first = list(islice(table.records(), LOOKED_AT))
    if not first:
        raise Unreadable
    own = titles or {}
    named = [own.get(cell.strip().casefold()) or _field_of(cell) for cell in first[0]]
    has_header = any(named) or not any(_kind_of(cell) for cell in first[0])
    return replace(table, has_header=has_header, columns=_columns(named, first[has_header:]))


def _rows(lines: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    """Rows as they stand. Where a quotation mark is not closed the reading goes on with the next line."""
    again: deque[str] = deque()
    taken: list[str] = []

    def next_ones() -> Iterator[str]:
        while len(taken) < MOST_LINES:
            line = again.popleft() if again else next(lines, None)
            if line is None:
                return
            taken.append(line)
            yield line

    while True:
        reader = csv.reader(next_ones(), delimiter=delimiter)
        for row in reader:
            if len(taken) > 1 and not _is_whole(taken, delimiter):
                again.extendleft(reversed(taken[1:]))
                [row] = csv.reader([taken[0]], delimiter=delimiter)
                yield Unclosed(row)
                taken.clear()
                break
            taken.clear()
            yield row
        else:
            return


def _is_whole(lines: list[str], delimiter: str) -> bool:
    """Not what a quotation mark took in that was closed in a row of somebody else, or nowhere."""
    try:
        return len(list(csv.reader(lines, delimiter=delimiter, strict=True))) == 1
    except csv.Error:
        return False


def _fitness(table: Table) -> tuple[int, int]:
    """How many rows have the same number of columns, if there are several at all."""
    widths = Counter(len(row) for row in islice(table.records(), LOOKED_AT))
    if not widths:
        return 0, 0
    [(width, count)] = widths.most_common(1)
    return (count, width) if width > 1 else (0, 0)


def _field_of(title: str) -> str:
    words = title.strip().lower()
    return next((field for field, pattern in WORDS.items() if re.fullmatch(pattern, words)), "")


def _kind_of(cell: str) -> str:
    if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", cell):
        return "email"
    return "phone" if re.fullmatch(r"\+?[\d\s().-]{7,20}", cell) else ""


def _columns(named: list[str], rows: list[list[str]]) -> tuple[str, ...]:
    """By their titles, else by what stands in them; without any title the first other column is the name."""
    columns = list(named) + [""] * (max((len(row) for row in rows), default=0) - len(named))
    for place, field in enumerate(columns):
        if not field:
            kinds = Counter(_kind_of(row[place]) for row in rows if place < len(row) and row[place])
            kind = kinds.most_common(1)[0][0] if kinds else ""
            columns[place] = kind if kind and kind not in columns else ""
    if "name" not in columns and not any(named) and "" in columns:
        columns[columns.index("")] = "name"
    return tuple(columns[:MOST_COLUMNS])
