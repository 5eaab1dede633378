"""Numbers and addresses as people type them."""

import pytest

from volunteer_hub.people.rules import addresses
from volunteer_hub.people.rules.addresses import (
    AddressCannotBeRead,
    EmailCannotBeRead,
    PhoneHasWrongLength,
    PhoneIsNoMobile,
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("13800138000", "+8613800138000"),
        ("138 0013 8000", "+8613800138000"),
        ("138-0013-8000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("+86 138 0013 8000", "+8613800138000"),
        ("8613800138000", "+8613800138000"),
        ("0086 13800138000", "+8613800138000"),
        ("+44 7400 123456", "+447400123456"),
    ],
)
def test_a_number_is_read(typed, read):
    assert addresses.read_phone(typed) == read
    assert addresses.read_address(typed) == ("sms", read)


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("1380013", PhoneHasWrongLength),
        ("138001380001", PhoneHasWrongLength),
        ("+86 1380013800", PhoneHasWrongLength),
        ("12345678901", PhoneIsNoMobile),
        ("09318881234", PhoneIsNoMobile),
        ("+44 12", PhoneIsNoMobile),
        ("+999 123456789", PhoneIsNoMobile),
        ("call me", AddressCannotBeRead),
        ("1380013800O", AddressCannotBeRead),
        ("", AddressCannotBeRead),
        ("+", AddressCannotBeRead),
    ],
)
def test_what_is_no_mobile_number_is_refused(typed, refusal):
    with pytest.raises(refusal):
        addresses.read_address(typed)


def test_the_sentence_counts_the_digits():
    with pytest.raises(PhoneHasWrongLength) as refused:
        addresses.read_phone("138 0013")
    assert str(refused.value) == "A mobile number has 11 digits; this one has 7."


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Mei@Example.COM", "mei@example.com"),
        (" mei＠example.com ", "mei@example.com"),
        ("load-00001@volunteer-hub.example", "load-00001@volunteer-hub.example"),
    ],
)
def test_an_email_is_read(typed, read):
    assert addresses.read_address(typed) == ("email", read)


@pytest.mark.parametrize("typed", ["mei@", "@example.com", "a@b@c.com", "mei@example", "m ei@a.cn"])
def test_an_incomplete_email_is_refused(typed):
    with pytest.raises(EmailCannotBeRead):
        addresses.read_address(typed)


def test_an_address_says_which_it_is():
    assert addresses.read_address("13800138000").phone == "+8613800138000"
    assert addresses.read_address("13800138000").email is None
    assert addresses.read_address("a@example.com").email == "a@example.com"
    assert addresses.read_address("a@example.com").phone is None


def test_a_number_is_written_in_groups():
    assert addresses.write_phone("+8613800138000") == "138 0013 8000"
    assert addresses.write_phone("+447400123456") == "+44 7400 123456"
