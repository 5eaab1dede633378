"""Codes, links and tokens as pure rules."""

from datetime import UTC, datetime, timedelta

import pytest

from volunteer_hub.people.rules import proofs
from volunteer_hub.people.rules.proofs import (
    CodeIsOver,
    CodeIsWrong,
    CodeWasJustSent,
    TokenCannotBeMade,
    TooManyCodes,
    Tried,
)

NOW = datetime(2026, 12, 5, 8, tzinfo=UTC)


def ago(**span):
    return NOW - timedelta(**span)


@pytest.mark.parametrize(
    "earlier",
    [
        [],
        [ago(minutes=1)],
        [ago(minutes=2, seconds=n) for n in range(4)],
        [ago(hours=1, minutes=n) for n in range(9)],
        [ago(days=1, minutes=n) for n in range(50)],
    ],
    ids=["first", "a minute ago", "fifth of the hour", "tenth of the day", "all of yesterday"],
)
def test_a_code_may_be_asked_for(earlier):
    proofs.ensure_may_ask(earlier, now=NOW)


@pytest.mark.parametrize(
    ("earlier", "refusal", "facts"),
    [
        ([NOW], CodeWasJustSent, {"seconds": 60}),
        ([ago(seconds=17)], CodeWasJustSent, {"seconds": 43}),
        ([ago(seconds=59, milliseconds=999)], CodeWasJustSent, {"seconds": 1}),
        ([ago(minutes=10 * n + 2) for n in range(5)], TooManyCodes, {"minutes": 18}),
        ([ago(hours=2 * n + 2) for n in range(10)], TooManyCodes, {"minutes": 240}),
    ],
    ids=["at once", "17 s", "just under a minute", "five within the hour", "ten within the day"],
)
def test_too_many_codes_are_refused(earlier, refusal, facts):
    with pytest.raises(refusal) as refused:
        proofs.ensure_may_ask(earlier, now=NOW)
    assert refused.value.facts == facts
    assert refused.value.status == 429


def test_the_wait_that_is_named_is_long_enough():
    earlier = [ago(minutes=10 * n + 2) for n in range(5)]
    with pytest.raises(TooManyCodes) as refused:
        proofs.ensure_may_ask(earlier, now=NOW)
    later = NOW + timedelta(minutes=refused.value.facts["minutes"])
    proofs.ensure_may_ask(earlier, now=later)


@pytest.mark.parametrize(
    ("tried", "refusal"),
    [
        (Tried(right=True, left=0), None),
        (Tried(right=False, left=4), CodeIsWrong),
        (Tried(right=False, left=1), CodeIsWrong),
        (Tried(right=False, left=0), CodeIsOver),
    ],
)
def test_what_comes_of_a_try(tried, refusal):
    if refusal is None:
        proofs.ensure_right(tried)
        return
    with pytest.raises(refusal):
        proofs.ensure_right(tried)


def test_a_code_is_six_digits_and_not_always_the_same():
    codes = {proofs.fresh_code() for _ in range(200)}
    assert all(len(code) == 6 and code.isdecimal() for code in codes)
    assert len(codes) > 150


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("482913", "482913"),
        (" 482 913 ", "482913"),
        ("４８２９１３", "482913"),
        ("48-29a13", "482913"),
    ],
)
def test_a_code_is_read_as_typed(typed, read):
    assert proofs.read_code(typed) == read


def test_the_hash_of_a_code_depends_on_code_address_and_key():
    base = proofs.hash_code("482913", address="+8613800138000", key="k")
    assert base == proofs.hash_code("482913", address="+8613800138000", key="k")
    assert "482913" not in base
    others = {
        proofs.hash_code("482914", address="+8613800138000", key="k"),
        proofs.hash_code("482913", address="+8613800138001", key="k"),
        proofs.hash_code("482913", address="+8613800138000", key="l"),
    }
    assert base not in others
    assert len(others) == 3


def test_tokens_are_long_and_marked():
    one, other = proofs.fresh_token(proofs.MARK), proofs.fresh_token(proofs.MARK)
    assert one != other
    assert one.startswith("vh_")
    assert len(one) >= 46
    assert one not in proofs.hash_token(one)


@pytest.mark.parametrize(
    ("scopes", "days", "fits"),
    [
        (["read"], 1, True),
        (["read", "write"], 365, True),
        ([], 90, False),
        (["read", "admin"], 90, False),
        (["read"], 0, False),
        (["read"], -1, False),
        (["read"], 366, False),
    ],
)
def test_which_tokens_may_be_made(scopes, days, fits):
    expires_at = NOW + timedelta(days=days)
    if fits:
        proofs.ensure_token_fits(scopes, expires_at=expires_at, now=NOW)
        return
    with pytest.raises(TokenCannotBeMade):
        proofs.ensure_token_fits(scopes, expires_at=expires_at, now=NOW)


def test_comparing_is_exact():
    assert proofs.same("abc", "abc")
    assert not proofs.same("abc", "abd")
    assert not proofs.same("abc", "abcd")
