"""The catalogues: `extract` brings them up to date with the code, `check` names what is not translated."""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.checkers import python_format
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from otklik.config.env import PACKAGE

# Line, text or its singular and plural, comments, context.
Found = tuple[int, str | tuple[str, ...], list[str], str | None]

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}


def main(arguments: list[str]) -> int:
    match arguments:
        case ["extract"]:
            for path in catalogues():
                update(path)
            return 0
        case ["check"]:
            missing = [f"{path}: {fault}" for path in catalogues() for fault in faults(path)]
            print(*missing, sep="\n", end="\n" if missing else "")
            return 1 if missing else 0
        case _:
            print("Say extract or check.", file=sys.stderr)
            return 2


def catalogues() -> list[Path]:
    return [folder / "LC_MESSAGES" / "django.po" for folder in sorted(PACKAGE.glob("locale/*"))]


def update(path: Path) -> None:
    catalogue = _read(path)
    # A guess at a similar text would be shown to people unread.
    catalogue.update(in_code(), no_fuzzy_matching=True, update_header_comment=False)
    out = BytesIO()
    write_po(out, catalogue, width=110, include_lineno=False, ignore_obsolete=True, sort_by_file=True)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(out.getvalue())


def faults(path: Path) -> Iterator[str]:
    """What a person who reads this language would see in English, or broken."""
    catalogue = _read(path)
    for message in in_code():
        if not message.id:
            continue
        found = catalogue.get(_first(message), message.context)
        if found is None or found.fuzzy or not all(_forms(found, catalogue)):
            yield f"not translated: {_first(message)!r}"
            continue
        try:
            python_format(catalogue, found)
        except Exception as error:
            yield f"{_first(message)!r}: {error}"


def in_code() -> Catalog:
    """Every text that the code and the templates mark."""
    catalogue = Catalog(project="Otklik", charset="utf-8")
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or {"tests", "migrations", "static"} & set(path.parts):
            continue
        if path.suffix != ".py" and "templates" not in path.parts:
            continue
        source = path.read_text(encoding="utf-8")
        readable = source if path.suffix == ".py" else as_python(source, path)
        place = str(path.relative_to(PACKAGE.parent))
        for line, text, comments, context in in_source(readable):
            catalogue.add(text, locations=[(place, line)], auto_comments=comments, context=context)
    return catalogue


def in_source(source: str) -> Iterator[Found]:
    return extract("python", BytesIO(source.encode()), KEYWORDS, ["Translators:"])


def as_python(source: str, path: Path) -> str:
    """A template with its marked texts as calls, at the lines where they stand."""
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure()
    # Where a line begins means something in Python only.
    return "\n".join(line.lstrip() for line in templatize(source, origin=str(path)).splitlines())


def _read(path: Path) -> Catalog:
    if not path.exists():
        return Catalog(locale=path.parent.parent.name, project="Otklik", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _forms(message: Message, catalogue: Catalog) -> list[str]:
    if isinstance(message.string, str):
        return [message.string]
    forms = list(message.string or ())
    return forms + [""] * (catalogue.num_plurals - len(forms))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
