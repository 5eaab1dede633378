"""One connection by HTTP, kept open between two requests, that tells how far one got."""

import http.client
import select
import ssl
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

from volunteer_hub.carriers.channels.outcome import NotNow, Parcel, Unclear
from volunteer_hub.carriers.channels.route import WebEndpoint

CONNECTS_WITHIN = 10.0  # seconds
ANSWERS_WITHIN = 20.0  # seconds; shorter than a lease, so that nobody else takes over meanwhile
# Seconds after which a connection is not trusted any more.  Many servers close an idle one after
# five; a request sent into the closing could not be told from one that was taken.
IDLE = 3.0
LONGEST = 65_536  # bytes read of an answer
BROKEN = (OSError, http.client.HTTPException)


class Answer(NamedTuple):
    """What the other side said."""

    status: int
    body: str

    def __str__(self) -> str:
        return f"{self.status} {' '.join(self.body.split())[:200]}".strip()


class HttpLine:
    """`connect`, then `ask`; what fails in the first, or before all was sent, is certain."""

    def __init__(self) -> None:
        self._connection: http.client.HTTPConnection | None = None
        self._used_at = 0.0  # monotonic seconds

    def connect(self, there: WebEndpoint) -> None:
        """Connect, unless a connection stands that was used just now.

        :raises NotNow: and nothing has happened
        """
        if self._connection is not None and not self._stands():
            self.close()
        if self._connection is not None:
            return
        connection = _connection(there)
        try:
            connection.connect()
        except BROKEN as error:
            connection.close()
            raise NotNow(f"No connection: {_name(error)}", channel_is_down=True) from error
        assert connection.sock is not None
        connection.sock.settimeout(ANSWERS_WITHIN)
        self._connection, self._used_at = connection, time.monotonic()

    def ask(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answer:
        """Send a request and read its answer.

        :raises NotNow: if the request did not leave whole: then nobody acts on it
        :raises Unclear: if it left and no whole answer came
        """
        connection = self._connection
        assert connection is not None
        try:
            connection.request(method, path, body=body, headers=dict(headers))
        except BROKEN as error:
            self.close()
            raise NotNow(f"The request did not leave: {_name(error)}") from error
        try:
            response = connection.getresponse()
            said = Answer(response.status, response.read(LONGEST).decode(errors="replace"))
        except BROKEN as error:
            self.close()
            raise Unclear(f"No answer to the request: {_name(error)}") from error
        self._used_at = time.monotonic()
        if response.will_close or not response.isclosed():
            self.close()
        return said

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _stands(self) -> bool:
        """Tell whether it was used just now and is silent: a word out of turn is a goodbye."""
        assert self._connection is not None
        if self._connection.sock is None or time.monotonic() - self._used_at > IDLE:
            return False
        return not select.select([self._connection.sock], [], [], 0)[0]


class HttpChannel:
    """What channels by HTTP share: one connection, used again while it is fresh.

    What became of a message is brought to the door for receipts, if at all.
    """

    def __init__(self, find: Callable[[], WebEndpoint]) -> None:
        self._find = find
        self._there: WebEndpoint | None = None
        self.line = HttpLine()

    @property
    def there(self) -> WebEndpoint:
        """Where the prepared message goes."""
        assert self._there is not None
        return self._there

    def prepare(self, parcel: Parcel) -> None:
        """Connect, or make sure that the connection still stands."""
        try:
            self._there = self._find()
        except (OSError, ValueError) as error:
            raise NotNow(f"No server: {error}", channel_is_down=True) from error
        self.line.connect(self._there)

    def abandon(self) -> None:
        """A connection without a request has nothing to step back from."""

    def keep_heard(self) -> None:
        """What becomes of a letter is not said on this way."""

    def close(self) -> None:
        self.line.close()


def _connection(there: WebEndpoint) -> http.client.HTTPConnection:
    # auto_open would let the library connect again by itself in the middle of a request.
    if there.tls:
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            there.host, there.port, timeout=CONNECTS_WITHIN, context=_trust()
        )
    else:
        connection = http.client.HTTPConnection(there.host, there.port, timeout=CONNECTS_WITHIN)
    connection.auto_open = 0
    return connection


@cache
def _trust() -> ssl.SSLContext:
    """Read the trusted authorities once: it takes longer than a message."""
    return ssl.create_default_context()


def _name(error: BaseException) -> str:
    return f"{type(error).__name__} {error}".strip()
