"""PostgreSQL and Valkey out of packages: they start, keep what they have, and stop in order."""

import os
import signal
import tempfile
from pathlib import Path

import psycopg
import pytest
import redis

from standalone import embedded
from standalone.embedded import CannotStart, Postgres, Valkey, make_socket_folder, wipe


@pytest.fixture(scope="module")
def var():
    """A data folder that the service user may walk into; unix sockets want a short path."""
    folder = Path(tempfile.mkdtemp(prefix="hub-emb-"))
    folder.chmod(0o755)
    make_socket_folder(folder / "run")
    yield folder
    wipe(folder)
    assert not folder.exists()


@pytest.fixture(scope="module")
def postgres(var):
    server = Postgres(var / "pg", var / "run", fast=True)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def valkey(var):
    server = Valkey(var / "valkey", var / "run")
    server.start()
    yield server
    server.stop()


def ask(url, question):
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(question).fetchone()[0]


class TestPostgres:
    def test_answers_on_a_socket_and_on_no_port(self, postgres):
        assert ask(postgres.url("postgres"), "select current_user") == "hub"
        assert ask(postgres.url("postgres"), "show listen_addresses") == ""

    def test_runs_as_an_ordinary_user_on_a_closed_folder(self, postgres):
        status = Path(f"/proc/{postgres.process.pid}/status").read_text()
        assert "\nUid:\t0\t" not in status
        assert postgres.data.stat().st_mode & 0o077 == 0

    def test_speaks_utf_8_and_utc(self, postgres):
        url = postgres.url("postgres")
        assert ask(url, "show server_encoding") == "UTF8"
        assert ask(url, "show timezone") == "UTC"
        assert ask(url, "select datctype from pg_database where datname = 'postgres'") == "C.UTF-8"

    def test_finds_parts_of_chinese_words(self, postgres):
        """With locale C, pg_trgm takes no Chinese letter for one."""
        postgres.create("words")
        url = postgres.url("words")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("create extension pg_trgm")
        assert ask(url, "select array_length(show_trgm('共享集市'), 1)") > 0

    def test_makes_a_database_once(self, postgres):
        postgres.create("twice")
        with psycopg.connect(postgres.url("twice"), autocommit=True) as connection:
            connection.execute("create table kept (n int)")
        postgres.create("twice")
        assert ask(postgres.url("twice"), "select count(*) from kept") == 0

    def test_copies_a_template_and_drops_it_under_the_feet_of_its_users(self, postgres):
        postgres.create("model")
        with psycopg.connect(postgres.url("model"), autocommit=True) as connection:
            connection.execute("create table kept as select 7 as n")
        postgres.create("copy", template="model")
        with psycopg.connect(postgres.url("copy"), autocommit=True) as user:
            assert user.execute("select n from kept").fetchone() == (7,)
            postgres.drop("copy")
            with pytest.raises(psycopg.OperationalError):
                user.execute("select 1")
        postgres.drop("copy")  # what is not there need not be dropped
        known = "select count(*) from pg_database where datname = 'copy'"
        assert ask(postgres.url("postgres"), known) == 0

    def test_keeps_what_it_has_through_a_stop(self, postgres):
        postgres.create("hub")
        with psycopg.connect(postgres.url(), autocommit=True) as connection:
            connection.execute("create table if not exists kept as select 7 as n")
        postgres.stop()
        postgres.stop()  # stopping what stands is nothing
        with pytest.raises(psycopg.OperationalError):
            ask(postgres.url(), "select 1")
        postgres.start()
        assert ask(postgres.url(), "select n from kept") == 7

    def test_refuses_a_folder_that_another_server_holds(self, postgres, var):
        second = Postgres(postgres.data, var / "run2", fast=True)
        (var / "run2").mkdir(mode=0o755)
        with pytest.raises(CannotStart) as refused:
            second.start()
        assert "pg.log ends with" in str(refused.value)
        assert "lock file" in str(refused.value)
        assert ask(postgres.url("postgres"), "select 1") == 1

    def test_says_which_package_is_missing(self, monkeypatch, var):
        monkeypatch.setattr(embedded, "find_spec", lambda _: None)
        with pytest.raises(CannotStart, match="set DATABASE_URL instead"):
            Postgres(var / "other", var / "run").start()


class TestValkey:
    def test_answers_on_a_socket_and_on_no_port(self, valkey):
        with redis.Redis.from_url(valkey.url) as client:
            assert client.config_get("port")["port"] == "0"
            assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"

    @pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
    def test_keeps_what_it_has_through_a_stop(self, valkey, how):
        with redis.Redis.from_url(valkey.url) as client:
            client.set("kept", how.name)
            client.execute_command("WAITAOF", 1, 0, 5000)  # written to the disk, not only said
        valkey.stop(how=how)
        valkey.stop(how=how)
        valkey.start()
        with redis.Redis.from_url(valkey.url) as client:
            assert client.get("kept") == how.name.encode()

    def test_says_why_it_did_not_start(self, var):
        blocked = var / "blocked"
        blocked.mkdir()
        (blocked / "appendonlydir").write_text("a file where a folder should be")
        with pytest.raises(CannotStart, match="Valkey did not start"):
            Valkey(blocked, var / "run3").start()


class TestFolders:
    def test_sockets_are_closed_to_others(self, tmp_path):
        for _ in range(2):  # safe to run twice
            make_socket_folder(tmp_path / "a" / "run")
        mode = (tmp_path / "a" / "run").stat().st_mode & 0o777
        assert mode == (0o711 if os.geteuid() == 0 else 0o700)

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders to open")
    def test_root_opens_the_way_to_its_own_data_and_no_more(self, tmp_path):
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        embedded._let_through(closed / "pg")
        assert closed.stat().st_mode & 0o777 == 0o711

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes the service user")
    def test_a_folder_of_somebody_else_is_left_closed(self, tmp_path):
        closed = tmp_path / "theirs"
        closed.mkdir(mode=0o700)
        os.chown(closed, 12345, 12345)
        with pytest.raises(CannotStart, match="HUB_VAR"):
            embedded._let_through(closed / "pg")
        assert closed.stat().st_mode & 0o777 == 0o700

    def test_wiping_what_is_not_there_is_nothing(self, tmp_path):
        wipe(tmp_path / "nowhere")


def test_the_end_of_a_log_is_shown(tmp_path):
    log = tmp_path / "pg.log"
    assert embedded._tail(log) == ""
    log.write_bytes("\n".join(f"第{n}行" for n in range(20)).encode() + b"\nend \xff")
    assert embedded._tail(log, 2) == "第19行\nend \ufffd"
