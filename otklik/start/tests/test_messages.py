from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from otklik.start import messages


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "ru" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    return path


def test_a_new_catalogue_lists_every_text_as_untranslated(catalogue: Path) -> None:
    messages.update(catalogue)

    assert len(list(messages.faults(catalogue))) == len(messages.in_code())


def test_what_was_translated_stays(catalogue: Path) -> None:
    messages.update(catalogue)
    text, translated = 'msgid "Open the chat"\nmsgstr "', "Открыть чат"
    catalogue.write_text(catalogue.read_text().replace(text, text + translated))

    messages.update(catalogue)

    with catalogue.open("rb") as file:
        assert read_po(file, locale="ru")["Open the chat"].string == "Открыть чат"
    assert "not translated: 'Open the chat'" not in messages.faults(catalogue)


def test_texts_of_templates_are_found(tmp_path: Path) -> None:
    template = """
    {% load i18n %}{% translate "Desk" %}
      {% blocktranslate count number=tasks|length trimmed %}
        {{ number }} task
      {% plural %}{{ number }} tasks{% endblocktranslate %}
    """

    found = list(messages.in_source(messages.as_python(template, tmp_path)))

    assert [text for _, text, _, _ in found] == ["Desk", ("%(number)s task", "%(number)s tasks")]
