"""How a message centre writes what people wrote, and how it is read: a table."""

from types import SimpleNamespace

import pytest

from volunteer_hub.carriers.channels.inbound import read_sender, read_text

MEI = "+8613812345678"


def pdu(text: str | bytes = "1", **more) -> SimpleNamespace:
    """A deliver_sm as smpplib parses it; by default a short text from a phone."""
    facts = {
        "source_addr": b"8613812345678",
        "source_addr_ton": 1,
        "esm_class": 0,
        "data_coding": 8,
        "short_message": text.encode("utf-16-be") if isinstance(text, str) else text,
        "message_payload": None,
        "sar_total_segments": None,
        "user_message_reference": 7,
    }
    return SimpleNamespace(**(facts | more))


@pytest.mark.parametrize(
    ("address", "kind", "expected"),
    [
        ("8613812345678", 1, MEI),
        ("+8613812345678", 0, MEI),
        ("008613812345678", 0, MEI),
        ("13812345678", 2, MEI),
        ("13812345678", 0, MEI),
        ("8613812345678", 0, MEI),
        ("447400123456", 1, "+447400123456"),
        ("10086", 0, None),
        ("106900001234", 0, None),
        ("BANK", 5, None),
        ("", 0, None),
        ("12", 1, None),
    ],
)
def test_a_sender_is_a_phone_in_full(address, kind, expected):
    assert read_sender(address, kind=kind) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (pdu("来不了"), "来不了"),
        (pdu(b"1", data_coding=0), "1"),
        (pdu(b"1", data_coding=3), "1"),
        (pdu("能来".encode("gb18030"), data_coding=15), "能来"),
        (pdu(b"", message_payload="能来".encode("utf-16-be")), "能来"),
        (pdu("1\0"), "1"),
        (pdu(b"\xd8\x00\x00\x31"), "\ufffd1"),
        (pdu(b"\x05\x00\x03\x07\x02\x02" + "1".encode("utf-16-be"), esm_class=0x40), "…1…"),
        (pdu(b"\x06\x08\x04\x00\x07\x02\x02" + "1".encode("utf-16-be"), esm_class=0x40), "…1…"),
        (pdu(b"\x04\x24\x02\x00\x00" + "1".encode("utf-16-be"), esm_class=0x40), "1"),
        (pdu("1", sar_total_segments=2), "…1…"),
        (pdu("字" * 1200), "字" * 1000),
    ],
    ids=["ucs2", "ascii", "latin", "gb", "payload", "nul", "half a sign", "part", "part of six",
         "other header", "segment", "long"],
)  # fmt: skip
def test_a_text_is_read_in_its_alphabet(given, expected):
    text = read_text(given)
    assert text is not None
    assert (text.sender, text.text) == (MEI, expected)


@pytest.mark.parametrize(
    "given", [pdu(b"\1\2", data_coding=4), pdu(source_addr=b"10086", source_addr_ton=0)]
)
def test_what_no_phone_wrote_is_no_text(given):
    assert read_text(given) is None


def test_a_number_names_a_text_and_without_one_each_stands_alone():
    first, again, other = read_text(pdu()), read_text(pdu()), read_text(pdu("2"))
    assert first == again != other
    nameless = [read_text(pdu(user_message_reference=None)) for _ in range(2)]
    assert nameless[0] != nameless[1]
