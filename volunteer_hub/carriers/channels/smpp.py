"""Text messages by SMPP 3.4: one bind as transceiver, several submissions under way at once.

What the centre brings, receipts and what people write, is acknowledged only once it is kept: until
then the message centre has it, and brings it again.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

from smpplib import consts, exceptions

from volunteer_hub.carriers.channels.bind import BROKEN, Bind
from volunteer_hub.carriers.channels.inbound import Delivered, Keep, KeepReceipts
from volunteer_hub.carriers.channels.outcome import HandOverFailed, NotNow, Parcel, Taken
from volunteer_hub.carriers.channels.refusals import NotWritten
from volunteer_hub.carriers.channels.route import Endpoint
from volunteer_hub.carriers.channels.window import ANSWERS_WITHIN, Passage, Said, Window

ANSWERS_A_LISTENER_WITHIN = 3  # who only listens does not keep others waiting for a silent centre
RECEIPTS_WITHIN = 0.2  # seconds to listen for receipts before saying goodbye
QUIET_AFTER = 0.5  # seconds without a word after which nothing more is waiting at the centre
# Who listens keeps together what comes in one go. A short pause ends it: a centre may wait for our
# word before it brings the next. So does a number, so that nothing grows.
GATHERS_FOR, GATHERS = 0.02, 100
YES, NOT_YET = consts.SMPP_ESME_ROK, consts.SMPP_ESME_RX_T_APPN


class SmppChannel:
    """One bind, opened with the first message and used again for the next.

    `keep` stores what somebody wrote, `keep_receipts` what the network said, for good, before they
    return.
    """

    def __init__(
        self,
        find: Callable[[], Endpoint],
        *,
        keep: Keep | None = None,
        keep_receipts: KeepReceipts | None = None,
    ) -> None:
        self._find = find
        self._bind: Bind | None = None
        self._delivered = Delivered(keep, keep_receipts)

    @property
    def at_once(self) -> int:
        """Say how many messages the centre lets be under way on one bind."""
        try:
            return self._find().at_once
        except (OSError, ValueError):
            return 1

    def prepare(self, parcel: Parcel) -> None:
        """Bind, or make sure that the bind still stands."""
        if self._bind is not None:
            try:
                self._make_sure(self._bind)
            except BROKEN:
                self._drop()
        if self._bind is None:
            self._bind = self._open()

    def hand_over(self, parcel: Parcel) -> Taken:
        """Submit every part; the whole message is taken when its last part is."""
        ((_, came),) = chain.from_iterable(self.hand_over_all([parcel]))
        if isinstance(came, HandOverFailed):
            raise came
        return came

    def hand_over_all(self, parcels: Sequence[Parcel]) -> Iterator[list[Said]]:
        """Submit one message after another without waiting; give what came of each once known."""
        bind, window = self._bind, Window(parcels)
        assert bind is not None
        try:
            self._make_sure(bind)  # this process may have slept since it prepared
        except BROKEN:
            self._drop()
            closed = NotNow("The bind was closed before the message left")
            yield [(parcel, closed) for parcel in parcels]
            return
        while window.is_open:
            try:
                self._go_on(window, bind)
            except BROKEN as error:
                if isinstance(error, NotWritten):
                    _hear_last_words(window, bind)
                self._drop()
                window.break_off(error)
            if window.has_news:
                yield window.tell()
        if window.was_silent:
            self._drop()

    def abandon(self) -> None:
        """A bind has nothing to step back from."""

    def keep_heard(self) -> None:
        """Keep what the network said and people wrote meanwhile, and tell the centre."""
        try:
            if self._bind is not None:
                self._keep_all(self._bind)
        except BROKEN:
            self._drop()

    def listen(self, seconds: float) -> None:
        """Take what the centre has for us until it is silent or the time is over.

        :raises NotNow: if there is no bind
        """
        if self._bind is None:
            self._bind = self._open(within=ANSWERS_A_LISTENER_WITHIN)
        try:
            self._hear_out(self._bind, quiet=QUIET_AFTER, seconds=seconds)
        except BROKEN:
            self._drop()

    def close(self) -> None:
        if self._bind is None:
            return
        try:
            self._hear_out(self._bind, quiet=RECEIPTS_WITHIN, seconds=ANSWERS_WITHIN)
            self._bind.exchange("unbind", take_care_of=self._take_care_of)
        except BROKEN:
            pass
        self._drop()

    def _open(self, *, within: int = ANSWERS_WITHIN) -> Bind:
        try:
            there = self._find()
        except (OSError, ValueError) as error:
            raise NotNow(f"No server: {error}", channel_is_down=True) from error
        return Bind(there, within=within)

    def _make_sure(self, bind: Bind) -> None:
        """Hear what waits, as a goodbye does, and ask a bind that was silent for long."""
        while bind.speaks(within=0):
            self._take_care_of(bind.read())
        if bind.is_idle:
            bind.exchange("enquire_link", take_care_of=self._take_care_of)

    def _go_on(self, window: Window, bind: Bind) -> None:
        """Submit what may leave, and hear one word of the centre, if it says one in time."""

        def write(passage: Passage) -> int:
            return bind.send(passage.request(bind.client, bind.sender))

        window.submit(write)
        if bind.speaks(within=window.wait()):
            pdu = bind.read()
            if not window.hears(pdu):
                self._take_care_of(pdu)
        window.give_up_overdue()

    def _hear_out(self, bind: Bind, *, quiet: float, seconds: float) -> None:
        """Listen until the centre is silent for a while, we cannot keep a word, or time is over."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            waiting = len(self._delivered)
            if bind.speaks(within=GATHERS_FOR if waiting else quiet):
                self._take_care_of(bind.read())
                if waiting < GATHERS:
                    continue
            if not waiting or not self._keep_all(bind):
                return
        self._keep_all(bind)

    def _take_care_of(self, pdu: Any) -> None:
        assert self._bind is not None
        if pdu.command == "enquire_link":
            self._bind.answer(pdu)
        elif pdu.command == "unbind":
            self._bind.answer(pdu)
            raise exceptions.ConnectionError("The centre says goodbye")
        elif pdu.command == "deliver_sm" and not self._delivered.takes(pdu):
            self._bind.answer(pdu)

    def _keep_all(self, bind: Bind) -> bool:
        """Keep what came, and only then tell the centre; False if something was not kept."""
        verdicts = self._delivered.keep_all()
        for pdu, kept in verdicts:
            bind.answer(pdu, status=YES if kept else NOT_YET)
        return all(kept for _, kept in verdicts)

    def _drop(self) -> None:
        self._delivered.forget()  # not acknowledged: it comes again with the next bind
        bind, self._bind = self._bind, None
        if bind is not None:
            bind.close()


def _hear_last_words(window: Window, bind: Bind) -> None:
    """Read what was answered before the line broke, and write nothing more into it."""
    try:
        while bind.speaks(within=0):
            window.hears(bind.read())
    except BROKEN:
        pass
