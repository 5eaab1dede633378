"""A real SMSC on loopback (SMPP 3.4) that puts long messages together and keeps what it accepts.

It also passes on receipts, and what phones write, in order; each is brought again until somebody
says yes to it.
"""

import asyncio
import secrets
import socket
from dataclasses import dataclass
from datetime import UTC, datetime

import smpp34

from standalone.sinks.faults import Faults
from standalone.sinks.inbox import Inbox
from standalone.sinks.phones import Phones, Written

LONG_MESSAGE = 0x40  # esm_class: a user data header stands before the text
RECEIPT = 0x04  # esm_class: this is a delivery receipt
UCS2 = 0x08  # data_coding
THROTTLED = 0x58  # command_status: try again later
RECEIPTED_MESSAGE_ID, MESSAGE_STATE = 0x001E, 0x0427  # tags of a receipt's optional parameters
USER_MESSAGE_REFERENCE = 0x0204  # tag: the number of what a phone wrote
INTERNATIONAL, ISDN = 1, 1  # type of number, numbering plan
SERVICE = "10690000"  # the number that phones write to
LOOKS_EVERY = 0.05  # seconds between two looks for what phones wrote
PORTS_TRIED = 5


@dataclass(frozen=True, slots=True)
class Owed:
    """What became of a message, for the address `to` that sent it to a phone."""

    to: str
    phone: str
    number: str
    is_off: bool


class Smsc:
    """Answers binds and submissions, and tells the sender when a phone has got its message."""

    def __init__(self, inbox: Inbox, faults: Faults, phones: Phones) -> None:
        self.inbox, self.faults, self.phones = inbox, faults, phones
        self.phones_off: set[str] = set()  # numbers whose receipts say UNDELIV
        self._esmes: dict[str, smpp34.Esme] = {}
        self._parts: dict[tuple[str, int, int], dict[int, bytes]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: list[smpp34.SubmitSmEvent] = []  # accepted, never answered
        self._owed: list[Owed] = []  # receipts that nobody has said yes to

    async def start(self) -> int:
        """Listen on a free loopback port and name it."""
        for _ in range(PORTS_TRIED):
            port = _free_port()
            self._server = smpp34.Server("127.0.0.1", port, system_id="sink")
            try:
                await self._server.start()
            except (OSError, smpp34.SmppError):
                continue  # somebody took the port in between
            self._begin(self._listen())
            self._begin(self._pass_on())
            return port
        raise OSError("No free port was found for the SMSC.")

    async def stop(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await self._server.stop()

    async def _listen(self) -> None:
        while True:
            event = await self._server.next()
            if isinstance(event, smpp34.Esme):
                self._esmes[event.session_id] = event
            elif isinstance(event, smpp34.Unbound):
                self._esmes.pop(event.session_id, None)
            else:
                self._begin(self._take(event))

    def _begin(self, work: object) -> None:
        task = asyncio.ensure_future(work)  # type: ignore[arg-type]
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take(self, event: smpp34.SubmitSmEvent) -> None:
        await self.faults.at("submit")
        if self.faults.delay:
            await asyncio.sleep(self.faults.delay)
        if event.destination_addr in self.faults.answers:
            event.reject(int(self.faults.answers[event.destination_addr], 0))
            return
        if self.faults.refuses():
            event.reject(THROTTLED)
            return
        number = secrets.token_hex(8)
        self._keep(event, number)
        await self.faults.at("accepted")
        if self.faults.loses():
            self._held.append(event)
            return
        event.accept(number)
        if event.registered_delivery & 1:
            await self.faults.at("receipt")
            await self._tell(event, number)

    def _keep(self, event: smpp34.SubmitSmEvent, number: str) -> None:
        text = self._whole(event)
        if text is not None:
            self.inbox.keep(
                to=event.destination_addr, sender=event.source_addr, text=text, number=number
            )

    def _whole(self, event: smpp34.SubmitSmEvent) -> str | None:
        """Give the text once its last part has come.

        Parts are joined before they are read, as phones do: Kannel cuts characters of two units.
        """
        body = event.short_message
        encoding = "utf-16-be" if event.data_coding == UCS2 else "latin-1"
        if not event.esm_class & LONG_MESSAGE:
            return body.decode(encoding)
        header, body = body[: body[0] + 1], body[body[0] + 1 :]
        reference, total, part = header[3], header[4], header[5]
        key = (event.destination_addr, reference, total)
        parts = self._parts.setdefault(key, {})
        parts[part] = body
        if len(parts) < total:
            return None
        del self._parts[key]
        return b"".join(parts[index] for index in sorted(parts)).decode(encoding)

    async def _tell(self, event: smpp34.SubmitSmEvent, number: str) -> None:
        """Bring a receipt; without a yes it is owed to whoever binds next."""
        off = event.destination_addr in self.phones_off
        owed = Owed(event.source_addr, event.destination_addr, number, is_off=off)
        if not await self._is_heard(owed, self._esmes.get(event.session_id)):
            self._owed.append(owed)

    async def _is_heard(self, owed: Owed, esme: smpp34.Esme | None) -> bool:
        if esme is None or not esme.can_receive:
            return False
        now = f"{datetime.now(UTC):%y%m%d%H%M}"
        text = (
            f"id:{owed.number} sub:001 dlvrd:{0 if owed.is_off else 1:03} submit date:{now}"
            f" done date:{now} stat:{'UNDELIV' if owed.is_off else 'DELIVRD'} err:000 text:"
        )
        state = smpp34.Tlv(MESSAGE_STATE, bytes([5 if owed.is_off else 2]))
        which = smpp34.Tlv(RECEIPTED_MESSAGE_ID, owed.number.encode() + b"\0")
        try:
            answer = await esme.deliver_sm(
                owed.to,
                text.encode("latin-1"),
                source_addr=owed.phone,
                esm_class=RECEIPT,
                tlvs=[which, state],
            )
        except (smpp34.SmppError, OSError):  # the sender may have gone
            return False
        return answer.is_success

    async def _pass_on(self) -> None:
        """Deliver what is owed, and what phones wrote, to whoever is bound, one by one."""
        while True:
            await asyncio.sleep(LOOKS_EVERY)
            while self._owed and await self._is_heard(self._owed[0], self._anybody()):
                del self._owed[0]
            for text in self.phones.waiting():
                if not await self._is_taken(text):
                    break  # what was written later waits behind it

    def _anybody(self) -> smpp34.Esme | None:
        return next((one for one in self._esmes.values() if one.can_receive), None)

    async def _is_taken(self, text: Written) -> bool:
        """Deliver one text; without a yes it stays, and comes again with the next bind."""
        esme = self._anybody()
        if esme is None:
            return False
        await self.faults.at("deliver")
        number = smpp34.Tlv(USER_MESSAGE_REFERENCE, text.reference.to_bytes(2, "big"))
        try:
            answer = await esme.deliver_sm(
                SERVICE,
                text.text.encode("utf-16-be"),
                source_addr=text.sender,
                source_addr_ton=INTERNATIONAL,
                source_addr_npi=ISDN,
                data_coding=UCS2,
                tlvs=[number],
            )
        except (smpp34.SmppError, OSError):
            return False
        if answer.is_success:
            self.phones.forget(text)
        return answer.is_success


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
