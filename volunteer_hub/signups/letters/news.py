"""What this room writes to people: each letter is posted in the transaction of what it tells.

All letters of a shift share its topic and carry its revision, so that one call takes back what a
person, or everybody, should no longer get.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import current_app

from volunteer_hub.foundation.language import speaking
from volunteer_hub.foundation.policy import COORDINATOR
from volunteer_hub.messages import actions as post_office
from volunteer_hub.messages.rules.readers import Attachment, Reader
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries import persons, readers
from volunteer_hub.shifts.models import Setting, Shift
from volunteer_hub.shifts.queries.lists import where
from volunteer_hub.signups.letters import calendar
from volunteer_hub.signups.models import Signup
from volunteer_hub.signups.rules.answers import write_token
from volunteer_hub.signups.rules.line import coming_reminders

KIND = "shift"  # several kinds, of which some always go: which leave is asked at the mark
CALENDAR_TYPE = "text/calendar; method={}; charset=utf-8"
LATE = "shift-late-cancel"
TEXTS = ("title", "tasks", "requirements", "risk_notice")  # what else may be announced
RESEND = "resend-same-bytes"  # to miss that a shift was moved or called off is worse than twice


def joined(signup: Signup, *, shift: Shift, reader: Reader, now: datetime) -> None:
    """Confirm a place and plan its reminders."""
    soon = not coming_reminders(shift.starts_at, now=now)
    letter = _Letter(signup, shift, reader, now)
    letter.post("joined", calendar_method="REQUEST", soon=soon)
    letter.plan_reminders()


def waitlisted(
    signup: Signup, *, shift: Shift, reader: Reader, position: int, now: datetime
) -> None:
    """Tell the place in the line."""
    letter = _Letter(signup, shift, reader, now)
    letter.post("waitlisted", position=position, instant=signup.instant)


def promoted(signup: Signup, *, shift: Shift, now: datetime) -> None:
    """Tell that a place became free, and plan its reminders."""
    call_back(signup, reason="superseded")
    letter = _Letter(signup, shift, reader_of(signup.person, shift), now)
    letter.post("promoted", calendar_method="REQUEST")
    letter.plan_reminders()


def offered(signup: Signup, *, shift: Shift, now: datetime) -> None:
    """Tell that a place is kept for the person until the deadline."""
    call_back(signup, reason="superseded")
    letter = _Letter(signup, shift, reader_of(signup.person, shift), now)
    # The same person may be offered a place again: each offer is a letter of its own.
    key = f"shift-offered:{signup.id}:{now.timestamp()}"
    letter.post("offered", key=key, until=signup.offer_until)


def lapsed(signup: Signup, *, shift: Shift, now: datetime) -> None:
    """Tell that the offer was not answered in time."""
    letter = _Letter(signup, shift, reader_of(signup.person, shift), now)
    letter.post("lapsed")


def back_in_line(signup: Signup, *, shift: Shift, position: int, now: datetime) -> None:
    """Tell that there are fewer places now and that the person stands first in line."""
    letter = _Letter(signup, shift, reader_of(signup.person, shift), now)
    key = f"shift-back-in-line:{signup.id}:{now.timestamp()}"  # it may happen more than once
    facts = {"key": key, "position": position}
    letter.post("back-in-line", calendar_method="CANCEL", on_unknown=RESEND, **facts)


def replaced(signup: Signup, *, shift: Shift, by: Person, now: datetime) -> None:
    """Tell that somebody else took the place over."""
    letter = _Letter(signup, shift, reader_of(signup.person, shift), now)
    letter.post("replaced", calendar_method="CANCEL", on_unknown=RESEND, by=by.name)


def late_cancel(signup: Signup, *, shift: Shift, now: datetime) -> None:
    """Tell the coordinators at once that somebody cannot come after all."""
    path = shift.place.path
    for coordinator in persons.holders(COORDINATOR, path):
        reader = readers.reader_of(coordinator, kind=LATE, place_path=path)
        letter = _Letter(signup, shift, reader, now)
        letter.post(
            "late-cancel", key=f"{LATE}:{signup.id}:{coordinator.id}", who=signup.person.name
        )


def removed(signup: Signup, *, shift: Shift, now: datetime) -> None:
    """Tell somebody that staff took them off the shift."""
    letter = _Letter(signup, shift, reader_of(signup.person, shift), now)
    letter.post("removed", calendar_method="CANCEL", on_unknown=RESEND, reason=signup.reason)


def changed(
    signups: Sequence[Signup],
    *,
    shift: Shift,
    before: Setting | None,
    altered: Sequence[str],
    now: datetime,
) -> None:
    """Tell everybody once what changed, and plan the reminders of what holds now.

    :param before: when and where it was, if that changed
    :param altered: the fields that are different now
    """
    _call_back_older(shift, reason="superseded")
    texts = [name for name in TEXTS if {f"{name}_zh", f"{name}_en"} & set(altered)]
    for letter in _letters(signups, shift, now):
        serves = letter.signup.state == "confirmed"
        method = "REQUEST" if serves else None
        facts = {"before": before, "texts": texts}
        letter.post("changed", calendar_method=method, on_unknown=RESEND, **facts)
        if serves:
            letter.plan_reminders()


def cancelled(signups: Sequence[Signup], *, shift: Shift, now: datetime) -> None:
    """Tell everybody that the shift will not take place, and why."""
    _call_back_older(shift, reason="cancelled")
    for letter in _letters(signups, shift, now):
        letter.post("cancelled", calendar_method="CANCEL", on_unknown=RESEND, reason=shift.reason)


def call_back(signup: Signup, *, reason: str) -> None:
    """Take back everything that the person should no longer get about the shift."""
    topic = _topic(signup.shift_id)
    post_office.call_back(topic, reason=reason, recipient_id=signup.person_id)


def _call_back_older(shift: Shift, *, reason: str) -> None:
    post_office.call_back(_topic(shift.id), reason=reason, below_revision=shift.revision)


def _topic(shift_id: int) -> str:
    return f"shift:{shift_id}"


def reader_of(person: Person, shift: Shift) -> Reader:
    """Say where and how the person wants letters about the shift."""
    return readers.reader_of(person, kind=KIND, place_path=shift.place.path)


def _letters(signups: Sequence[Signup], shift: Shift, now: datetime) -> list["_Letter"]:
    persons = [signup.person for signup in signups]
    known = readers.readers_of(persons, kind=KIND, place_path=shift.place.path)
    return [_Letter(signup, shift, known[signup.person_id], now) for signup in signups]


class _Letter:
    """One person's letters about one sign-up."""

    def __init__(self, signup: Signup, shift: Shift, reader: Reader, now: datetime) -> None:
        self.signup, self.shift, self.reader, self.now = signup, shift, reader, now

    def post(
        self,
        name: str,
        *,
        kind: str = "",
        key: str = "",
        due_at: datetime | None = None,
        calendar_method: str | None = None,
        on_unknown: str = "hold",
        **facts: Any,
    ) -> None:
        kind, shift = kind or f"shift-{name}", self.shift
        known = {"shift": shift, "activity": shift.activity, "where": where, "answer": self._answer}
        post_office.post_letter(
            f"signups/{name}",
            to=self.reader,
            kind=kind,
            key=key or f"{kind}:{self.signup.id}:{shift.revision}{self._turn}",
            topic=_topic(shift.id),
            revision=shift.revision,
            facts={**known, **facts},
            due_at=due_at or self.now,
            expires_at=shift.ends_at if on_unknown == RESEND else shift.starts_at,
            attachments=self._calendar(calendar_method) if calendar_method else (),
            on_unknown=on_unknown,
        )

    def plan_reminders(self) -> None:
        for ahead, due_at in coming_reminders(self.shift.starts_at, now=self.now).items():
            self.post("reminder", kind=f"shift-reminder-{ahead}", due_at=due_at)

    @property
    def _turn(self) -> str:
        """Tell a place from one that the person had here before and lost to a cut."""
        since = self.signup.confirmed_at
        if since is None or since == self.signup.joined_at:
            return ""
        return f":{since.timestamp()}"

    def _answer(self, verb: str) -> str:
        """Give the secret of the link that says this about the sign-up, and nothing else."""
        key, signup = current_app.config["SECRET_KEY"], self.signup
        return write_token(signup_id=signup.id, person_id=signup.person_id, verb=verb, key=key)

    def _calendar(self, method: str) -> list[Attachment]:
        facts: dict[str, Any] = {"person_id": self.signup.person_id, "method": method}
        if self.reader.email:
            facts["guest"] = (self.reader.name, self.reader.email)
        with speaking(self.reader.language):
            content = calendar.one(self.shift, now=self.now, **facts)
        return [Attachment("shift.ics", CALENDAR_TYPE.format(method), content)]
