"""What a message centre delivers: receipts of the network, and texts that people wrote."""

import hashlib
import logging
import re
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

from smpplib import consts

from volunteer_hub.carriers.channels.outcome import Receipt, Text

MESSAGE_TYPE, RECEIPT = 0x3C, 0x04  # bits of esm_class, and what they say of a delivery receipt
ARRIVED, UNDER_WAY = 2, (0, 1, 6)  # message_state: DELIVERED; SCHEDULED, ENROUTE, ACCEPTED
WORDS = {"DELIVRD": ARRIVED, "ENROUTE": 1, "ACCEPTD": 6}
# data_coding of what people write; 0xF is how centres in China mark GB 18030.
ENCODINGS = {
    **dict.fromkeys((0x0, 0x1, 0x3), "latin-1"),
    consts.SMPP_ENCODING_ISO10646: "utf-16-be",
    0xF: "gb18030",
}
LONG_IN_ONE, LONG_IN_SIX = 0x00, 0x08  # information elements of a header: part of a longer text
LONGEST = 1_000  # signs kept of one text
AT_HOME, DIGITS_AT_HOME, INTERNATIONAL = "86", 11, 1
E164 = re.compile(r"[+][1-9][0-9]{6,14}")
log = logging.getLogger(__name__)

Keep = Callable[[Text], None]  # stores a text for good before it returns
KeepReceipts = Callable[[Sequence[Receipt]], None]  # so does this with receipts


class Delivered:
    """What a centre brought and still holds: it waits for our word that we keep it."""

    def __init__(self, keep: Keep | None, keep_receipts: KeepReceipts | None) -> None:
        self._keep, self._keep_receipts = keep, keep_receipts
        self._receipts: list[tuple[Any, Receipt]] = []
        self._texts: list[Any] = []

    def __len__(self) -> int:
        return len(self._receipts) + len(self._texts)

    def takes(self, pdu: Any) -> bool:
        """Take what is to be kept; False if there is nothing to keep, as of "under way"."""
        if not is_receipt(pdu):
            self._texts.append(pdu)
            return True
        receipt = read_receipt(pdu)
        if receipt is not None:
            self._receipts.append((pdu, receipt))
        return receipt is not None

    def keep_all(self) -> list[tuple[Any, bool]]:
        """Keep what came since one asked last; tell of each whether it is kept."""
        receipts, texts = self._receipts, self._texts
        self.forget()
        verdicts = [(pdu, self._keep is not None and is_kept(pdu, self._keep)) for pdu in texts]
        if receipts:
            said, keep = [receipt for _, receipt in receipts], self._keep_receipts
            kept = keep is not None and are_kept(said, keep)
            verdicts += [(pdu, kept) for pdu, _ in receipts]
        return verdicts

    def forget(self) -> None:
        self._receipts, self._texts = [], []


def is_receipt(pdu: Any) -> bool:
    """Tell what the network says of a message from what a person wrote."""
    return pdu.esm_class & MESSAGE_TYPE == RECEIPT


def read_receipt(pdu: Any) -> Receipt | None:
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


def is_kept(pdu: Any, keep: Keep) -> bool:
    """Keep what a person wrote; False if that broke: the centre still has it and tries again."""
    try:
        text = read_text(pdu)
        if text is None:
            log.info("Something that no phone wrote, or that is no text, was left")
        else:
            keep(text)
    except Exception:
        log.exception("A text could not be kept")
        return False
    return True


def are_kept(receipts: Sequence[Receipt], keep: KeepReceipts) -> bool:
    """Keep what the network said, all or none of it; False if that broke."""
    try:
        keep(receipts)
    except Exception:
        log.exception("%s receipts could not be kept", len(receipts))
        return False
    return True


def read_text(pdu: Any) -> Text | None:
    """Read what a person wrote; None if it comes from no phone or is no text.

    A part of a longer text carries an ellipsis, so that nobody takes its last sign for an answer.
    """
    sender = read_sender(_latin(pdu.source_addr), kind=pdu.source_addr_ton or 0)
    encoding = ENCODINGS.get(pdu.data_coding or 0)
    if sender is None or encoding is None:
        return None
    body = bytes(pdu.short_message or pdu.message_payload or b"")
    is_part = (pdu.sar_total_segments or 0) > 1
    if (pdu.esm_class or 0) & consts.SMPP_GSMFEAT_UDHI:
        is_part, body = _cut_header(body)
    written = body.decode(encoding, errors="replace").replace("\0", "")
    text = f"…{written}…" if is_part else written
    return Text(sender, text[:LONGEST], _reference(pdu, body))


def read_sender(address: str, *, kind: int) -> str | None:
    """Write a sender's address as E.164; None for short codes and names.

    :param kind: the type of number: 1 is international
    """
    digits = re.sub(r"[\s()-]", "", address)
    if kind == INTERNATIONAL or digits.startswith(("+", "00")):
        number = f"+{digits.removeprefix('+').removeprefix('00')}"
    elif len(digits) == DIGITS_AT_HOME and digits.startswith("1"):
        number = f"+{AT_HOME}{digits}"
    elif len(digits) == DIGITS_AT_HOME + 2 and digits.startswith(AT_HOME):
        number = f"+{digits}"
    else:
        return None
    return number if E164.fullmatch(number) else None


def _cut_header(body: bytes) -> tuple[bool, bytes]:
    """Part the user data header from the text, and tell whether it names a longer text."""
    end = body[0] + 1 if body else 0
    header, at, is_part = body[1:end], 0, False
    while at + 1 < len(header):
        is_part |= header[at] in (LONG_IN_ONE, LONG_IN_SIX)
        at += 2 + header[at + 1]
    return is_part, body[end:]


def _reference(pdu: Any, body: bytes) -> str:
    """Name a text so that it has the same name when it is brought again.

    Where the centre gives no number nothing tells it from a second one with the same words;
    whoever deals with it looks whether the same was said just before.
    """
    if pdu.user_message_reference is None:
        return str(uuid4())
    return f"{pdu.user_message_reference}-{hashlib.sha256(body).hexdigest()[:24]}"


def _latin(given: bytes | str | None) -> str:
    return given.decode("latin-1") if isinstance(given, bytes) else given or ""
