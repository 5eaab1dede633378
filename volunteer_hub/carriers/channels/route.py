"""Which server a channel speaks to, read from the settings' URLs."""

import base64
import binascii
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

DEFAULT_PORTS = {"smtp": 25, "smpp": 2775}
SINK = "sink"
WEB = ("http", "https")
WEB_PORTS = {"kannel": (13013, 13013), "webhook": (80, 443)}  # without and with TLS
FLAGS = {"yes": True, "no": False}
SECRET_BYTES = (24, 64)  # Standard Webhooks 1.0, of a symmetric secret
AT_ONCE, MOST_AT_ONCE = 2, 100  # messages under way on one bind
WINDOW = 86_400  # seconds for which most providers remember a key
# What each channel's address may begin with.
SCHEMES = {
    "email": ("smtp",),
    "sms": ("smpp", "kannel+http", "kannel+https", "webhook+http", "webhook+https"),
}


class Endpoint(NamedTuple):
    """A server and the account there; `tls` is empty, starttls or implicit.

    `at_once`: how many messages a message centre lets be under way on one bind.
    """

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: str = ""
    sender: str = ""
    at_once: int = AT_ONCE


class WebEndpoint(NamedTuple):
    """An address that takes text messages by HTTP; `path` carries what else the operator wrote."""

    host: str
    port: int
    tls: bool
    path: str
    user: str = ""
    password: str = ""
    sender: str = ""
    secret: bytes = b""
    idempotent: bool = False
    window: int = WINDOW  # seconds


def find(url: str, scheme: str) -> Endpoint:
    """Read smtp://user:pass@host:port?tls=starttls,
    smpp://id:pass@host:port?from=10690000&at_once=10, or sink://path: a file in which a receiving
    server on this machine wrote its port.

    :raises ValueError: if the URL is none of these
    :raises OSError: if the receiving server has not written its port yet
    """
    parts, port = _split(url)
    if parts.scheme == SINK:
        written = Path(url.removeprefix(f"{SINK}://")).read_text()
        return Endpoint("127.0.0.1", int(written), user="hub" if scheme == "smpp" else "")
    if parts.scheme != scheme or not parts.hostname:
        raise ValueError(f"The address must begin with {scheme}:// and name a host.")
    query = dict(_query(parts))
    if query.get("tls", "") not in ("", "none", "starttls", "implicit"):
        raise ValueError("tls must be none, starttls or implicit.")
    return Endpoint(
        host=parts.hostname,
        port=port or DEFAULT_PORTS[scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=query.get("tls", "").replace("none", ""),
        sender=query.get("from", ""),
        at_once=_at_once(query.get("at_once", str(AT_ONCE))),
    )


def find_web(url: str) -> WebEndpoint:
    """Read kannel+http://user:pass@host:13013/cgi-bin/sendsms?from=10690000, or
    webhook+https://host/path?secret=whsec_…&from=…&idempotent=yes&window=86400.

    :raises ValueError: if the URL is neither
    """
    parts, port = _split(url)
    kind, _, web = parts.scheme.partition("+")
    if kind not in WEB_PORTS or web not in WEB or not parts.hostname:
        raise ValueError(
            "The address must begin with kannel+http(s):// or webhook+http(s):// and name a host."
        )
    query = dict(_query(parts))
    idempotent, window = query.pop("idempotent", "no"), query.pop("window", str(WINDOW))
    if idempotent not in FLAGS:
        raise ValueError("idempotent must be yes or no.")
    if not (window.isascii() and window.isdecimal()) or int(window) < 1:
        raise ValueError("window must be a number of seconds.")
    sender, secret = query.pop("from", ""), query.pop("secret", "")
    path = quote(unquote(parts.path), safe="/") or "/"
    found = WebEndpoint(
        host=parts.hostname,
        port=port or WEB_PORTS[kind][web == "https"],
        tls=web == "https",
        path=f"{path}?{urlencode(query)}" if query else path,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sender=sender,
        secret=_secret(secret) if kind == "webhook" else b"",
        idempotent=FLAGS[idempotent],
        window=int(window),
    )
    if kind == "kannel" and not (found.user and found.password and parts.path.strip("/")):
        raise ValueError("The address must name user, password and path, as /cgi-bin/sendsms.")
    return found


def check(url: str, channel: str) -> None:
    """Refuse an address that no channel can be opened with; a sink may start later.

    :raises ValueError: with a sentence for the operator, which never repeats the address: it
        holds a password
    """
    scheme = _split(url)[0].scheme
    if scheme == SINK:
        return
    if scheme not in SCHEMES[channel]:
        begins = ", ".join(f"{known}://" for known in SCHEMES[channel])
        raise ValueError(f"The address must begin with one of {begins} and name a host.")
    if scheme in DEFAULT_PORTS:
        find(url, scheme)
    else:
        find_web(url)


def _split(url: str) -> tuple[SplitResult, int | None]:
    """Part a URL, port aside; what the library says of a bad one may repeat a password."""
    try:
        parts = urlsplit(url)
        return parts, parts.port
    except ValueError:
        raise ValueError(
            "The address is none; signs as / : @ # in a password are written as %2F %3A %40 %23."
        ) from None


def _query(parts: SplitResult) -> list[tuple[str, str]]:
    """Read the query; a plus is a plus, as in base64 and +8610690000, and no space."""
    return parse_qsl(parts.query.replace("+", "%2B"), keep_blank_values=True)


def _at_once(written: str) -> int:
    number = int(written) if written.isascii() and written.isdecimal() else 0
    if not 1 <= number <= MOST_AT_ONCE:
        raise ValueError(f"at_once must be a whole number from 1 to {MOST_AT_ONCE}.")
    return number


def _secret(written: str) -> bytes:
    """Read a secret of Standard Webhooks: base64, with or without whsec_ before it."""
    least, most = SECRET_BYTES
    try:
        secret = base64.b64decode(written.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        secret = b""
    if not least <= len(secret) <= most:
        raise ValueError(f"secret must be whsec_ and {least} to {most} bytes in base64.")
    return secret
