"""Text messages by SMPP 3.4: one bind as transceiver, one submission at a time.

What people write is acknowledged only once it is kept: until then the message centre has it, and
brings it again.
"""

import logging
import select
import time
from collections.abc import Callable
from typing import Any

from smpplib import consts, exceptions
from smpplib.client import Client
from smpplib.smpp import make_pdu

from volunteer_hub.carriers.channels.inbound import Keep, is_kept, is_receipt, read_receipt
from volunteer_hub.carriers.channels.outcome import NotNow, Parcel, Receipt, Taken, Unclear
from volunteer_hub.carriers.channels.refusals import LATER, NotWritten, not_taken
from volunteer_hub.carriers.channels.route import Endpoint
from volunteer_hub.carriers.rules.texts import split_sms

ANSWERS_WITHIN = 20  # seconds
ANSWERS_A_LISTENER_WITHIN = 3  # who only listens does not keep others waiting for a silent centre
RECEIPTS_WITHIN = 0.2  # seconds to listen for receipts before saying goodbye
QUIET_AFTER = 0.5  # seconds without a word after which nothing more is waiting at the centre
# Seconds of silence after which a bind is asked whether it stands; asking costs a round trip. One
# that was closed shows itself without, one that broke silently just now by an unclear end.
IDLE = 5.0
PATIENCE = (0.5, 1.0, 2.0, 4.0)  # seconds between tries of a later part that is throttled
INTERNATIONAL, ISDN = 1, 1  # type of number, numbering plan
HEADER_FOLLOWS = consts.SMPP_GSMFEAT_UDHI
BROKEN = (OSError, exceptions.ConnectionError, exceptions.PDUError, exceptions.UnknownCommandError)
logging.getLogger("smpplib").setLevel(logging.WARNING)


class SmppChannel:
    """One bind, opened with the first message and used again for the next.

    `keep` stores what somebody wrote, for good, before it returns.
    """

    def __init__(self, find: Callable[[], Endpoint], *, keep: Keep | None = None) -> None:
        self._find, self._keep = find, keep
        self._client: Client | None = None
        self._from = ""
        self._receipts: list[Receipt] = []
        self._heard_at = 0.0  # monotonic seconds at which the centre last said something
        self._texts: list[Any] = []  # delivered to us, neither kept nor acknowledged yet

    def prepare(self, parcel: Parcel) -> None:
        """Bind, or make sure that the bind still stands."""
        if self._client is not None:
            try:
                self._make_sure()
            except BROKEN:
                self._drop()
        if self._client is None:
            self._client, self._heard_at = self._bind(), time.monotonic()

    def hand_over(self, parcel: Parcel) -> Taken:
        """Submit every part; the whole message is taken when its last part is."""
        try:
            self._make_sure()  # this process may have slept since it prepared
        except BROKEN as error:
            self._drop()
            raise NotNow("The bind was closed before the message left") from error
        parts = split_sms(parcel.body_text)
        reference = None
        for number, text in enumerate(parts, start=1):
            try:
                answer = self._submit(parcel, text, number, len(parts))
            except BROKEN as error:
                self._drop()
                said = f"{type(error).__name__} {error}".strip()
                if number == 1 and isinstance(error, NotWritten):
                    raise NotNow(f"The line is closed: {said}") from error
                raise Unclear(f"No answer to part {number} of {len(parts)}: {said}") from error
            if answer.status != consts.SMPP_ESME_ROK:
                raise not_taken(answer.status, number, len(parts))
            reference = (answer.message_id or b"").decode("latin-1")
        return Taken(f"Taken in {len(parts)} parts" if len(parts) > 1 else "Taken", reference)

    def abandon(self) -> None:
        """A bind has nothing to step back from."""

    def receipts(self) -> list[Receipt]:
        """Give what the network said; what people wrote meanwhile is kept and acknowledged."""
        try:
            self._keep_texts()
        except BROKEN:
            self._drop()
        found, self._receipts = self._receipts, []
        return found

    def listen(self, seconds: float) -> None:
        """Take what the centre has for us until it is silent or the time is over.

        :raises NotNow: if there is no bind
        """
        if self._client is None:
            self._client = self._bind(within=ANSWERS_A_LISTENER_WITHIN)
        try:
            self._hear_out(quiet=QUIET_AFTER, seconds=seconds)
        except BROKEN:
            self._drop()

    def close(self) -> None:
        if self._client is None:
            return
        try:
            self._hear_out(quiet=RECEIPTS_WITHIN, seconds=ANSWERS_WITHIN)
            self._exchange("unbind")
        except BROKEN:
            pass
        self._drop()

    def _bind(self, *, within: int = ANSWERS_WITHIN) -> Client:
        try:
            there = self._find()
        except (OSError, ValueError) as error:
            raise NotNow(f"No server: {error}", channel_is_down=True) from error
        self._from = there.sender
        client = Client(
            there.host,
            there.port,
            timeout=within,
            allow_unknown_opt_params=True,
            logger_name="smpplib",
        )
        try:
            client.connect()
            client.bind_transceiver(system_id=there.user, password=there.password)
        except BROKEN as error:
            _close(client)
            said = f"{type(error).__name__} {error}".strip()
            raise NotNow(f"No bind: {said}", channel_is_down=True) from error
        self._heard_at = time.monotonic()
        return client

    def _make_sure(self) -> None:
        """Hear what waits, as a goodbye does, and ask a bind that was silent for long."""
        client = self._client
        assert client is not None
        assert client._socket is not None
        while select.select([client._socket], [], [], 0)[0]:
            self._take_care_of(self._read(client))
        if time.monotonic() - self._heard_at > IDLE:
            self._exchange("enquire_link")

    def _read(self, client: Client) -> Any:
        pdu = client.read_pdu()
        self._heard_at = time.monotonic()
        return pdu

    def _submit(self, parcel: Parcel, text: str, number: int, total: int) -> Any:
        body = text.encode("utf-16-be")
        if total > 1:
            body = bytes([5, 0, 3, parcel.id % 256, total, number]) + body
        pauses = iter(PATIENCE)
        while True:
            answer = self._exchange(
                "submit_sm",
                source_addr=self._from,
                source_addr_ton=0,
                dest_addr_ton=INTERNATIONAL,
                dest_addr_npi=ISDN,
                destination_addr=parcel.address.removeprefix("+"),
                short_message=body,
                data_coding=consts.SMPP_ENCODING_ISO10646,
                esm_class=HEADER_FOLLOWS if total > 1 else 0,
                registered_delivery=1 if number == total else 0,
            )
            # A message whose first part was taken must not stop in the middle.
            pause = next(pauses, None)
            if answer.status not in LATER or number == 1 or pause is None:
                return answer
            time.sleep(pause)

    def _exchange(self, command: str, **values: Any) -> Any:
        """Send one request and wait for its answer; what comes in between is taken care of."""
        client = self._client
        assert client is not None
        request = make_pdu(command, client=client, **values)
        try:
            client.send_pdu(request)
        except exceptions.ConnectionError as error:
            raise NotWritten from error
        while True:
            pdu = self._read(client)
            if pdu.sequence == request.sequence and pdu.command in (
                f"{command}_resp",
                "generic_nack",
            ):
                return pdu
            self._take_care_of(pdu)

    def _hear_out(self, *, quiet: float, seconds: float) -> None:
        """Listen until the centre is silent for a while, we cannot keep a text, or time is over."""
        client = self._client
        assert client is not None
        assert client._socket is not None
        ends = time.monotonic() + seconds
        while time.monotonic() < ends and select.select([client._socket], [], [], quiet)[0]:
            self._take_care_of(self._read(client))
            if not self._keep_texts():
                break

    def _take_care_of(self, pdu: Any) -> None:
        if pdu.command == "enquire_link":
            self._answer(pdu)
        elif pdu.command == "unbind":
            self._answer(pdu)
            raise exceptions.ConnectionError("The centre says goodbye")
        elif pdu.command == "deliver_sm" and is_receipt(pdu):
            receipt = read_receipt(pdu)
            if receipt:
                self._receipts.append(receipt)
            self._answer(pdu)
        elif pdu.command == "deliver_sm":
            self._texts.append(pdu)

    def _keep_texts(self) -> bool:
        """Keep what people wrote, and only then tell the centre; False if one was not kept."""
        texts, self._texts = self._texts, []
        all_kept = True
        for pdu in texts:
            kept = self._keep is not None and is_kept(pdu, self._keep)
            status = consts.SMPP_ESME_ROK if kept else consts.SMPP_ESME_RX_T_APPN
            self._answer(pdu, status=status)
            all_kept &= kept
        return all_kept

    def _answer(self, pdu: Any, *, status: int = consts.SMPP_ESME_ROK) -> None:
        client = self._client
        assert client is not None
        answer = make_pdu(f"{pdu.command}_resp", client=client, status=status)
        answer.sequence = pdu.sequence
        client.send_pdu(answer)

    def _drop(self) -> None:
        self._texts.clear()  # not acknowledged: they come again with the next bind
        client, self._client = self._client, None
        if client is not None:
            _close(client)


def _close(client: Client) -> None:
    client.state = consts.SMPP_CLIENT_STATE_OPEN  # or it complains about closing while bound
    client.disconnect()
