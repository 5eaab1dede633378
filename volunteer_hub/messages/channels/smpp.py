"""Text messages by SMPP 3.4: one bind as transceiver, one submission at a time."""

import logging
import re
import time
from collections.abc import Callable
from typing import Any

from smpplib import consts, exceptions
from smpplib.client import Client
from smpplib.smpp import make_pdu

from volunteer_hub.messages.channels.outcome import NotNow, Parcel, Receipt, Refused, Taken, Unclear
from volunteer_hub.messages.channels.route import Endpoint
from volunteer_hub.messages.rules import split_sms

ANSWERS_WITHIN = 20  # seconds
RECEIPTS_WITHIN = 0.2  # seconds to listen for receipts before saying goodbye
PATIENCE = (0.5, 1.0, 2.0, 4.0)  # seconds between tries of a later part that is throttled
INTERNATIONAL, ISDN = 1, 1  # type of number, numbering plan
MESSAGE_TYPE, RECEIPT = 0x3C, 0x04  # bits of esm_class, and what they say of a delivery receipt
HEADER_FOLLOWS = consts.SMPP_GSMFEAT_UDHI
LATER = frozenset(
    {
        consts.SMPP_ESME_RSYSERR,
        consts.SMPP_ESME_RMSGQFUL,
        consts.SMPP_ESME_RTHROTTLED,
        consts.SMPP_ESME_RSUBMITFAIL,
        consts.SMPP_ESME_RX_T_APPN,
        consts.SMPP_ESME_RINVBNDSTS,
    }
)
NO_SUCH_NUMBER = frozenset({consts.SMPP_ESME_RINVDSTADR})
ARRIVED, UNDER_WAY = 2, (0, 1, 6)  # message_state: DELIVERED; SCHEDULED, ENROUTE, ACCEPTED
WORDS = {"DELIVRD": ARRIVED, "ENROUTE": 1, "ACCEPTD": 6}
BROKEN = (OSError, exceptions.ConnectionError, exceptions.PDUError, exceptions.UnknownCommandError)
logging.getLogger("smpplib").setLevel(logging.WARNING)


class SmppChannel:
    """One bind, opened with the first message and used again for the next."""

    def __init__(self, find: Callable[[], Endpoint]) -> None:
        self._find = find
        self._client: Client | None = None
        self._from = ""
        self._receipts: list[Receipt] = []

    def prepare(self, parcel: Parcel) -> None:
        """Bind, or make sure that the bind still stands."""
        if self._client is not None:
            try:
                self._exchange("enquire_link")
            except BROKEN:
                self._drop()
        if self._client is None:
            self._client = self._bind()

    def hand_over(self, parcel: Parcel) -> Taken:
        """Submit every part; the whole message is taken when its last part is."""
        parts = split_sms(parcel.body_text)
        reference = None
        for number, text in enumerate(parts, start=1):
            try:
                answer = self._submit(parcel, text, number, len(parts))
            except BROKEN as error:
                self._drop()
                said = f"{type(error).__name__} {error}".strip()
                raise Unclear(f"No answer to part {number} of {len(parts)}: {said}") from error
            if answer.status != consts.SMPP_ESME_ROK:
                raise _not_taken(answer.status, number, len(parts))
            reference = (answer.message_id or b"").decode("latin-1")
        return Taken(f"Taken in {len(parts)} parts" if len(parts) > 1 else "Taken", reference)

    def abandon(self) -> None:
        """A bind has nothing to step back from."""

    def receipts(self) -> list[Receipt]:
        found, self._receipts = self._receipts, []
        return found

    def close(self) -> None:
        if self._client is None:
            return
        try:
            self._listen()
            self._exchange("unbind")
        except BROKEN:
            pass
        self._drop()

    def _bind(self) -> Client:
        try:
            there = self._find()
        except (OSError, ValueError) as error:
            raise NotNow(f"No server: {error}", channel_is_down=True) from error
        self._from = there.sender
        client = Client(
            there.host,
            there.port,
            timeout=ANSWERS_WITHIN,
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
        return client

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
        client.send_pdu(request)
        while True:
            pdu: Any = client.read_pdu()
            if pdu.sequence == request.sequence and pdu.command in (
                f"{command}_resp",
                "generic_nack",
            ):
                return pdu
            self._take_care_of(pdu)

    def _listen(self) -> None:
        client = self._client
        assert client is not None
        assert client._socket is not None
        client._socket.settimeout(RECEIPTS_WITHIN)
        try:
            while True:
                self._take_care_of(client.read_pdu())
        except TimeoutError:
            client._socket.settimeout(ANSWERS_WITHIN)

    def _take_care_of(self, pdu: Any) -> None:
        client = self._client
        assert client is not None
        if pdu.command not in ("deliver_sm", "enquire_link"):
            return
        answer = make_pdu(f"{pdu.command}_resp", client=client)
        answer.sequence = pdu.sequence
        if pdu.command == "deliver_sm" and pdu.esm_class & MESSAGE_TYPE == RECEIPT:
            receipt = _read_receipt(pdu)
            if receipt:
                self._receipts.append(receipt)
        client.send_pdu(answer)

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            _close(client)


def _close(client: Client) -> None:
    client.state = consts.SMPP_CLIENT_STATE_OPEN  # or it complains about closing while bound
    client.disconnect()


def _not_taken(status: int, number: int, total: int) -> NotNow | Refused | Unclear:
    said = f"{status:#x} {consts.DESCRIPTIONS.get(status, 'Unknown status')}"
    if number > 1:
        return Unclear(f"Part {number} of {total} was refused, earlier parts were taken: {said}")
    if status in LATER:
        return NotNow(said)
    return Refused(said, address_is_bad=status in NO_SUCH_NUMBER)


def _read_receipt(pdu: Any) -> Receipt | None:
    """Read a receipt by its optional parameters, or by the text that older centres write."""
    text = (pdu.short_message or b"").decode("latin-1")
    written = re.search(r"id:(\S+).*stat:(\w+)", text)
    reference = (pdu.receipted_message_id or b"").decode("latin-1").rstrip("\0")
    state = pdu.message_state
    if written:
        reference = reference or written[1]
        state = state or WORDS.get(written[2], 0 if written[2] == "UNKNOWN" else 5)
    if not reference or state in UNDER_WAY or state is None:
        return None
    return Receipt(
        reference, state == ARRIVED, f"stat:{written[2]}" if written else f"state {state}"
    )
