import stat
from ipaddress import ip_network
from pathlib import Path

import pytest

from otklik.config import env
from otklik.config.env import EnvironmentRefused

REFUSED = [
    ("OTKLIK_PORT", "eighty", "whole number from 1 to 65534"),
    ("OTKLIK_PORT", "0", "whole number from 1 to 65534"),
    ("OTKLIK_PORT", "65535", "whole number from 1 to 65534"),
    ("OTKLIK_PORT", "80.5", "whole number from 1 to 65534"),
    ("OTKLIK_PORT", "８０８０", "whole number from 1 to 65534"),
    ("OTKLIK_HOST", "http://0.0.0.0", "an address to listen on"),
    ("OTKLIK_HOST", "0.0.0.0:80 ;", "an address to listen on"),
    ("OTKLIK_DATA", "/dev/null", "to a folder"),
    ("OTKLIK_DATA", "/proc/nowhere/data", "to a folder"),
    ("OTKLIK_PUBLIC_URL", "desk.example.org", "https://desk.example.org"),
    ("OTKLIK_PUBLIC_URL", "ftp://desk.example.org", "https://desk.example.org"),
    ("OTKLIK_PUBLIC_URL", "https://desk.example.org/otklik", "nothing behind"),
    ("OTKLIK_PUBLIC_URL", "https://olga@desk.example.org", "nothing behind or before"),
    ("OTKLIK_PUBLIC_URL", "https://desk.example.org:port", "https://desk.example.org"),
    ("OTKLIK_SECRET_KEY", "short", "at least 32 random characters"),
    ("OTKLIK_SECRET_KEY_FILE", "/nowhere/key", "a text file that can be read"),
    ("OTKLIK_TRUSTED_PROXIES", "10.0.0.0/8, everybody", "“everybody” is none"),
    ("OTKLIK_INTERNAL_HOSTS", "desk.lan, http://10.0.0.5/", "“http://10.0.0.5/” is none"),
    ("OTKLIK_GEO_DB", "/nowhere/city.mmdb", "can be read"),
    ("OTKLIK_GEO_DB", __file__, "MaxMind format"),
    ("DATABASE_URL", "sqlite:///otklik.db", "only PostgreSQL"),
    ("DATABASE_URL", "postgres://otklik@db.example.org", "lacks the name of the database"),
    ("DATABASE_URL", "postgres://otklik:50%@db.example.org/otklik", "cannot be read"),
    ("DATABASE_URL_FILE", "/nowhere/url", "a text file that can be read"),
]


@pytest.mark.parametrize(("name", "value", "advice"), REFUSED)
def test_an_odd_value_is_refused_with_advice(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, advice: str
) -> None:
    monkeypatch.setenv("OTKLIK_DATA", str(tmp_path))
    monkeypatch.setenv(name, value)

    with pytest.raises(EnvironmentRefused, match=advice) as refusal:
        env.check()
        env.made_data_dir()

    assert name.removesuffix("_FILE") in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_nothing_needs_to_be_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    env.check()

    assert env.data_dir() == tmp_path / "data"
    assert (env.host(), env.port(), env.public_url()) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert env.trusted_proxies() == []
    assert env.geo_db() is None
    assert env.embedded()


def test_an_empty_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTKLIK_PORT", " ")

    assert env.port() == 8000


def test_a_flag_says_yes_or_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTKLIK_DEBUG", "Yes")
    assert env.flag("OTKLIK_DEBUG")
    monkeypatch.setenv("OTKLIK_DEBUG", "off")
    assert not env.flag("OTKLIK_DEBUG", default=True)
    monkeypatch.setenv("OTKLIK_DEBUG", "perhaps")
    with pytest.raises(EnvironmentRefused, match="yes or no"):
        env.flag("OTKLIK_DEBUG")


def test_a_choice_names_what_it_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTKLIK_LOG", "xml")
    with pytest.raises(EnvironmentRefused, match="one of lines, json"):
        env.choice("OTKLIK_LOG", "lines", ["lines", "json"])


def test_the_key_is_made_once_and_closed_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTKLIK_DATA", str(tmp_path / "new"))

    key = env.secret_key()

    assert len(key) >= 50
    assert env.secret_key() == key
    assert stat.S_IMODE((tmp_path / "new" / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret_key"]


def test_half_a_key_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTKLIK_DATA", str(tmp_path))
    (tmp_path / "secret_key").write_text("abc")

    with pytest.raises(EnvironmentRefused, match=r"Remove .*secret_key"):
        env.secret_key()


def test_a_secret_may_come_from_a_file_but_not_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("k" * 40 + "\n")
    monkeypatch.setenv("OTKLIK_SECRET_KEY_FILE", str(tmp_path / "key"))
    assert env.secret_key() == "k" * 40

    monkeypatch.setenv("OTKLIK_SECRET_KEY", "k" * 40)
    with pytest.raises(EnvironmentRefused, match="not both"):
        env.secret_key()


def test_a_database_elsewhere_is_understood_as_libpq_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://olga:p%40ss@db.example.org:6432/desk?sslmode=require")

    entry = env.database()

    assert (entry["NAME"], entry["USER"], entry["PASSWORD"]) == ("desk", "olga", "p@ss")
    assert (entry["HOST"], entry["PORT"]) == ("db.example.org", "6432")
    assert entry["OPTIONS"]["sslmode"] == "require"
    assert not env.embedded()


def test_a_database_behind_a_socket_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql:///desk?host=/var/run/postgresql")

    assert env.database()["HOST"] == "/var/run/postgresql"


def test_a_refused_database_keeps_its_password_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://otklik:hunter2%@db.example.org/otklik")

    with pytest.raises(EnvironmentRefused) as refusal:
        env.database()

    assert "hunter2" not in str(refusal.value)


def test_proxies_are_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTKLIK_TRUSTED_PROXIES", "10.0.0.7/8, ::1")

    assert env.trusted_proxies() == [ip_network("10.0.0.0/8"), ip_network("::1")]
