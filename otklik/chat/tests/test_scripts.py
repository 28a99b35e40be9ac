import gzip
import json
import re
from pathlib import Path

import pytest
from django.test import Client

from otklik.chat import script_parts, widget_scripts, widget_size
from otklik.chat.models import Look, Site

KIB = 1024
# Every option that a site may set, as long as it may be.
LOOK = {
    "buttonStyle": "round", "buttonPosition": "br", "buttonSize": 100, "chatWidth": 500, "chatHeight": 700,
    "colors": dict.fromkeys(("buttonBg", "buttonText", "chatBg", "clientBubbleBg", "agentBubbleBg"), "#12ab9f"),
}  # fmt: skip


@pytest.mark.parametrize(
    "address", ["/chatra.js", "/chatra-rest.js", "/chatra-frame.js", "/chatra-later.js", "/chatra-frame.css"]
)
def test_a_script_is_checked_by_its_etag_and_packed(client: Client, address: str) -> None:
    plain = client.get(address)
    packed = client.get(address, headers={"accept-encoding": "gzip"})
    assert plain["Content-Type"].startswith("text/css" if address.endswith(".css") else "text/javascript")
    assert gzip.decompress(packed.content) == plain.content
    assert "max-age=600" in plain["Cache-Control"]
    again = client.get(address, headers={"if-none-match": plain["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_rest_is_kept_for_ever_by_its_version_only(client: Client) -> None:
    address = re.search(rb"chatra-rest\.js\?\w+", client.get("/chatra.js").content)
    assert address
    assert "immutable" in client.get(f"/{address[0].decode()}")["Cache-Control"]
    assert "immutable" not in client.get("/chatra-rest.js?older")["Cache-Control"]


def test_the_loader_says_what_it_has_to_say_in_each_language() -> None:
    script = widget_scripts.loader().plain.decode()
    texts = json.JSONDecoder().raw_decode(script.split("const TEXTS=", 1)[1])[0]
    assert set(texts) == {"ru", "en"}
    assert texts["en"]["open"] == "Open the chat"
    # Nothing was left unfilled.
    assert "/*" not in script


def test_a_site_s_own_script_knows_the_site_and_others_tell_nothing(client: Client, db: None) -> None:
    site = Site.objects.create(name="Garden tools")
    Look.objects.create(site=site, button_bg="#12ab9f", button_position="lm")
    own = client.get("/chatra.js", {"key": site.public_key})
    known = f'{{"key":"{site.public_key}","look":{{"buttonPosition":"lm","colors":{{"buttonBg":"#12ab9f"}}}}}}'
    assert known in own.content.decode()
    assert own["ETag"] != client.get("/chatra.js")["ETag"]
    for key in ("unknown", "a\0b", "x" * 300, "%s"):
        assert client.get("/chatra.js", {"key": key}).content == client.get("/chatra.js").content


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("import main from './b.js';", "not known"),
        ("export default 1;", "not known"),
        ("export { a };", "not known"),
        ("import { a } from './b.js';\nconst c = 1;", "need each other"),
        ("const a = `b ${c ? `d  e` : ''}`;", "inside a template"),
    ],
)
def test_modules_of_a_form_that_cannot_be_joined_are_refused(tmp_path: Path, source: str, complaint: str) -> None:
    (tmp_path / "main.js").write_text("import { b } from './b.js';\nb();")
    (tmp_path / "b.js").write_text(f"{source}\nexport const b = 1;".replace("'./b.js'", "'./main.js'"))
    with pytest.raises(ValueError, match=complaint):
        script_parts.joined(tmp_path, "main")


def test_the_widget_is_small() -> None:
    loader = len(widget_scripts.loader("x" * 17, LOOK).packed)
    assert loader <= 5 * KIB
    assert loader + widget_size.of_the_rest() <= 30 * KIB


def test_what_few_need_is_fetched_apart_and_is_small() -> None:
    assert len(widget_scripts.later().packed) <= 4 * KIB
