"""Names, birth dates, numbers and passwords as pure rules."""

from datetime import date

import pytest

from volunteer_hub.foundation.policy import ROLES
from volunteer_hub.people.rules import accounts, passwords
from volunteer_hub.people.rules.accounts import BirthDateCannotBe, NameCannotBeUsed
from volunteer_hub.people.rules.passwords import PasswordIsTooEasy, PasswordIsTooShort

TODAY = date(2026, 12, 5)
ABOUT = ("陈晓梅", "+8613800138000", "mei@example.com", None, "x")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (" 陈晓梅 ", "陈晓梅"),
        ("Anna  \n Schmidt", "Anna Schmidt"),
        ("李", "李"),
        ("长" * 60, "长" * 60),
    ],
)
def test_names_are_kept_in_one_line(typed, read):
    assert accounts.read_name(typed) == read


@pytest.mark.parametrize("typed", ["", "   ", "长" * 61, "a\x00b", "a\x1bb"])
def test_what_is_no_name_is_refused(typed):
    with pytest.raises(NameCannotBeUsed):
        accounts.read_name(typed)


@pytest.mark.parametrize(
    ("born", "may_be"),
    [
        (None, True),
        (TODAY, True),
        (date(2026, 12, 6), False),
        (date(2027, 1, 1), False),
        (date(1906, 1, 1), True),
        (date(1905, 12, 31), False),
    ],
)
def test_on_which_days_people_are_born(born, may_be):
    if may_be:
        accounts.ensure_born(born, today=TODAY)
        return
    with pytest.raises(BirthDateCannotBe):
        accounts.ensure_born(born, today=TODAY)


def test_volunteer_numbers():
    assert accounts.volunteer_no(2026, 318) == "BYL-2026-00318"
    assert accounts.volunteer_no(2026, 123456) == "BYL-2026-123456"


def test_every_role_has_a_name():
    assert set(accounts.ROLE_NAMES) == set(ROLES)


@pytest.mark.parametrize("password", ["correct horse", "一二三四五六七八九十", "Ab3$Ab3$Ab"])
def test_good_passwords(password):
    passwords.ensure_good(password, about=ABOUT)


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("short", PasswordIsTooShort),
        ("123456789", PasswordIsTooShort),
        ("", PasswordIsTooShort),
        ("a" * 201, PasswordIsTooShort),
        ("aaaaaaaaaaaa", PasswordIsTooEasy),
        ("1212121212", PasswordIsTooEasy),
        ("陈晓梅的密码密码密码密码", PasswordIsTooEasy),
        ("MEI@example.com!", PasswordIsTooEasy),
    ],
)
def test_weak_passwords_are_refused(password, refusal):
    with pytest.raises(refusal):
        passwords.ensure_good(password, about=ABOUT)


def test_a_password_matches_only_its_own_hash():
    hashed = passwords.hash_password("correct horse")
    assert hashed.startswith("$argon2id$")
    assert passwords.matches("correct horse", hashed)
    assert not passwords.matches("correct hors", hashed)
    assert not passwords.matches("correct horse", None)
    assert not passwords.matches("correct horse", "no hash")
    assert not passwords.is_outdated(hashed)


def test_full_width_letters_are_the_same_password():
    assert passwords.matches("ｃorrect horse", passwords.hash_password("correct horse"))


def test_nobodys_password_opens_nothing():
    assert not passwords.matches("nobody has this password", None)
