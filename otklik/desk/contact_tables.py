"""Tables of clients as other programs write them: any usual encoding and delimiter, columns in any order; vCards."""

from __future__ import annotations

import csv
import io
import quopri
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from otklik.lib.spreadsheet import as_csv, plain

# Bytes, and rows, of a table.
LARGEST = 25 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 100
# By so many rows it is guessed what a table is.
LOOKED_AT = 30
ENCODINGS = {
    "utf-8-sig": "UTF-8",
    "cp1251": "Windows-1251",
    "utf-16": "UTF-16",
    "cp866": "CP866",
    "cp1252": "Windows-1252",
}
DELIMITERS = (";", ",", "\t", "|")
FIELDS = ("name", "email", "phone", "company", "notes")
# How columns are called; a name may stand in several of them.
WORDS = {
    "name": r"(full |first |last |middle )?name|имя|фио|ф\.и\.о\.?|фамилия|отчество|контакт|клиент|contact|client",
    "email": r"e-?mail( address)?|(эл\. ?|электронная )?почта|адрес почты|mail",
    "phone": r"(mobile |work |home )?phone( number)?|(моб\. ?|мобильный |рабочий )?телефон|тел\.?|mobile",
    "company": r"company( name)?|компания|организация|organi[sz]ation",
    "notes": r"notes?|comments?|заметки?|комментари[йи]|примечани[ея]|описание|description",
}


class Unreadable(ValueError):
    """This is no table of text."""


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
            text = self.body.decode(self.encoding, errors="replace")
        except (LookupError, ValueError) as error:
            raise Unreadable from error
        if "\0" in text:
            raise Unreadable
        try:
            for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=self.delimiter)):
                # Emptiness costs time as well.
                if number > 2 * MOST_ROWS:
                    raise Unreadable
                if any(cell.strip() for cell in row):
                    yield [plain(cell).strip() for cell in row[:MOST_COLUMNS]]
        except csv.Error as error:
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
        # Of several addresses or numbers the first is the card's, as there is place for one.
        joined = {"name": " ", "notes": "\n"}
        return {field: joined[field].join(cells) if field in joined else cells[0] for field, cells in found.items()}


def guess(body: bytes, titles: Mapping[str, str] | None = None) -> Table:
    """How the table seems to be written; `titles`: further ones in small letters, with their fields. Raises
    Unreadable."""
    table = Table(body, _encoding(body), ";")
    table = max((replace(table, delimiter=one) for one in DELIMITERS), key=_fitness)
    first = list(islice(table.records(), LOOKED_AT))
    if not first:
        raise Unreadable
    own = titles or {}
    named = [own.get(cell.strip().casefold()) or _field_of(cell) for cell in first[0]]
    has_header = any(named) or not any(_kind_of(cell) for cell in first[0])
    return replace(table, has_header=has_header, columns=_columns(named, first[has_header:]))


def _encoding(body: bytes) -> str:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        body.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What spreadsheet programs in Russia write by default.
        return "cp1251"
    return "utf-8-sig"


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


def is_vcard(body: bytes) -> bool:
    return body[:200].lstrip(b"\xef\xbb\xbf\r\n ").upper().startswith(b"BEGIN:VCARD")


def table_of_vcards(body: bytes) -> bytes:
    """Business cards as a table, of any version: 2.1 has parameters without a name. Raises Unreadable."""
    text = body.decode(_encoding(body), errors="replace")
    # vCard 2.1 breaks long lines by a sign of its own, the others by a space.
    text = re.sub(r"=\r?\n|\r?\n[ \t]", "", text)
    rows: list[list[str]] = []
    for name, parameters, value in re.findall(r'(?m)^([\w.-]+)((?:;(?:[^:";\n]|"[^"\n]*")*)*):(.*?)\r?$', text):
        # `item1.EMAIL` is an EMAIL.
        key = name.upper().rpartition(".")[2]
        if key == "BEGIN":
            rows.append([""] * len(FIELDS))
        elif rows:
            _tell(rows[-1], key, _text_of(value, parameters.upper()))
    if not rows:
        raise Unreadable
    return as_csv([FIELDS, *rows]).encode()


def _text_of(value: str, parameters: str) -> str:
    if "QUOTED-PRINTABLE" not in parameters:
        return value
    told = re.search(r"CHARSET=([\w-]+)", parameters)
    try:
        return quopri.decodestring(value.encode()).decode(told[1] if told else "utf-8", errors="replace")
    except LookupError:
        return ""


def _unescaped(value: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def _tell(row: list[str], key: str, value: str) -> None:
    place = {"N": 0, "FN": 0, "EMAIL": 1, "TEL": 2, "ORG": 3, "NOTE": 4}.get(key, -1)
    # Parts are divided by semicolons, but for those behind a backslash.
    parts = [_unescaped(part) for part in re.split(r"(?<!\\);", value)] if key in ("N", "ORG") else [_unescaped(value)]
    if key == "N":
        last, first, middle = [*parts, "", ""][:3]
        parts = [" ".join(part for part in (first, middle, last) if part)]
    if place >= 0 and parts[0] and (not row[place] or key == "FN"):
        row[place] = parts[0].removeprefix("tel:") if key == "TEL" else parts[0]
