from __future__ import annotations

from otklik.desk.additional_data import as_text
from otklik.desk.models import Employee
from otklik.desk.tests.screens.conftest import liza, shop_chat
from otklik.desk.tests.screens.stage import Writer, part, signed_in

__all__ = ["liza", "shop_chat"]

ENGLISH = """Russia, Moscow
Visited pages of the site:
Boya BY-F8C microphone: https://shop.example.com/catalogue/7247
https://shop.example.com/delivery
Source:
the chat on the site
Windows 10 · Chrome 130"""
RUSSIAN = ENGLISH.replace("Visited pages of the site:", "Посещённые страницы сайта:").replace(
    "Source:\nthe chat on the site", "Источник:\nчат на сайте"
)


def test_s15_the_additional_data_has_a_plain_form_in_both_languages(liza: Writer) -> None:
    data = liza.says("Hello").additional_data

    assert as_text(data, "en") == ENGLISH
    assert as_text(data, "ru") == RUSSIAN
    assert as_text([], "ru") == ""


def test_s15_the_page_gives_the_additional_data_to_be_copied(liza: Writer, pavel: Employee) -> None:
    task = liza.says("Hello")
    opening = part(signed_in(pavel).get(f"/tasks/{task.number}/"), "opening")

    assert f">{ENGLISH}</pre>" in opening
