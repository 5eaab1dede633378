"""Which days are covered, who is a minor, whose word counts: as tables."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_hub.credentials import rules
from volunteer_hub.credentials.rules import Held, Validity, all_covered, covers

DAY = timedelta(days=1)
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 31)
BEFORE, WITHIN, AFTER = FIRST - DAY, date(2026, 12, 5), LAST + DAY
NEXT = Validity(AFTER, date(2027, 1, 31))
WHOLE = Validity(FIRST, LAST)


@pytest.mark.parametrize(
    ("valid_until", "first", "last", "covered"),
    [
        (LAST, FIRST, LAST, True),
        (LAST, WITHIN, WITHIN, True),
        (LAST, FIRST, FIRST, True),
        (LAST, LAST, LAST, True),
        (LAST, BEFORE, WITHIN, False),
        (LAST, WITHIN, AFTER, False),
        (LAST, BEFORE, AFTER, False),
        (LAST, AFTER, AFTER, False),
        (LAST, BEFORE, BEFORE, False),
        (None, FIRST, date(2199, 1, 1), True),
        (None, BEFORE, WITHIN, False),
        (FIRST, FIRST, FIRST, True),  # for one day
        (LAST, LAST, FIRST, False),  # no such interval
    ],
)
def test_the_whole_interval_must_be_covered(valid_until, first, last, covered):
    assert covers(FIRST, valid_until, first, last) is covered


days = st.dates(date(2026, 1, 1), date(2026, 2, 28))
spans = st.builds(Validity, days, st.none() | days)


def holds(span, day):
    return span.since <= day and (span.until is None or day <= span.until)


def each_day(first, last):
    return [first + n * DAY for n in range((last - first).days + 1)]


@given(spans, days, days)
def test_covers_means_every_single_day(span, first, last):
    every = all(holds(span, day) for day in each_day(first, last))
    assert covers(*span, first, last) is (first <= last and every)


@given(st.lists(spans, max_size=5), days, days)
def test_together_they_cover_every_single_day(several, first, last):
    every = all(any(holds(span, day) for span in several) for day in each_day(first, last))
    assert all_covered(several, first, last) is (first <= last and every)


@given(spans, days, days, days)
def test_what_covers_an_interval_covers_what_lies_in_it(span, first, day, last):
    if covers(*span, first, last) and first <= day <= last:
        assert covers(*span, day, day)
        assert covers(*span, first, day)
        assert covers(*span, day, last)


@pytest.mark.parametrize(
    ("held", "first", "last", "covered"),
    [
        ((), WITHIN, WITHIN, False),
        ((WHOLE,), WITHIN, AFTER, False),
        ((WHOLE, NEXT), WITHIN, AFTER, True),  # over New Year's Eve, by two policies
        ((NEXT, WHOLE), WITHIN, AFTER, True),
        ((WHOLE, Validity(AFTER + DAY, None)), WITHIN, AFTER + DAY, False),  # a day between them
        ((Validity(BEFORE, None),), WITHIN, AFTER, True),
        ((Validity(WITHIN, WITHIN), WHOLE), WITHIN, LAST, True),
    ],
)
def test_insured_for_the_whole_shift(held, first, last, covered):
    assert Held(insurances=held).insured(first, last) is covered
    assert Held(codes={"first-aid": held}).has("first-aid", first, last) is covered
    assert Held(codes={"first-aid": held}).has("electrician", first, last) is False


@pytest.mark.parametrize(
    ("day", "consented"), [(BEFORE, False), (FIRST, True), (LAST, True), (AFTER, False)]
)
def test_a_guardian_agrees_for_days(day, consented):
    assert Held(guardian_consents=(WHOLE,)).consented(day) is consented
    assert Held().consented(day) is False


@pytest.mark.parametrize(
    ("born", "day", "minor"),
    [
        (date(2008, 12, 5), date(2026, 12, 4), True),
        (date(2008, 12, 5), date(2026, 12, 5), False),
        (date(2008, 2, 29), date(2026, 2, 28), True),
        (date(2008, 2, 29), date(2026, 3, 1), False),
        (date(2013, 1, 1), date(2026, 12, 5), True),
        (date(1970, 1, 1), date(2026, 12, 5), False),
        (None, date(2026, 12, 5), False),
    ],
)
def test_who_is_a_minor(born, day, minor):
    assert rules.is_minor(born, day) is minor


@pytest.mark.parametrize(
    ("valid_until", "day", "revoked", "state"),
    [
        (LAST, BEFORE, False, "coming"),
        (LAST, LAST - 31 * DAY, False, "coming"),
        (date(2027, 12, 31), FIRST, False, "valid"),
        (LAST, FIRST, False, "ending"),
        (LAST, LAST, False, "ending"),
        (LAST, AFTER, False, "over"),
        (None, AFTER, False, "valid"),
        (FIRST + 31 * DAY, FIRST, False, "valid"),
        (FIRST + 30 * DAY, FIRST, False, "ending"),
        (LAST, WITHIN, True, "revoked"),
        (None, BEFORE, True, "revoked"),
    ],
)
def test_its_state_on_a_day(valid_until, day, revoked, state):
    facts = {"valid_from": FIRST, "valid_until": valid_until, "is_revoked": revoked}
    assert rules.state_on(day, **facts) == state


@pytest.mark.parametrize(
    ("days_left", "notice"),
    [(31, None), (30, 30), (8, 30), (7, 7), (1, 7), (0, 0), (-1, 0), (-2, 0), (-3, None)],
)
def test_when_people_are_told(days_left, notice):
    assert rules.notice_due(LAST, LAST - days_left * DAY) == notice


@pytest.mark.parametrize("kind", rules.KINDS)
@pytest.mark.parametrize(
    ("valid_until", "refusal"), [(None, rules.EndIsNeeded), (LAST, None), (FIRST, None)]
)
def test_what_needs_a_last_day(kind, valid_until, refusal):
    dates = {"valid_from": FIRST, "valid_until": valid_until}
    if refusal and kind in ("insurance", "guardian_consent"):
        with pytest.raises(refusal):
            rules.ensure_dates(kind, **dates)
    else:
        rules.ensure_dates(kind, **dates)


@pytest.mark.parametrize("kind", rules.KINDS)
def test_no_day_is_left(kind):
    with pytest.raises(rules.EndsBeforeItBegins):
        rules.ensure_dates(kind, valid_from=FIRST, valid_until=BEFORE)


GOOD = {
    "is_the_child": False,
    "has_left": False,
    "guardian_born": date(1980, 1, 1),
    "child_born": date(2013, 1, 1),
    "valid_from": FIRST,
}


@pytest.mark.parametrize(
    ("spoilt", "refusal"),
    [
        ({}, None),
        ({"guardian_born": None}, None),
        ({"child_born": None}, None),
        ({"child_born": date(2008, 12, 2)}, None),
        ({"child_born": date(2008, 12, 1)}, rules.NoConsentIsNeeded),
        ({"guardian_born": date(2008, 12, 2)}, rules.GuardianIsUnderAge),
        ({"guardian_born": date(2008, 12, 1)}, None),
        ({"has_left": True}, rules.GuardianHasLeft),
        ({"is_the_child": True}, rules.GuardianIsThePerson),
    ],
)
def test_who_may_agree_for_a_child(spoilt, refusal):
    if refusal is None:
        rules.ensure_guardian(**(GOOD | spoilt))
    else:
        with pytest.raises(refusal):
            rules.ensure_guardian(**(GOOD | spoilt))


def test_nobody_vouches_for_themselves():
    rules.ensure_vouched(person_id=1, by=2)
    with pytest.raises(rules.OwnWordIsNotEnough):
        rules.ensure_vouched(person_id=1, by=1)


@pytest.mark.parametrize(
    ("is_revoked", "reason", "refusal"),
    [
        (False, "forged", None),
        (False, "  ", rules.ReasonIsNeeded),
        (False, "", rules.ReasonIsNeeded),
        (True, "forged", rules.CredentialIsRevoked),
        (True, "", rules.CredentialIsRevoked),
    ],
)
def test_revoked_once_and_with_a_reason(is_revoked, reason, refusal):
    if refusal is None:
        rules.ensure_may_revoke(is_revoked=is_revoked, reason=reason)
    else:
        with pytest.raises(refusal):
            rules.ensure_may_revoke(is_revoked=is_revoked, reason=reason)


@pytest.mark.parametrize(
    ("refusal", "name"),
    [
        (rules.EndIsNeeded, "end-is-needed"),
        (rules.GuardianIsUnderAge, "guardian-is-under-age"),
        (rules.CredentialIsRevoked, "credential-is-revoked"),
    ],
)
def test_programs_know_a_refusal_by_its_name(refusal, name):
    assert refusal().code == name
