"""Every setting: what it defaults to, what it refuses, and what is made of it."""

import subprocess
import sys
from pathlib import Path
from threading import Barrier, Thread

import pytest

import config
from config import BadSetting, broker, limiter_storage, read

LONG_SECRET = "x" * 32
PRODUCTION = {
    "HUB_ENV": "production",
    "DATABASE_URL": "postgresql://hub@db/hub",
    "REDIS_URL": "redis://valkey:6379/0",
    "HUB_SMTP_URL": "smtp://mail:25",
    "HUB_PUBLIC_URL": "https://hub.example.org",
    "SECRET_KEY": LONG_SECRET,
}


def settings(var=Path("/srv/hub"), **given):
    """Nothing is written when the secret is given."""
    return read({"HUB_VAR": str(var), "SECRET_KEY": LONG_SECRET, **given})


def test_nothing_needs_to_be_set():
    found = settings()
    assert found.environment == "development"
    assert found.embedded_database
    assert found.embedded_redis
    assert found.database_url == "postgresql+psycopg://hub@/hub?host=/srv/hub/run/pg"
    assert found.redis_url == "unix:///srv/hub/run/valkey.sock"
    assert (found.host, found.port) == ("127.0.0.1", 8000)
    assert found.public_url == "http://127.0.0.1:8000"
    assert str(found.timezone) == "Asia/Shanghai"
    assert found.currency == "CNY"
    assert found.demo_sinks
    assert found.demo_sign_ins
    assert (found.presence_share, found.day_cap_hours) == (60, 8)
    assert (found.declare_within_days, found.dispute_days) == (14, 7)
    assert not found.production


def test_an_empty_setting_is_an_unset_one():
    names = ("HUB_ENV", "HUB_HOST", "HUB_PORT", "HUB_TIMEZONE", "HUB_CURRENCY", "HUB_MAIL_FROM")
    names += ("HUB_SMS_SIGNATURE", "HUB_PUBLIC_URL", "HUB_SMTP_URL", "DATABASE_URL", "REDIS_URL")
    names += ("HUB_PRESENCE_SHARE", "HUB_DAY_CAP_HOURS", "HUB_DECLARE_WITHIN_DAYS")
    assert settings(**dict.fromkeys(names, "")) == settings()


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("HUB_ENV", "staging", "development or production"),
        ("HUB_PORT", "http", "from 1 to 65535"),
        ("HUB_PORT", "0", "from 1 to 65535"),
        ("HUB_PORT", "65536", "from 1 to 65535"),
        ("HUB_PORT", "-1", "from 1 to 65535"),
        ("HUB_PORT", "８０００", "from 1 to 65535"),
        ("HUB_PRESENCE_SHARE", "101", "from 0 to 100"),
        ("HUB_PRESENCE_SHARE", "60%", "from 0 to 100"),
        ("HUB_DAY_CAP_HOURS", "0", "from 1 to 24"),
        ("HUB_DAY_CAP_HOURS", "25", "from 1 to 24"),
        ("HUB_DAY_CAP_HOURS", "7.5", "from 1 to 24"),
        ("HUB_DECLARE_WITHIN_DAYS", "366", "from 0 to 365"),
        ("HUB_DISPUTE_DAYS", "0", "from 1 to 90"),
        ("HUB_MAILINGS_A_DAY", "101", "from 0 to 100"),
        ("HUB_TIMEZONE", "Mars/Olympus", "Asia/Shanghai"),
        ("HUB_TIMEZONE", "Asia", "Asia/Shanghai"),
        ("HUB_TIMEZONE", "../etc/passwd", "Asia/Shanghai"),
        ("HUB_CURRENCY", "yuan", "ISO 4217"),
        ("HUB_CURRENCY", "cny", "ISO 4217"),
        ("HUB_CURRENCY", "元元元", "ISO 4217"),
        ("HUB_PUBLIC_URL", "hub.example.org", "https://"),
        ("HUB_PUBLIC_URL", "ftp://hub.example.org", "https://"),
        ("HUB_PUBLIC_URL", "https://hub.example.org/?a=b", "https://"),
        ("HUB_DEMO_SIGN_INS", "perhaps", "on or off"),
        ("DATABASE_URL", "mysql://hub@db/hub", "postgresql://"),
        ("DATABASE_URL", "sqlite:///hub.db", "postgresql://"),
        ("DATABASE_URL", "postgresql", "postgresql://"),
        ("REDIS_URL", "valkey:6379", "redis://"),
        ("REDIS_URL", "amqp://rabbit", "redis://"),
        ("HUB_SMTP_URL", "mail.example.org", "smtp://"),
        ("HUB_SMTP_URL", "smpp://smsc", "smtp://"),
        ("HUB_SMTP_URL", "smtp://mail?tls=maybe", "none, starttls or implicit"),
        ("HUB_SMTP_URL", "smtp://one smtp://two:port", "address 2"),
        ("HUB_SMS_URL", "smtp://mail", "kannel+http"),
        ("HUB_SMS_URL", "smpp://", "name a host"),
        ("HUB_SMS_URL", "smpp://id:pw@one?weight=many", "whole number from 0 to 100"),
        ("HUB_SMS_URL", "smpp://id:pw@one?per_second=0", "above 0"),
        ("HUB_SMS_URL", "smpp://id:pw@one?name=a smpp://id:pw@two?name=a", "Two carriers"),
        ("HUB_SMS_URL", "kannel+http://smsc/cgi-bin/sendsms", "user, password and path"),
        ("HUB_SMS_URL", "webhook+https://host/path", "whsec_"),
        ("HUB_SMS_URL", "webhook+https://host/path?secret=whsec_c2hvcnQ=", "24 to 64 bytes"),
    ],
)
def test_a_bad_setting_is_refused_by_name(name, value, hint):
    with pytest.raises(BadSetting) as refused:
        settings(**{name: value})
    assert name in str(refused.value)
    assert hint in str(refused.value)


def test_a_bad_address_is_refused_without_its_password():
    with pytest.raises(BadSetting) as refused:
        settings(HUB_SMS_URL="smpp://id:s3cret@smsc kannel+http://hub:s3cret/x@smsc/sendsms")
    assert "s3cret" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_several_carriers_may_be_named():
    urls = "smpp://id:pw@one?name=one&weight=60 smpp://id:pw@two:2776?from=10690000"
    assert settings(HUB_SMS_URL=urls).sms_url == urls


@pytest.mark.parametrize("word", ["1", "true", "on", "ON"])
def test_on(word):
    assert settings(HUB_DEMO_SIGN_INS=word).demo_sign_ins is True


@pytest.mark.parametrize("word", ["0", "false", "off", "Off"])
def test_off(word):
    assert settings(HUB_DEMO_SIGN_INS=word).demo_sign_ins is False


@pytest.mark.parametrize(
    "given",
    [
        "postgresql://hub:secret@db:5432/hub?sslmode=require",
        "postgres://hub:secret@db:5432/hub?sslmode=require",
        "postgresql+psycopg2://hub:secret@db:5432/hub?sslmode=require",
    ],
)
def test_the_database_is_reached_by_psycopg(given):
    found = settings(DATABASE_URL=given)
    assert found.database_url == "postgresql+psycopg://hub:secret@db:5432/hub?sslmode=require"
    assert not found.embedded_database


def test_the_public_address_has_no_trailing_slash():
    found = settings(HUB_PUBLIC_URL="https://example.org/hub/")
    assert found.public_url == "https://example.org/hub"


class TestProduction:
    def test_starts_when_everything_is_said(self, tmp_path):
        found = read({**PRODUCTION, "HUB_VAR": str(tmp_path)})
        assert found.production
        assert not found.demo_sign_ins
        assert not found.demo_sinks

    @pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "HUB_ENV"])
    @pytest.mark.parametrize("empty", [True, False])
    def test_refuses_a_missing_setting(self, tmp_path, name, empty):
        environ = {**PRODUCTION, "HUB_VAR": str(tmp_path)}
        environ.pop(name)
        if empty:
            environ[name] = ""
        with pytest.raises(BadSetting, match=name):
            read(environ)

    def test_makes_no_secret_of_its_own(self, tmp_path):
        with pytest.raises(BadSetting):
            read({**PRODUCTION, "SECRET_KEY": "", "HUB_VAR": str(tmp_path)})
        assert list(tmp_path.iterdir()) == []

    def test_refuses_a_short_secret(self, tmp_path):
        with pytest.raises(BadSetting, match="SECRET_KEY"):
            read({**PRODUCTION, "SECRET_KEY": "x" * 31, "HUB_VAR": str(tmp_path)})

    def test_refuses_demo_sign_ins(self, tmp_path):
        with pytest.raises(BadSetting, match="HUB_DEMO_SIGN_INS"):
            read({**PRODUCTION, "HUB_DEMO_SIGN_INS": "on", "HUB_VAR": str(tmp_path)})


class TestSecretKey:
    def test_is_made_once_and_kept_for_its_owner_only(self, tmp_path):
        first = read({"HUB_VAR": str(tmp_path)}).secret_key
        assert len(first) >= 32
        assert read({"HUB_VAR": str(tmp_path)}).secret_key == first
        kept = tmp_path / "secret_key"
        assert kept.read_text() == first
        assert kept.stat().st_mode & 0o077 == 0

    def test_processes_that_start_together_read_the_same(self, tmp_path):
        program = "import config, sys; print(config.read({'HUB_VAR': sys.argv[1]}).secret_key)"
        command = [sys.executable, "-c", program, str(tmp_path)]
        root = Path(config.__file__).parent
        started = [
            subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) for _ in range(4)
        ]
        said = [process.communicate()[0].strip() for process in started]
        assert said[0]
        assert set(said) == {said[0]}
        assert [p.name for p in tmp_path.iterdir()] == ["secret_key"]

    def test_so_do_processes_of_one_number_in_several_containers(self, tmp_path):
        """Threads share their process's number, as the first processes of containers do."""
        said, together = [], Barrier(8)

        def start():
            together.wait()
            said.append(read({"HUB_VAR": str(tmp_path)}).secret_key)

        threads = [Thread(target=start) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(said) == 8
        assert len(set(said)) == 1


class TestSocketFolder:
    def test_stands_beside_the_data(self):
        assert settings(Path("/srv/hub")).sockets == Path("/srv/hub/run")

    @pytest.mark.parametrize(("name", "short"), [("v" * 71, False), ("v" * 72, True)])
    def test_moves_at_eighty_bytes(self, name, short):
        sockets = settings(Path("/srv", name)).sockets
        assert sockets.is_relative_to("/srv") is not short
        assert len(str(sockets / "pg" / ".s.PGSQL.5432").encode()) < 100

    def test_counts_bytes_not_letters(self):
        deep = Path("/srv", "志愿" * 13)
        assert len(str(deep / "run")) < 40
        assert not settings(deep).sockets.is_relative_to("/srv")

    def test_is_the_same_again_and_another_for_another_folder(self):
        one, other = Path("/srv", "a" * 90), Path("/srv", "b" * 90)
        assert settings(one).sockets == settings(one).sockets
        assert settings(one).sockets != settings(other).sockets


BROKERS = [
    ("redis://h:6379/1", "redis://h:6379/1", "redis://h:6379/1"),
    ("rediss://u:p@h:6380/1", "rediss://u:p@h:6380/1", "rediss://u:p@h:6380/1"),
    ("unix:///run/v.sock", "redis+socket:///run/v.sock", "redis+unix:///run/v.sock"),
    (
        "redis+sentinel://a:26379,b:26379/2?master=hub",
        "sentinel://a:26379/2;sentinel://b:26379/2",
        "redis+sentinel://a:26379,b:26379/hub",
    ),
    ("redis+sentinel://a:26379", "sentinel://a:26379/", "redis+sentinel://a:26379/mymaster"),
]


@pytest.mark.parametrize(("url", "for_celery", "for_limits"), BROKERS)
def test_one_address_serves_the_broker_and_the_limits(url, for_celery, for_limits):
    assert broker(url)["broker_url"] == for_celery
    assert limiter_storage(url) == for_limits


@pytest.mark.parametrize(("url", "for_celery", "for_limits"), BROKERS)
def test_both_libraries_understand_the_address(url, for_celery, for_limits):
    """Neither connects before it is asked something."""
    from celery import Celery
    from limits.storage import storage_from_string

    with Celery(set_as_current=False, **broker(url)).connection_for_write() as connection:
        assert connection.transport.driver_type == "redis"
    assert storage_from_string(for_limits)


def test_the_broker_s_options():
    options = broker("redis+sentinel://a,b/0?master=hub")["broker_transport_options"]
    assert options["master_name"] == "hub"
    assert options["global_keyprefix"] == "vh:"
    assert options["socket_timeout"] > 0
    assert "master_name" not in broker("redis://h")["broker_transport_options"]
