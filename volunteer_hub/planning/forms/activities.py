"""The shape of what staff write about an activity."""

from typing import Any, cast

from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from volunteer_hub.activities.models import Words
from volunteer_hub.foundation.forms import Form, LocalMoment, Needed
from volunteer_hub.foundation.language import lazy_gettext as _l

SHORT, LONG = Length(max=120), Length(max=4000)


class ActivityWordsForm(Form):
    """What, where, and for which project."""

    title_zh = StringField(_l("Title in Chinese"), [Needed(), SHORT])
    title_en = StringField(_l("Title in English"), [SHORT])
    place = SelectField(_l("Place"), [Needed()], coerce=int)
    project = SelectField(_l("Project"), coerce=int)
    description_zh = TextAreaField(
        _l("What it is, in Chinese"), [LONG], description=_l("What happens there, for whom.")
    )
    description_en = TextAreaField(_l("What it is, in English"), [LONG])

    def words(self) -> Words:
        """Give what was written beyond the Chinese title; empty English is none."""
        written: dict[str, Any] = {
            "title_en": self.title_en.data or None,
            "description_zh": self.description_zh.data or "",
            "description_en": self.description_en.data or None,
        }
        return cast(Words, written)


class SpanForm(Form):
    """From when to when."""

    starts_at = LocalMoment(_l("Begins"), [Needed()])
    ends_at = LocalMoment(_l("Ends"), [Needed()])

    def validate_ends_at(self, field: LocalMoment) -> None:
        """Refuse what runs backwards, at its field."""
        if field.data and self.starts_at.data and field.data <= self.starts_at.data:
            raise ValidationError(_l("The end must be after the start."))


class ActivityForm(ActivityWordsForm, SpanForm):
    """An activity; whether who signed up is told what changed about it."""

    announce = BooleanField(
        _l("Tell everybody who signed up what changed"),
        description=_l("One letter for each person. New times of shifts are told in any case."),
    )


class CopyForm(Form):
    """When the copy takes place."""

    starts_at = LocalMoment(_l("Begins"), [Needed()])


class TemplateForm(Form):
    """What a template is called."""

    name = StringField(_l("Name of the template"), [Needed(), SHORT])


class UseTemplateForm(Form):
    """Where and when an activity takes place that begins as a template has it."""

    place = SelectField(_l("Place"), [Needed()], coerce=int)
    starts_at = LocalMoment(_l("Begins"), [Needed()])
