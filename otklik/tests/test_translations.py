from pathlib import Path

import pytest

from otklik.start import messages


@pytest.mark.parametrize("path", messages.catalogues(), ids=lambda path: path.parent.parent.name)
def test_nobody_reads_a_text_in_the_wrong_language(path: Path) -> None:
    assert list(messages.faults(path)) == []
