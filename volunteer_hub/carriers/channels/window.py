"""Text messages under way at once on one bind: what was submitted, and what came of each."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from smpplib import consts
from smpplib.client import Client
from smpplib.smpp import make_pdu

from volunteer_hub.carriers.channels.outcome import HandOverFailed, NotNow, Parcel, Taken, Unclear
from volunteer_hub.carriers.channels.refusals import LATER, not_taken
from volunteer_hub.carriers.rules.texts import split_sms

ANSWERS_WITHIN = 20  # seconds
TOLD_WITHIN = 0.5  # seconds: no longer do answers wait for a slow one of the same window
PATIENCE = (0.5, 1.0, 2.0, 4.0)  # seconds between tries of a later part that is throttled
INTERNATIONAL, ISDN = 1, 1  # type of number, numbering plan
HEADER_FOLLOWS = consts.SMPP_GSMFEAT_UDHI
ANSWERS = ("submit_sm_resp", "generic_nack")

Said = tuple[Parcel, Taken | HandOverFailed]


class Passage:
    """One message on its way; its next part leaves once the last one was taken."""

    def __init__(self, parcel: Parcel) -> None:
        self.parcel, self.parts = parcel, split_sms(parcel.body_text)
        self.number = 1  # of the part that is under way, or leaves next
        self.not_before = 0.0  # monotonic seconds
        self.until = 0.0  # monotonic seconds up to which the answer to the part is awaited
        self._pauses = iter(PATIENCE)

    def request(self, client: Client, sender: str) -> Any:
        """Build the submission of the part that leaves next."""
        total = len(self.parts)
        body = self.parts[self.number - 1].encode("utf-16-be")
        if total > 1:
            body = bytes([5, 0, 3, self.parcel.id % 256, total, self.number]) + body
        return make_pdu(
            "submit_sm",
            client=client,
            source_addr=sender,
            source_addr_ton=0,
            dest_addr_ton=INTERNATIONAL,
            dest_addr_npi=ISDN,
            destination_addr=self.parcel.address.removeprefix("+"),
            short_message=body,
            data_coding=consts.SMPP_ENCODING_ISO10646,
            esm_class=HEADER_FOLLOWS if total > 1 else 0,
            registered_delivery=1 if self.number == total else 0,
        )

    def hear(self, answer: Any) -> Taken | HandOverFailed | None:
        """Read the answer to a part; None if there is more to submit."""
        total, status = len(self.parts), answer.status
        if status == consts.SMPP_ESME_ROK:
            if self.number == total:
                reference = (answer.message_id or b"").decode("latin-1")
                return Taken(f"Taken in {total} parts" if total > 1 else "Taken", reference)
            self.number, self._pauses = self.number + 1, iter(PATIENCE)
            return None
        pause = next(self._pauses, None)
        if status not in LATER or self.number == 1 or pause is None:
            return not_taken(status, self.number, total)
        # A message whose first part was taken must not stop in the middle.
        self.not_before = time.monotonic() + pause
        return None

    def broken_off(self, said: str, *, written: bool) -> HandOverFailed:
        """Say what is known of it when the bind broke."""
        if self.number == 1 and not written:
            return NotNow(f"The line is closed: {said}")
        return Unclear(f"No answer to part {self.number} of {len(self.parts)}: {said}")


class Window:
    """Every message counts for itself, whatever becomes of its neighbours."""

    def __init__(self, parcels: Iterable[Parcel]) -> None:
        self._to_leave = [Passage(parcel) for parcel in parcels]
        self._under_way: dict[int, Passage] = {}  # by the number of the request
        self._said: list[Said] = []
        self._tells_at = 0.0  # monotonic seconds
        self.was_silent = False  # an answer did not come in time

    @property
    def is_open(self) -> bool:
        return bool(self._to_leave or self._under_way)

    @property
    def has_news(self) -> bool:
        """Tell whether it is time to hear what is known so far."""
        ripe = not self.is_open or time.monotonic() >= self._tells_at
        return bool(self._said) and ripe

    def tell(self) -> list[Said]:
        """Give what became known since one asked last."""
        said, self._said = self._said, []
        return said

    def submit(self, write: Callable[[Passage], int]) -> None:
        """Let leave what may leave now, one after another; `write` gives a request's number."""
        now = time.monotonic()
        for passage in [one for one in self._to_leave if one.not_before <= now]:
            number = write(passage)
            self._to_leave.remove(passage)
            passage.until = now + ANSWERS_WITHIN
            self._under_way[number] = passage

    def hears(self, pdu: Any) -> bool:
        """Take an answer; False if it is none to what is under way here."""
        passage = self._under_way.pop(pdu.sequence, None) if pdu.command in ANSWERS else None
        if passage is None:
            return False
        came = passage.hear(pdu)
        if came is None:
            self._to_leave.append(passage)
        else:
            self._end(passage, came)
        return True

    def wait(self) -> float:
        """Say for how many seconds one may listen before something is to be done."""
        moments = [one.until for one in self._under_way.values()]
        moments += [one.not_before for one in self._to_leave]
        moments += [self._tells_at] if self._said else []
        return max(min(moments, default=0.0) - time.monotonic(), 0.0)

    def give_up_overdue(self) -> None:
        """End what was not answered in time; the others are waited for."""
        now = time.monotonic()
        for number, passage in tuple(self._under_way.items()):
            if passage.until <= now:
                self.was_silent = True
                del self._under_way[number]
                self._end(passage, passage.broken_off("TimeoutError", written=True))

    def break_off(self, error: BaseException) -> None:
        """The bind broke: what was not written stays, of what was not answered nobody knows."""
        said = f"{type(error).__name__} {error}".strip()
        for passages, written in ((self._under_way.values(), True), (self._to_leave, False)):
            for passage in passages:
                self._end(passage, passage.broken_off(said, written=written))
        self._under_way, self._to_leave = {}, []

    def _end(self, passage: Passage, came: Taken | HandOverFailed) -> None:
        if not self._said:
            self._tells_at = time.monotonic() + TOLD_WITHIN
        self._said.append((passage.parcel, came))
