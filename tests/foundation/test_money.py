"""Money in and out of words."""

import pytest

from volunteer_hub.foundation.money import parse_amount, write_amount, write_at_least


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("18000", 1_800_000),
        ("18,000", 1_800_000),
        ("18，000", 1_800_000),
        ("18,000.50", 1_800_050),
        ("18000.5", 1_800_050),
        (" 18,000.00 元 ", 1_800_000),
        ("１８０００", 1_800_000),
        ("0", 0),
        ("0.01", 1),
        ("0.29", 29),  # 0.29 * 100 is 28.999… for a float
        ("1,234,567.89", 123_456_789),
        ("9" * 13, int("9" * 13 + "00")),
    ],
)
def test_an_amount_is_read(typed, fen):
    assert parse_amount(typed) == fen


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "元", "-1", "+1", "1.234", "1.", ".5", "18,00", "1,8000", ",100", "1e3", "NaN"),
        *("0x10", "十", "1 000", "1\n2", "$5", "9" * 14, "1," + ",".join(["000"] * 40)),
    ],
)
def test_what_is_no_amount_is_not_guessed(typed):
    assert parse_amount(typed) is None


@pytest.mark.parametrize(
    ("fen", "written"),
    [
        (0, "0.00"),
        (1, "0.01"),
        (99, "0.99"),
        (100, "1.00"),
        (10_650_000, "106,500.00"),
        (-10_650_005, "-106,500.05"),
        (-1, "-0.01"),
    ],
)
def test_an_amount_is_written(fen, written):
    assert write_amount(fen) == written


@pytest.mark.parametrize("fen", [0, 1, 99, 100, 123_456_789, 10**15 - 1])
def test_what_is_written_can_be_read(fen):
    assert parse_amount(write_amount(fen)) == fen


@pytest.mark.parametrize(
    ("value", "unit", "step", "written"),
    [
        (106_500, "元", 10_000, "10万余元"),
        (1237, "张", 100, "1200余张"),
        (53, "人", 10, "50余人"),
        (50, "人", 10, "50人"),
        (100_000, "元", 10_000, "10万元"),
        (100_001, "元", 10_000, "10万余元"),
        (125_000, "元", 1_000, "125000元"),
        (9_999, "元", 1_000, "9000余元"),
        (7, "人", 10, "7人"),  # not "0余人"
        (0, "人", 10, "0人"),
    ],
)
def test_a_figure_is_written_as_the_press_does(value, unit, step, written):
    assert write_at_least(value, unit, step) == written
