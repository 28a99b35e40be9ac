"""Who may import whom. The seams of the house are kept by this test alone."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent

ALL = {"bench", "chat", "config", "demo", "desk", "integrations", "lib", "live", "people", "start"}

MAY_IMPORT = {
    "lib": set[str](),
    "people": {"lib"},
    "live": {"lib"},
    "chat": {"lib", "live", "people"},
    "desk": {"lib", "live", "people"},
    # Over the Chatra API alone do they meet the chat.
    "integrations": {"lib", "live", "people", "desk.actions", "desk.models", "desk.signals"},
    "start": {"config.env", "lib"},
    "config": ALL,
    "demo": ALL,
    "bench": ALL,
}

KIND_MAY_IMPORT = {"connector", "desks", "envelope", "errors", "models"}


def sources(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*.py")):
        if not {"tests", "migrations"} & set(path.parts):
            yield path


def imported(path: Path) -> Iterator[str]:
    """Our own modules that a file names, without the leading `otklik.`."""
    package = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, [above, node.module]))
            names = [f"{module}.{alias.name}" for alias in node.names]
        for name in names:
            if name.startswith("otklik."):
                yield name.removeprefix("otklik.")


def allows(rule: set[str], name: str) -> bool:
    return any(name == allowed or name.startswith(f"{allowed}.") for allowed in rule)


@pytest.mark.parametrize("app", sorted(MAY_IMPORT))
def test_an_app_imports_only_what_its_row_allows(app: str) -> None:
    # The package itself holds nothing but its version.
    rule = MAY_IMPORT[app] | {app, "__version__"}

    breaches = [
        f"{path.relative_to(PACKAGE.parent)} imports {name}"
        for path in sources(PACKAGE / app)
        for name in imported(path)
        if not allows(rule, name)
    ]

    assert not breaches


def test_a_kind_of_integration_knows_only_the_seam() -> None:
    breaches = []
    for folder in sorted((PACKAGE / "integrations").iterdir()):
        if not (folder / "connector.py").exists():
            continue
        rule = {f"integrations.{name}" for name in KIND_MAY_IMPORT | {folder.name}} | {"lib"}
        breaches += [
            f"{path.relative_to(PACKAGE.parent)} imports {name}"
            for path in sources(folder)
            for name in imported(path)
            if not allows(rule, name) or (name.startswith("integrations.models") and not name.endswith(".Connection"))
        ]

    assert not breaches


def test_every_folder_of_code_has_a_row() -> None:
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}

    assert folders - {"tests"} == set(MAY_IMPORT)
