"""The measure of a text message: truth tables."""

import pytest

from volunteer_hub.carriers.rules import texts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("字" * 70, 1),
        ("字" * 71, 2),
        ("字" * 134, 2),
        ("字" * 135, 3),
        ("a" * 71, 2),
        ("𠮷" * 35, 1),  # beyond the basic plane: two units each
        ("𠮷" * 36, 2),
        ("字" * 66 + "𠮷" + "字" * 5, 2),
    ],
)
def test_parts_of_a_text_message(text: str, parts: int) -> None:
    cut = texts.split_sms(text)
    assert len(cut) == parts
    assert "".join(cut) == text
    limit = texts.SINGLE_SMS if parts == 1 else texts.JOINED_SMS
    assert all(texts.sms_units(part) <= limit for part in cut)


def test_a_character_of_two_units_is_not_cut_in_two() -> None:
    first, second = texts.split_sms("字" * 66 + "𠮷" + "字" * 5)
    assert first == "字" * 66
    assert second == "𠮷" + "字" * 5


def test_an_endless_text_message_is_shortened() -> None:
    fitted = texts.fit_sms("字" * 1000)
    assert len(texts.split_sms(fitted)) == texts.MOST_PARTS
    assert fitted.endswith("…")
    assert texts.fit_sms("字" * 402) == "字" * 402
