from __future__ import annotations

import pytest

from otklik.desk.templatetags.texts import linked

A = '<a href="{0}" target="_blank" rel="nofollow noopener noreferrer">{0}</a>'


@pytest.mark.parametrize(
    ("text", "address", "rest"),
    [
        ("https://shop.example/a(b).", "https://shop.example/a(b)", "."),
        ("https://shop.example/a),", "https://shop.example/a", "),"),
        ("https://shop.example/" + ")" * 60_000, "https://shop.example/", ")" * 60_000),
        ("https://shop.example/((" + ")" * 3, "https://shop.example/(())", ")"),
    ],
)
def test_what_ends_a_sentence_does_not_belong_to_an_address(text: str, address: str, rest: str) -> None:
    assert linked(text) == A.format(address) + rest
