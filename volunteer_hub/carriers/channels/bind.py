"""One bind to a message centre: what is written and read there, and whether it still stands."""

import logging
import select
import socket
import time
from collections.abc import Callable
from typing import Any

from smpplib import consts, exceptions
from smpplib.client import Client
from smpplib.smpp import make_pdu

from volunteer_hub.carriers.channels.outcome import NotNow
from volunteer_hub.carriers.channels.refusals import NotWritten
from volunteer_hub.carriers.channels.route import Endpoint

# Seconds of silence after which a bind is asked whether it stands; asking costs a round trip. One
# that was closed shows itself without, one that broke silently just now by an unclear end.
IDLE = 5.0
QUICK_ACK: int | None = getattr(socket, "TCP_QUICKACK", None)  # Linux; holds until the next word
BROKEN = (OSError, exceptions.ConnectionError, exceptions.PDUError, exceptions.UnknownCommandError)
logging.getLogger("smpplib").setLevel(logging.WARNING)


class Bind:
    """A bind as transceiver, as one thread uses it; whatever breaks it raises one of BROKEN."""

    def __init__(self, there: Endpoint, *, within: int) -> None:
        """Connect and introduce ourselves.

        :raises NotNow: if there is no bind
        """
        self.sender = there.sender
        self.client = Client(
            there.host,
            there.port,
            timeout=within,
            allow_unknown_opt_params=True,
            logger_name="smpplib",
        )
        try:
            self.client.connect()
            # Several requests leave one after another: none waits until the one before was heard.
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.client.bind_transceiver(system_id=there.user, password=there.password)
        except BROKEN as error:
            self.close()
            said = f"{type(error).__name__} {error}".strip()
            raise NotNow(f"No bind: {said}", channel_is_down=True) from error
        self.heard_at = time.monotonic()  # when the centre last said something

    @property
    def _socket(self) -> socket.socket:
        assert self.client._socket is not None
        return self.client._socket

    @property
    def is_idle(self) -> bool:
        return time.monotonic() - self.heard_at > IDLE

    def speaks(self, *, within: float) -> bool:
        """Wait up to so many seconds for a word of the centre."""
        return bool(select.select([self._socket], [], [], within)[0])

    def read(self) -> Any:
        """Read the centre's next word."""
        pdu = self.client.read_pdu()
        self._acknowledge_at_once()
        self.heard_at = time.monotonic()
        return pdu

    def _acknowledge_at_once(self) -> None:
        """Let the system say at once that the word has come, where it can.

        A centre that follows Nagle keeps its next small word back until then, for 40 ms.
        """
        if QUICK_ACK is not None:
            self._socket.setsockopt(socket.IPPROTO_TCP, QUICK_ACK, 1)

    def send(self, request: Any) -> int:
        """Write a request whole; give its number.

        :raises NotWritten: if it did not go out whole
        """
        try:
            self.client.send_pdu(request)
        except exceptions.ConnectionError as error:
            raise NotWritten from error
        return request.sequence

    def exchange(self, command: str, *, take_care_of: Callable[[Any], None]) -> None:
        """Send a request and wait for its answer; what comes in between is taken care of."""
        number = self.send(make_pdu(command, client=self.client))
        while True:
            pdu = self.read()
            if pdu.sequence == number and pdu.command in (f"{command}_resp", "generic_nack"):
                return
            take_care_of(pdu)

    def answer(self, pdu: Any, *, status: int = consts.SMPP_ESME_ROK) -> None:
        """Answer what the centre asked or brought."""
        answer = make_pdu(f"{pdu.command}_resp", client=self.client, status=status)
        answer.sequence = pdu.sequence
        self.client.send_pdu(answer)

    def close(self) -> None:
        self.client.state = (
            consts.SMPP_CLIENT_STATE_OPEN
        )  # or it complains about closing while bound
        self.client.disconnect()
