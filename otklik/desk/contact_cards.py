"""Business cards (vCard) as a table, and contacts as business cards."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterable

from otklik.desk import contact_encodings
from otklik.lib.spreadsheet import as_csv

COLUMNS = ("name", "email", "phone", "company", "notes")
PLACES = {"N": 0, "FN": 0, "EMAIL": 1, "TEL": 2, "ORG": 3, "NOTE": 4, "TITLE": 4, "ADR": 4, "URL": 4, "BDAY": 4}
# Of our own cards: a field of the account, by its name.
OWN = "X-OTKLIK-FIELD"
# Signs with a meaning in a vCard.
ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})
# Within the quotation marks of a parameter (RFC 6868).
IN_NAMES = str.maketrans({"^": "^^", '"': "^'", "\n": "^n"})
OF_NAMES = {"^": "^", "'": '"', "n": "\n"}
Row = dict[str, str]


class Unreadable(ValueError):
    """This is no table of text."""


def is_card(body: bytes) -> bool:
    return body[:200].lstrip(b"\xef\xbb\xbf\r\n ").upper().startswith(b"BEGIN:VCARD")


def table_of(body: bytes) -> bytes:
    """Of cards of any version: 2.1 has parameters without a name. Further e-mails and phones stand in one cell; what
    has no column of its own is told in the notes. Raises Unreadable."""
    text = body.decode(contact_encodings.guess(body), errors="replace")
    # vCard 2.1 breaks long lines by a sign of its own, the others by a space.
    text = re.sub(r"=\r?\n|\r?\n[ \t]", "", text)
    rows: list[Row] = []
    for name, parameters, value in re.findall(r'(?m)^([\w.-]+)((?:;(?:[^:";\n]|"[^"\n]*")*)*):(.*?)\r?$', text):
        # `item1.EMAIL` is an EMAIL.
        key = name.upper().rpartition(".")[2]
        if key == "BEGIN":
            rows.append({})
        elif rows:
            _tell(rows[-1], key, parameters, _text_of(value, parameters.upper()))
    if not rows:
        raise Unreadable
    columns = dict.fromkeys([*COLUMNS, *(name for row in rows for name in row)])
    return as_csv([columns, *([row.get(name, "") for name in columns] for row in rows)], ",").encode()


def card_of(name: str, emails: Iterable[str], phones: Iterable[str], told: Iterable[tuple[str, str]]) -> str:
    """One card; `told`: names of properties with their texts, own fields by their own names."""
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{_escaped(name)}", f"N:{_escaped(name)};;;;"]
    lines += [f"EMAIL:{_escaped(email)}" for email in emails] + [f"TEL:{_escaped(phone)}" for phone in phones]
    for key, text in told:
        if text:
            property = key if key in PLACES else f'{OWN};NAME="{key.translate(IN_NAMES)}"'
            lines.append(f"{property}:{_escaped(text)}")
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCARD"])


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


def _escaped(value: str) -> str:
    return value.translate(ESCAPED)


def _tell(row: Row, key: str, parameters: str, value: str) -> None:
    if key == OWN and (named := re.search(r'NAME="([^"\n]+)"', parameters)):
        row[re.sub(r"\^([\^'n])", lambda found: OF_NAMES[found[1]], named[1])] = _unescaped(value)
        return
    if key not in PLACES:
        return
    column = COLUMNS[PLACES[key]]
    # Parts are divided by semicolons, but for those behind a backslash.
    parts = [_unescaped(part) for part in re.split(r"(?<!\\);", value)] if key in ("N", "ORG", "ADR") else []
    text = _unescaped(value)
    if key == "N":
        last, first, middle = [*parts, "", ""][:3]
        text = " ".join(part for part in (first, middle, last) if part)
    elif key == "ORG":
        text = parts[0]
    elif key == "ADR":
        text = ", ".join(part.strip() for part in parts if part.strip())
    elif key == "TEL":
        text = text.removeprefix("tel:")
    if not text:
        return
    if key == "FN" or column not in row:
        row[column] = text
    elif column != "name" and column != "company":
        row[column] += ("\n" if column == "notes" else ", ") + text


def _folded(line: str) -> str:
    """Lines of a vCard have 75 bytes at most; what is longer goes on behind a space."""
    parts, part = [], ""
    for letter in line:
        if len((part + letter).encode()) > 74:
            parts.append(part)
            part = " "
        part += letter
    return "\r\n".join([*parts, part])
