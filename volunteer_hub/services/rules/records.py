"""What a record of services must say, when it counts, and who may settle it.  Pure."""

import unicodedata
from datetime import date
from hashlib import sha256

from volunteer_hub.foundation.refusal import Refusal, sentence

MODES = ("professional", "outreach", "other")
STATES = ("draft", "verified", "rejected")
MOST_PERSON_TIMES = 100_000  # in one record; more is a slip of the finger
LONGEST = {"service_type": 60, "evidence": 200, "note": 500}


class VerifierWroteIt(Refusal):
    """Whoever wrote a record may not verify it."""

    said = sentence("A second person must verify this: you wrote it yourself.")


class RecordIsSettled(Refusal):
    """A record is verified or rejected once."""

    said = sentence("This record has been settled already. Reverse it instead.")


class RecordCannotBeReversed(Refusal):
    """Only a verified record that was not reversed before can be taken back."""

    said = sentence("Only a verified record can be reversed, and only once.")


class RecordIsKnown(Refusal):
    """The same service with the same evidence stands in the book already."""

    said = sentence(
        "Record %(record_id)s says the same with the same evidence. "
        "If this is another service, give it evidence of its own."
    )


class ReasonIsMissing(Refusal):
    """Whoever rejects or reverses says why."""

    status = 422
    said = sentence("Please say why, so that the writer can put it right.")


class DayHasNotCome(Refusal):
    """Services are recorded when they have been rendered."""

    status = 422
    said = sentence("This day has not come yet. Record services on their day or later.")


class ProjectIsNotPublished(Refusal):
    """A draft project has rendered nothing yet."""

    status = 422
    said = sentence("This project is still a draft. Publish it first.")


class PersonsExceedPersonTimes(Refusal):
    """Each known person was served at least once."""

    status = 422
    said = sentence("Known persons cannot be more than person-times.")


def ensure_is_draft(state: str) -> None:
    """Refuse to settle twice.

    :raises RecordIsSettled: verified or rejected already
    """
    if state != "draft":
        raise RecordIsSettled


def ensure_may_verify(*, state: str, created_by: int, verifier: int) -> None:
    """Refuse a second settling and one's own record.

    :raises RecordIsSettled: unless it is a draft
    :raises VerifierWroteIt: separation of duty
    """
    ensure_is_draft(state)
    if created_by == verifier:
        raise VerifierWroteIt


def ensure_may_reverse(*, state: str, is_reversal: bool, is_reversed: bool) -> None:
    """Refuse to take back what does not count, or what is being taken back already.

    :raises RecordCannotBeReversed: with one sentence for all of these
    """
    if state != "verified" or is_reversal or is_reversed:
        raise RecordCannotBeReversed


def ensure_reason(reason: str) -> str:
    """Return the reason without blanks around it.

    :raises ReasonIsMissing: if nothing is left
    """
    if not reason.strip():
        raise ReasonIsMissing
    return reason.strip()


def ensure_makes_sense(
    *, occurred_on: date, today: date, person_times: int, persons_known: int, project_state: str
) -> None:
    """Refuse a record that cannot be true; `project_state` is empty without a project.

    :raises DayHasNotCome: the day lies ahead
    :raises PersonsExceedPersonTimes: 人次 ≥ 人数
    :raises ProjectIsNotPublished: the project is a draft
    """
    if occurred_on > today:
        raise DayHasNotCome
    if persons_known > person_times:
        raise PersonsExceedPersonTimes
    if project_state == "draft":
        raise ProjectIsNotPublished


def row_key(
    *,
    occurred_on: date,
    place: str,
    project: str,
    mode: str,
    service_type: str,
    person_times: int,
    persons_known: int,
    evidence: str,
) -> str:
    """Hash what makes two rows the same service; `place` is a code, `project` a slug or empty.

    Width, case and blanks do not matter: ＡＢ１２ and ab12 are the same evidence.
    """
    said = (occurred_on.isoformat(), place, project, mode, service_type)
    parts = (*said, str(person_times), str(persons_known), evidence)
    return sha256("\x1f".join(plain(part).casefold() for part in parts).encode()).hexdigest()


def plain(text: str) -> str:
    """Write a text the one way it is compared in: half width, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).split())
