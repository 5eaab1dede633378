"""The codes of the screen and of the poster: whose they are, and for how long they count."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_hub.attendance.rules import codes
from volunteer_hub.attendance.rules.codes import POSTER, ROTATING, SCAN, Code
from volunteer_hub.foundation.clock import Span

KEY = codes.key_of("a secret of the installation")
NOW = datetime(2026, 12, 5, 0, 0, 10, tzinfo=UTC)  # ten seconds into a step
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("later", "counts"),
    [
        (-11 * SECOND, False),  # the code of a step that has not come
        (-10 * SECOND, True),
        (0 * SECOND, True),
        (19 * SECOND, True),  # the last second of its own step
        (20 * SECOND, True),
        (49 * SECOND, True),  # the last second of the next one
        (50 * SECOND, False),
        (timedelta(hours=1), False),
    ],
)
def test_the_present_step_and_the_one_before(later, counts):
    code = codes.rotating(7, now=NOW)
    if counts:
        codes.ensure_shown(code, now=NOW + later)
    else:
        with pytest.raises(codes.CodeHasChanged, match="The code has changed"):
            codes.ensure_shown(code, now=NOW + later)


@pytest.mark.parametrize(("later", "left"), [(0, 20), (19, 1), (20, 30), (21, 29)])
def test_seconds_until_the_next_code(later, left):
    assert codes.seconds_left(NOW + later * SECOND) == left


@given(st.integers(1, 10**18 - 1), st.sampled_from(codes.KINDS), st.integers(0, 10**18 - 1))
def test_a_token_says_what_it_was_written_for(shift_id, kind, moment):
    code = Code(shift_id, kind, moment)
    token = codes.write_token(code, key=KEY)
    assert codes.read_token(token, key=KEY) == code
    assert len(token) < 64
    assert codes.read_token(token, key=codes.key_of("another")) is None


@given(st.text(max_size=70))
def test_what_others_write_is_no_token(text):
    assert codes.read_token(text, key=KEY) is None


def test_no_letter_of_a_token_can_be_changed():
    token = codes.write_token(Code(7, ROTATING, 59482116), key=KEY)
    for place, sign in enumerate(token):
        other = "8" if sign != "8" else "9"
        forged = token[:place] + other + token[place + 1 :]
        assert codes.read_token(forged, key=KEY) is None, place


@pytest.mark.parametrize("token", ["", ".", "07.r1.", "７.r1.AAAAAAAAAAAAAAAAAAAAAA"])
def test_tokens_that_look_like_one(token):
    assert codes.read_token(token, key=KEY) is None


def test_leading_noughts_make_another_token():
    token = codes.write_token(Code(7, ROTATING, 1), key=KEY)
    assert codes.read_token(f"0{token}", key=KEY) is None


@pytest.mark.parametrize(
    ("made_at", "is_day", "counts"),
    [
        (NOW, True, True),
        (NOW, False, False),
        (None, True, False),
        (NOW + SECOND, True, False),  # switched off and on again since it was printed
    ],
)
def test_a_poster_counts_on_its_day_while_it_is_on(made_at, is_day, counts):
    code = codes.poster(7, made_at=NOW)
    if counts:
        codes.ensure_stands(code, made_at=made_at, is_day=is_day)
    else:
        with pytest.raises(codes.PosterIsOff):
            codes.ensure_stands(code, made_at=made_at, is_day=is_day)


@pytest.mark.parametrize(
    ("code", "later", "held"),
    [
        (codes.scan(7, now=NOW), 0 * SECOND, True),
        (codes.scan(7, now=NOW), 600 * SECOND, True),
        (codes.scan(7, now=NOW), 601 * SECOND, False),
        (codes.scan(7, now=NOW), -SECOND, False),
        (codes.scan(8, now=NOW), 0 * SECOND, False),
        (Code(7, POSTER, int(NOW.timestamp())), 0 * SECOND, False),
        (Code(7, ROTATING, int(NOW.timestamp())), 0 * SECOND, False),
        (Code(7, SCAN, 0), 0 * SECOND, False),
    ],
)
def test_a_scan_holds_ten_minutes_for_its_shift(code, later, held):
    assert codes.is_held(code, shift_id=7, now=NOW + later) is held


def test_no_poster_once_the_shift_is_over():
    span = Span(NOW - timedelta(hours=4), NOW)
    codes.ensure_not_over(span, now=NOW - SECOND)
    with pytest.raises(codes.ShiftHasEnded):
        codes.ensure_not_over(span, now=NOW)
