"""The shape of input: blanks cut, moments of the place's zone, amounts as they were typed."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from volunteer_hub.foundation.forms import AmountField, Form, LocalMoment, Needed
from volunteer_hub.foundation.language import speaking


class Visit(Form):
    name = StringField(validators=[Needed()], filters=[lambda text: text and text.upper()])
    note = TextAreaField(validators=[Length(max=5)])
    proof = PasswordField()
    kind = SelectField(choices=["a", " b"])
    places = IntegerField(validators=[Needed()])
    starts_at = LocalMoment(validators=[Needed()])
    cost = AmountField(validators=[Optional()])


GOOD = {"name": "ma", "kind": "a", "places": "0", "starts_at": "2026-12-05T08:00"}


@pytest.fixture(params=["en"])
def fill(request, house):
    """Fill the form in as a browser would."""
    with house.test_request_context("/", method="POST"), speaking(request.param):
        yield lambda **typed: Visit(MultiDict({**GOOD, **typed}))


def errors(form):
    form.validate()
    return {name: [str(text) for text in texts] for name, texts in form.errors.items()}


def test_a_good_form_is_good(fill):
    assert errors(fill()) == {}


class TestBlanks:
    @pytest.mark.parametrize("typed", ["  ma  ", "\tma\n", "\u3000ma\u3000", "m\x00a"])
    def test_are_cut_off(self, fill, typed):
        assert fill(name=typed).name.data == "MA"

    def test_are_cut_before_the_length_is_measured(self, fill):
        form = fill(note="  12345  ")
        assert errors(form) == {}
        assert form.note.data == "12345"

    def test_inside_stay(self, fill):
        assert fill(note="1 2\n3").note.data == "1 2\n3"

    def test_belong_to_a_password(self, fill):
        assert fill(proof=" secret ").proof.data == " secret "

    def test_belong_to_a_choice(self, fill):
        assert fill(kind=" b").kind.data == " b"

    def test_what_was_not_sent_stays_away(self, fill):
        assert fill().note.data in (None, "")

    def test_cutting_does_not_add_up(self, fill):
        """The fields of a class serve every request: nothing may grow in them."""
        before = [dict(field.kwargs) for _, field in Visit()._unbound_fields]
        counts = {len(fill().name.filters) for _ in range(3)}
        assert counts == {2}
        assert [dict(field.kwargs) for _, field in Visit()._unbound_fields] == before


class TestNeeded:
    @pytest.mark.parametrize("typed", ["", "   ", "\u3000", "\x00"])
    def test_blanks_are_nothing(self, fill, typed):
        assert errors(fill(name=typed)) == {"name": ["Please fill this in."]}

    def test_zero_is_something(self, fill):
        assert errors(fill(places="0")) == {}

    @pytest.mark.parametrize("fill", ["zh"], indirect=True)
    def test_the_reader_s_language_is_spoken(self, fill):
        assert errors(fill(name=" ")) == {"name": ["请填写这一项。"]}

    def test_browsers_are_told(self, fill):
        assert " required " in str(fill().name())


class TestLocalMoment:
    @pytest.mark.parametrize(
        "typed", ["2026-12-05T08:00", "2026-12-05 08:00", "2026-12-05T08:00:00"]
    )
    def test_is_read_in_the_place_s_zone(self, fill, typed):
        form = fill(starts_at=typed)
        assert errors(form) == {}
        assert form.starts_at.instant == datetime(2026, 12, 5, tzinfo=UTC)

    @pytest.mark.parametrize(
        "typed", ["tomorrow", "2026-02-30T08:00", "08:00", "0001-01-01T00:00", "9999-12-31T23:59"]
    )
    def test_what_is_no_moment_is_said_to_be_none(self, fill, typed):
        form = fill(starts_at=typed)
        assert errors(form) == {"starts_at": ["Write a date and a time, such as 2026-12-05 08:00."]}
        assert typed in str(form.starts_at())  # what was typed is still there

    @pytest.mark.parametrize("fill", ["zh"], indirect=True)
    def test_in_chinese_too(self, fill):
        (said,) = errors(fill(starts_at="x"))["starts_at"]
        assert said == "请写日期和时间，例如 2026-12-05 08:00。"

    def test_shows_an_instant_as_its_wall_clock_time(self, house):
        with house.test_request_context("/"):
            form = Visit(data={"starts_at": datetime(2026, 12, 4, 16, 30, tzinfo=UTC)})
            assert 'value="2026-12-05T00:30"' in str(form.starts_at())

    def test_asked_too_early_it_says_so(self, fill):
        with pytest.raises(AssertionError, match="before the form was validated"):
            _ = fill(starts_at="x").starts_at.instant


class TestAmount:
    @pytest.mark.parametrize(("typed", "fen"), [("18,000.50", 1_800_050), (" 5元 ", 500), ("0", 0)])
    def test_is_read_as_fen(self, fill, typed, fen):
        form = fill(cost=typed)
        assert errors(form) == {}
        assert form.cost.data == fen

    @pytest.mark.parametrize("typed", ["about 5", "-5", "1.234", "9" * 14])
    def test_keeps_what_was_typed_when_it_cannot_be_read(self, fill, typed):
        form = fill(cost=typed)
        (said,) = errors(form)["cost"]
        assert said.startswith("Write an amount in yuan")
        assert form.cost.data is None
        assert f'value="{typed}"' in str(form.cost())

    @pytest.mark.parametrize("fill", ["zh"], indirect=True)
    def test_says_so_in_chinese(self, fill):
        (said,) = errors(fill(cost="x"))["cost"]
        assert not said.isascii()

    def test_may_be_left_empty(self, fill):
        form = fill(cost="  ")
        assert errors(form) == {}
        assert form.cost.data is None

    def test_shows_fen_as_yuan(self, house):
        with house.test_request_context("/"):
            assert 'value="106,500.00"' in str(Visit(data={"cost": 10_650_000}).cost())
            assert 'value=""' in str(Visit(data={"cost": Decimal(1)}).cost())


def test_forms_are_protected_unless_tests_say_otherwise(served_house):
    with served_house.test_request_context("/", method="POST", data=GOOD):
        form = Visit()
        assert not form.validate()
        assert "csrf_token" in form.errors
