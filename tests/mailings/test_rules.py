"""What a mailing may be, whom it reaches, how many go out in a day: truth tables."""

from itertools import product

import pytest

from volunteer_hub.foundation.refusal import BrokenInput
from volunteer_hub.mailings import rules
from volunteer_hub.mailings.rules import NO_ADDRESS, SUPPRESSED, TURNED_OFF, Words

BOTH = {"subject_zh": "换门", "text_zh": "东门", "subject_en": "Gate", "text_en": "East"}
CHINESE = {"subject_zh": "换门", "text_zh": "东门"}
BEGINS = "【邻里志愿】甘家巷社区通知："
ENGLISH = {"subject_en": "Gate", "text_en": "East"}


@pytest.mark.parametrize(
    ("given", "language", "said"),
    [
        (BOTH, "zh", ("换门", "东门")),
        (BOTH, "en", ("Gate", "East")),
        (CHINESE, "en", ("换门", "东门")),
        (ENGLISH, "zh", ("Gate", "East")),
    ],
)
def test_each_reads_the_own_language_or_the_other(given, language, said):
    assert Words(**given).in_language(language) == said


@pytest.mark.parametrize(
    ("words", "more", "fields"),
    [
        (BOTH, {}, []),
        (CHINESE, {}, []),
        (ENGLISH, {}, []),
        ({}, {}, ["text_zh"]),
        ({"subject_zh": "换门"}, {}, ["text_zh"]),
        (CHINESE | {"text_en": "East"}, {}, ["subject_en"]),
        (CHINESE | {"subject_zh": "门" * 80}, {}, []),
        (CHINESE | {"subject_zh": "门" * 81}, {}, ["subject_zh"]),
        (CHINESE | {"text_zh": "门" * 2000}, {"channels": ["email"]}, []),
        (CHINESE | {"text_zh": "门" * 2001}, {"channels": ["email"]}, ["text_zh"]),
        (CHINESE | {"text_zh": "门" * 388}, {}, []),  # 6 parts of 67, a beginning of 14
        (CHINESE | {"text_zh": "门" * 389}, {}, ["text_zh"]),
        (ENGLISH | {"text_en": "g" * 389}, {}, ["text_en"]),
        (CHINESE | ENGLISH | {"text_en": "g" * 389}, {}, []),  # the text message is Chinese
        (CHINESE, {"channels": []}, ["by_email"]),
        (CHINESE, {"audience": "everybody"}, ["audience"]),
        (CHINESE, {"of_place": True}, ["audience"]),
        (CHINESE, {"of_place": True, "audience": "volunteers"}, []),
    ],
)
def test_what_can_be_sent(words, more, fields):
    usual = {
        "channels": ["sms"],
        "audience": "confirmed",
        "of_place": False,
        "begins": BEGINS,
    }
    given = Words(**words)
    if not fields:
        rules.ensure_readable(given, **(usual | more))
        return
    with pytest.raises(BrokenInput) as refused:
        rules.ensure_readable(given, **(usual | more))
    assert [field for field, _text in refused.value.errors] == fields


@pytest.mark.parametrize(
    ("begins", "first", "whole"),
    [("", 70, 402), (BEGINS, 56, 388), ("🎋", 68, 400), ("通" * 70, 0, 332), ("通" * 71, 0, 331)],
)
def test_how_many_words_fit(begins, first, whole):
    assert rules.room_of(begins) == (first, whole)
    assert rules.sms_parts(Words(text_zh="门" * whole), begins=begins) == 6
    assert rules.sms_parts(Words(text_zh="门" * (whole + 1)), begins=begins) == 7
    if first:
        assert rules.sms_parts(Words(text_zh="门" * first), begins=begins) == 1
        assert rules.sms_parts(Words(text_zh="门" * (first + 1)), begins=begins) == 2


@pytest.mark.parametrize("address", [None, "a@example.org"])
@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize("suppressed", [True, False])
def test_why_somebody_is_not_reached(address, wanted, suppressed):
    why = rules.verdict(address=address, wanted=wanted, suppressed=suppressed)
    first = None if address else NO_ADDRESS
    second = None if wanted else TURNED_OFF
    assert why == (first or second or (SUPPRESSED if suppressed else None))


@pytest.mark.parametrize(
    ("mail", "sms"), list(product([None, NO_ADDRESS, TURNED_OFF, SUPPRESSED], repeat=2))
)
def test_people_are_added_up(mail, sms):
    reach = rules.count([{"email": mail, "sms": sms}])
    ways = [channel for channel, why in (("email", mail), ("sms", sms)) if why is None]
    assert (reach.persons, reach.reached, sorted(reach.letters)) == (1, bool(ways), ways)
    worst = next((w for w in (SUPPRESSED, TURNED_OFF, NO_ADDRESS) if w in (mail, sms)), None)
    assert dict(reach.unreached) == ({} if ways else {worst: 1})


@pytest.mark.parametrize(
    ("mailings", "letters", "more", "refusal"),
    [
        (0, 0, 1, None),
        (4, 1999, 1, None),
        (0, 0, 2000, None),
        (0, 0, 0, rules.NobodyIsReached),
        (5, 5, 1, rules.TooManyMailingsToday),
        (4, 1999, 2, rules.TooManyLettersToday),
        (0, 0, 2001, rules.TooManyLettersToday),
    ],
)
def test_how_many_go_out_in_a_day(mailings, letters, more, refusal):
    facts = {"mailings": mailings, "letters": letters, "more": more, "most": 5}
    if refusal is None:
        rules.ensure_within_a_day(**facts)
    else:
        with pytest.raises(refusal):
            rules.ensure_within_a_day(**facts)
