"""The shape of a mailing."""

from wtforms import BooleanField, RadioField, StringField, TextAreaField

from volunteer_hub.foundation.forms import Form
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import lazy_gettext as _l
from volunteer_hub.mailings.rules import AUDIENCE_WORDS, VOLUNTEERS, Words


class MailingForm(Form):
    """Words in one language or both, who gets them, and how."""

    audience = RadioField(_l("Who gets it"))
    by_email = BooleanField(_l("By e-mail"), default=True)
    by_sms = BooleanField(
        _l("By SMS"),
        description=_l(
            "A text message is a notice to those concerned, never an advertisement."
            " It goes in Chinese, without the subject, and not at night."
        ),
    )
    subject_zh = StringField(_l("Subject in Chinese"))
    text_zh = TextAreaField(_l("Text in Chinese"))
    subject_en = StringField(_l("Subject in English"))
    text_en = TextAreaField(
        _l("Text in English"),
        description=_l(
            "One language may stay empty: its readers get the other one and are told so."
        ),
    )

    def offer(self, *, of_place: bool) -> "MailingForm":
        """Offer those who can be meant."""
        offered = {VOLUNTEERS: AUDIENCE_WORDS[VOLUNTEERS]} if of_place else AUDIENCE_WORDS
        self.audience.choices = [(name, _(words)) for name, words in offered.items()]
        if self.audience.data is None:
            self.audience.data = next(iter(offered))
        return self

    @property
    def words(self) -> Words:
        names = ("subject_zh", "text_zh", "subject_en", "text_en")
        return Words(**{name: self[name].data or "" for name in names})

    @property
    def channels(self) -> list[str]:
        ways = (("email", self.by_email.data), ("sms", self.by_sms.data))
        return [channel for channel, ticked in ways if ticked]
