"""Read every setting from the environment, once, and fail loudly on a bad one.

The names are the public surface of the service; README.md lists them.
"""

import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

from volunteer_hub.carriers.channels import route, ways

# Unix sockets refuse paths beyond this many bytes on every system we run on.
LONGEST_SOCKET_FOLDER = 80


class BadSetting(Exception):
    """A setting is missing or cannot be used; the message says which and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the operator decided. URLs are complete; folders are absolute."""

    environment: str
    var: Path
    sockets: Path
    database_url: str
    redis_url: str
    embedded_database: bool
    embedded_redis: bool
    secret_key: str
    host: str
    port: int
    public_url: str
    smtp_url: str
    sms_url: str
    mail_from: str
    sms_signature: str
    sms_filing: bool  # only texts leave that the provider has approved
    timezone: ZoneInfo
    currency: str
    metrics_token: str
    demo_sign_ins: bool
    presence_share: int  # percent of a shift
    day_cap_hours: int
    declare_within_days: int
    dispute_days: int
    mailings_a_day: int  # of one place

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def demo_sinks(self) -> bool:
        """Tell whether letters end in the built-in receiving servers."""
        return self.smtp_url.startswith("sink://") and self.sms_url.startswith("sink://")


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """Build the settings from the environment.

    :raises BadSetting: naming the variable and what it should be
    """
    environment = environ.get("HUB_ENV") or "development"
    if environment not in ("development", "production"):
        raise BadSetting(f"HUB_ENV is {environment!r}; it must be development or production.")
    var = Path(environ.get("HUB_VAR") or "var").resolve()
    sockets = _socket_folder(var)
    host = environ.get("HUB_HOST") or "127.0.0.1"
    port = _whole(environ, "HUB_PORT", "8000", least=1, most=65535)
    settings = Settings(
        environment=environment,
        var=var,
        sockets=sockets,
        database_url=_database_url(environ.get("DATABASE_URL", ""), sockets),
        redis_url=_redis_url(environ.get("REDIS_URL") or f"unix://{sockets}/valkey.sock"),
        embedded_database=not environ.get("DATABASE_URL"),
        embedded_redis=not environ.get("REDIS_URL"),
        secret_key=_secret_key(environ, var, environment),
        host=host,
        port=port,
        public_url=_public_url(environ.get("HUB_PUBLIC_URL") or f"http://{host}:{port}"),
        smtp_url=_carriers(environ, "HUB_SMTP_URL", "email") or f"sink://{sockets}/smtp.port",
        sms_url=_carriers(environ, "HUB_SMS_URL", "sms") or f"sink://{sockets}/smsc.port",
        mail_from=environ.get("HUB_MAIL_FROM") or "Volunteer Hub <hub@volunteer-hub.example>",
        sms_signature=environ.get("HUB_SMS_SIGNATURE") or "邻里志愿",
        sms_filing=_sms_filing(environ, environment),
        timezone=_timezone(environ.get("HUB_TIMEZONE") or "Asia/Shanghai"),
        currency=_currency(environ.get("HUB_CURRENCY") or "CNY"),
        metrics_token=environ.get("HUB_METRICS_TOKEN", ""),
        demo_sign_ins=_flag(environ, "HUB_DEMO_SIGN_INS", default=environment == "development"),
        presence_share=_whole(environ, "HUB_PRESENCE_SHARE", "60", least=0, most=100),
        day_cap_hours=_whole(environ, "HUB_DAY_CAP_HOURS", "8", least=1, most=24),
        declare_within_days=_whole(environ, "HUB_DECLARE_WITHIN_DAYS", "14", least=0, most=365),
        dispute_days=_whole(environ, "HUB_DISPUTE_DAYS", "7", least=1, most=90),
        mailings_a_day=_whole(environ, "HUB_MAILINGS_A_DAY", "5", least=0, most=100),
    )
    try:
        ways.all_ways(smtp=settings.smtp_url, sms=settings.sms_url)
    except ValueError as error:
        raise BadSetting(f"HUB_SMTP_URL, HUB_SMS_URL: {error}") from None
    if settings.production:
        _ensure_ready_for_production(environ, settings)
    return settings


def _ensure_ready_for_production(environ: Mapping[str, str], settings: Settings) -> None:
    needed = ("DATABASE_URL", "REDIS_URL", "HUB_SMTP_URL", "HUB_PUBLIC_URL", "SECRET_KEY")
    missing = [name for name in needed if not environ.get(name)]
    if missing:
        raise BadSetting(f"Production needs {', '.join(missing)} to be set.")
    if len(settings.secret_key) < 32:
        raise BadSetting("SECRET_KEY is too short; give at least 32 random characters.")
    if settings.demo_sign_ins:
        raise BadSetting("HUB_DEMO_SIGN_INS must be off in production.")


def _database_url(given: str, sockets: Path) -> str:
    url = given or f"postgresql://hub@/hub?host={sockets}/pg"
    scheme, there, rest = url.partition("://")
    if not there or scheme.split("+")[0] not in ("postgresql", "postgres"):
        raise BadSetting("DATABASE_URL must begin with postgresql://; no other database is used.")
    return f"postgresql+psycopg://{rest}"


def _redis_url(url: str) -> str:
    broker(url)  # refuses what the broker could not be reached by
    return url


def _public_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise BadSetting(f"HUB_PUBLIC_URL is {url!r}; it must be like https://hub.example.org.")
    return url.rstrip("/")


def _carriers(environ: Mapping[str, str], name: str, channel: str) -> str:
    """Check each address of a channel; a password in it is not repeated."""
    given = environ.get(name, "")
    for number, url in enumerate(given.split(), start=1):
        try:
            route.check(url, channel)
        except ValueError as error:
            raise BadSetting(f"{name}, address {number}: {error}") from None
    return given


def _currency(code: str) -> str:
    if not (code.isascii() and code.isalpha() and code.isupper() and len(code) == 3):
        raise BadSetting(f"HUB_CURRENCY is {code!r}; it must be an ISO 4217 code like CNY.")
    return code


def _socket_folder(var: Path) -> Path:
    """Keep sockets beside the data, or in a short folder when the path is too long."""
    if len(str(var / "run").encode()) <= LONGEST_SOCKET_FOLDER:
        return var / "run"
    digest = hashlib.sha256(str(var).encode()).hexdigest()[:12]
    return Path(f"/tmp/volunteer-hub-{digest}")  # noqa: S108  (named by the data folder, made 0700)


def _secret_key(environ: Mapping[str, str], var: Path, environment: str) -> str:
    given = environ.get("SECRET_KEY", "")
    if given or environment == "production":
        return given
    kept = var / "secret_key"
    if not kept.exists():
        var.mkdir(parents=True, exist_ok=True)
        fresh = var / f"secret_key.{secrets.token_hex(8)}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        try:
            kept.hardlink_to(fresh)  # the first of several processes wins; all read the same key
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return kept.read_text()


def _sms_filing(environ: Mapping[str, str], environment: str) -> bool:
    """Hold back unfiled texts in production once a real carrier of texts is named."""
    named = environ.get("HUB_SMS_URL", "")
    real = environment == "production" and bool(named) and not named.startswith("sink://")
    given = environ.get("HUB_SMS_FILING") or ("required" if real else "off")
    if given not in ("required", "off"):
        raise BadSetting(f"HUB_SMS_FILING is {given!r}; it must be required or off.")
    return given == "required"


def _whole(environ: Mapping[str, str], name: str, usual: str, *, least: int, most: int) -> int:
    given = environ.get(name) or usual
    if not (given.isascii() and given.isdecimal()) or not least <= int(given) <= most:
        raise BadSetting(f"{name} is {given!r}; it must be a number from {least} to {most}.")
    return int(given)


def _timezone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # OSError: the name of a folder of zones
        raise BadSetting(f"HUB_TIMEZONE is {name!r}; it must be like Asia/Shanghai.") from error


def _flag(environ: Mapping[str, str], name: str, *, default: bool) -> bool:
    words = {"1": True, "true": True, "on": True, "0": False, "false": False, "off": False}
    given = environ.get(name, "")
    if given and given.lower() not in words:
        raise BadSetting(f"{name} is {given!r}; it must be on or off.")
    return words.get(given.lower(), default)


def broker(redis_url: str) -> dict[str, object]:
    """Configure Celery's broker: redis://, rediss://, redis+sentinel:// or unix://.

    Why each value: docs/decisions/0005-celery-only-wakes.md.
    """
    scheme, _, rest = redis_url.partition("://")
    options: dict[str, object] = {
        "socket_timeout": 10,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "health_check_interval": 15,
        "visibility_timeout": 120,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "global_keyprefix": "vh:",
    }
    names = {"unix": "redis+socket", "redis+sentinel": "sentinel"}
    if scheme not in ("redis", "rediss", *names):
        raise BadSetting("REDIS_URL must begin with redis://, rediss:// or redis+sentinel://.")
    if scheme == "redis+sentinel":
        hosts, database, options["master_name"] = _sentinel(rest)
        url = ";".join(f"sentinel://{host}/{database}" for host in hosts.split(","))
        return {"broker_url": url, "broker_transport_options": options}
    return {
        "broker_url": f"{names.get(scheme, scheme)}://{rest}",
        "broker_transport_options": options,
    }


def limiter_storage(redis_url: str) -> str:
    """Name the same server for the rate limits."""
    scheme, _, rest = redis_url.partition("://")
    if scheme == "redis+sentinel":
        hosts, _, master = _sentinel(rest)
        return f"redis+sentinel://{hosts}/{master}"
    return f"redis+unix://{rest}" if scheme == "unix" else redis_url


def _sentinel(rest: str) -> tuple[str, str, str]:
    """Read host:26379,host2:26379/0?master=name as hosts, database and master."""
    where, _, query = rest.partition("?")
    hosts, _, database = where.partition("/")
    return hosts, database, dict(parse_qsl(query)).get("master", "mymaster")
