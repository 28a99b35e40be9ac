import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from otklik.config.env import StartRefused
from otklik.start import binaries, orphans, places
from otklik.start.account import Account
from otklik.start.postgres import Postgres

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes to another user; run the tests as root")

LONG = "a folder with spaces, a comma and a long name " + "x" * 90


def write(postgres: Postgres, text: str) -> None:
    with postgres.connect() as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (text text)")
        connection.execute("INSERT INTO note VALUES (%s)", [text])


def read(postgres: Postgres) -> list[str]:
    with postgres.connect() as connection:
        return [row[0] for row in connection.execute("SELECT text FROM note")]


def kill(postgres: Postgres) -> None:
    assert postgres.process
    postgres.process.kill()
    postgres.process.wait()


def test_a_new_database_knows_cyrillic_whatever_the_locale(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("PGDATA", "/nowhere")
    server = Postgres(empty, durable=False)
    server.start()
    try:
        with server.connect() as connection:
            row = connection.execute("SELECT lower('Я'), to_tsvector('russian', 'задачами')::text").fetchone()
    finally:
        server.stop()

    assert row == ("я", "'задач':1")


def test_only_the_socket_is_open_and_only_to_its_owner(postgres: Postgres) -> None:
    with postgres.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert stat.S_IMODE(places.socket_dir(postgres.data).stat().st_mode) == 0o700


def test_a_stop_leaves_no_process_and_a_start_finds_every_row(postgres: Postgres) -> None:
    write(postgres, "Здравствуйте")

    postgres.stop()
    assert orphans.workers(places.cluster_dir(postgres.data), postgres.account) == []
    postgres.start()

    assert read(postgres) == ["Здравствуйте"]


def test_a_killed_server_recovers_every_row(postgres: Postgres) -> None:
    write(postgres, "Здравствуйте")

    kill(postgres)
    postgres.start()

    assert read(postgres) == ["Здравствуйте"]


def test_a_start_waits_for_the_orphans_of_a_killed_server(postgres: Postgres) -> None:
    write(postgres, "Здравствуйте")
    busy = postgres.connect()
    busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 4000000)")
    busy.pgconn.flush()

    kill(postgres)
    postgres.start()
    busy.close()

    assert read(postgres) == ["Здравствуйте"]


def test_a_stranger_with_the_old_number_is_left_alone(postgres: Postgres) -> None:
    write(postgres, "Здравствуйте")
    kill(postgres)
    stranger = subprocess.Popen(["sleep", "60"], **postgres.account.popen_options())
    lock = places.cluster_dir(postgres.data) / "postmaster.pid"
    lock.write_text(lock.read_text().replace(lock.read_text().split("\n")[0], str(stranger.pid), 1))

    postgres.start()

    assert read(postgres) == ["Здравствуйте"]
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_cut_in_the_middle_of_making_is_made_good(data: Path) -> None:
    cluster = places.cluster_dir(data)
    cluster.rename(cluster.with_name("cluster.new"))
    server = Postgres(data, durable=False)

    server.start()
    server.stop()

    assert not cluster.with_name("cluster.new").exists()


def test_a_long_path_has_its_socket_elsewhere_and_leaves_none(empty: Path, made_once: Path) -> None:
    folder = empty / LONG
    folder.mkdir(mode=0o711)
    subprocess.run(["cp", "-a", made_once / "postgres", folder], check=True)
    server = Postgres(folder, durable=False)

    server.start()
    socket = places.socket_dir(folder)
    write(server, "Здравствуйте")
    server.stop()

    assert len(str(socket)) < 40
    assert not socket.exists()


def test_a_socket_folder_of_a_stranger_is_refused(empty: Path, made_once: Path) -> None:
    folder = empty / LONG
    folder.mkdir(mode=0o711)
    subprocess.run(["cp", "-a", made_once / "postgres", folder], check=True)
    places.socket_dir(folder).mkdir(mode=0o755)

    with pytest.raises(StartRefused, match="belongs to a stranger"):
        Postgres(folder).start()

    places.socket_dir(folder).rmdir()


def test_the_database_of_another_version_is_refused(data: Path) -> None:
    (places.cluster_dir(data) / "PG_VERSION").write_text("15\n")

    with pytest.raises(StartRefused, match=r"made by PostgreSQL 15.*docs/self-hosting.md"):
        Postgres(data).start()


@pytest.fixture
def closed(empty: Path) -> Path:
    """A home that only root may enter, as root's own is."""
    folder = empty / "closed"
    folder.mkdir(mode=0o700)
    return folder


@as_root
def test_under_a_closed_home_the_database_lives_in_a_system_folder(empty: Path, closed: Path) -> None:
    server = Postgres(closed, durable=False, system=empty / "lib")

    server.start()
    write(server, "Здравствуйте")
    server.stop()
    assert (closed / "postgres").is_symlink()
    assert str(empty / "lib") in server.notice

    server.start()
    assert read(server) == ["Здравствуйте"]
    server.stop()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@as_root
def test_who_removes_the_data_folder_begins_anew_and_hears_of_the_earlier_database(empty: Path, closed: Path) -> None:
    first = Postgres(closed, durable=False, system=empty / "lib")
    first.start()
    first.stop()
    earlier = places.home(closed)
    (closed / "postgres").unlink()

    second = Postgres(closed, durable=False, system=empty / "lib")
    second.start()
    second.stop()

    assert places.home(closed) != earlier
    assert str(earlier) in second.notice


@as_root
def test_a_database_that_vanished_is_not_replaced_silently(empty: Path, closed: Path) -> None:
    (closed / "postgres").symlink_to(empty / "lib" / "gone")

    with pytest.raises(StartRefused, match=r"Restore .*gone"):
        Postgres(closed).start()


@as_root
def test_programs_under_a_closed_home_are_copied_once(empty: Path, closed: Path) -> None:
    account = Account("nobody", 65534, 65534)
    shipped = closed / "packages"
    shipped.symlink_to(binaries.packages())

    copy = binaries.installation(account, shipped=shipped, cache=empty / "cache")
    made_at = copy.stat().st_ctime_ns
    made = empty / "cluster"
    made.mkdir()
    os.chown(made, account.uid, account.gid)
    subprocess.run([copy / "bin" / "initdb", "--no-sync", made], cwd="/", check=True, **account.popen_options())

    assert binaries.installation(account, shipped=shipped, cache=empty / "cache") == copy
    assert copy.stat().st_ctime_ns == made_at
    assert len(list((empty / "cache").iterdir())) == 1


@pytest.fixture
def parent(data: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that starts PostgreSQL, says so, and waits."""
    program = (
        "import sys, time; from pathlib import Path; from otklik.start.postgres import Postgres; "
        "p = Postgres(Path(sys.argv[1])); p.start(); print('ready', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(data)], stdout=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_who_kills_the_parent_kills_the_server(parent: subprocess.Popen[bytes], data: Path) -> None:
    assert parent.stdout and parent.stdout.readline() == b"ready\n"
    parent.send_signal(signal.SIGKILL)
    parent.wait()

    # A start finds nobody at work, or waits until nobody is.
    server = Postgres(data)
    server.start()
    server.stop()
