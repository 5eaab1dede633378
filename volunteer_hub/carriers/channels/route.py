"""Which server a channel speaks to, read from the settings' URLs."""

from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

DEFAULT_PORTS = {"smtp": 25, "smpp": 2775}
SINK = "sink"


class Endpoint(NamedTuple):
    """A server and the account there; `tls` is empty, starttls or implicit."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: str = ""
    sender: str = ""


def find(url: str, scheme: str) -> Endpoint:
    """Read smtp://user:pass@host:port?tls=starttls, smpp://id:pass@host:port?from=10690000,
    or sink://path: a file in which a receiving server on this machine wrote its port.

    :raises ValueError: if the URL is none of these
    :raises OSError: if the receiving server has not written its port yet
    """
    parts = urlsplit(url)
    if parts.scheme == SINK:
        port = Path(url.removeprefix(f"{SINK}://")).read_text()
        return Endpoint("127.0.0.1", int(port), user="hub" if scheme == "smpp" else "")
    if parts.scheme != scheme or not parts.hostname:
        raise ValueError(f"The address must begin with {scheme}:// and name a host.")
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if query.get("tls", "") not in ("", "none", "starttls", "implicit"):
        raise ValueError("tls must be none, starttls or implicit.")
    return Endpoint(
        host=parts.hostname,
        port=parts.port or DEFAULT_PORTS[scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=query.get("tls", "").replace("none", ""),
        sender=query.get("from", ""),
    )
