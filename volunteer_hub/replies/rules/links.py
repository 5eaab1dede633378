"""What a link from a letter may still do, and how its page calls the reader.  Pure."""

from datetime import datetime

from volunteer_hub.foundation.clock import Span
from volunteer_hub.foundation.refusal import Refusal, sentence
from volunteer_hub.shifts.rules import ShiftIsCancelled
from volunteer_hub.signups.rules import joining, line
from volunteer_hub.signups.rules.answers import NoPlaceHere

GIVEN = 2  # signs of a Chinese given name; a name of no more signs is called whole


class SignedUpAgain(Refusal):
    """The link gave an earlier place back; it must not say that there is none now."""

    said = sentence("You have signed up again since then, and that sign-up holds.")


def is_so(verb: str, *, state: str, says_coming: bool) -> bool:
    """Tell whether what the link does has been done, so that pressing twice is no mistake."""
    if verb == "come":
        return state == "confirmed" and says_coming
    return state == ("confirmed" if verb == "accept" else "cancelled_by_volunteer")


def ensure_goes_on(*, shift_state: str, span: Span, now: datetime) -> None:
    """Refuse to answer for a shift that is called off or has begun.

    :raises ShiftIsCancelled, ShiftIsOver:
    """
    if shift_state == "cancelled":
        raise ShiftIsCancelled
    joining.ensure_not_begun(span, now=now)


def ensure_may(verb: str, *, state: str, offer_until: datetime | None, now: datetime) -> None:
    """Refuse what the link cannot do any more; it never does anything else instead.

    :raises SignupIsOver: if the sign-up has ended
    :raises NoPlaceHere: for who says they come and only waits
    :raises NothingIsOffered, OfferHasLapsed: for who takes or declines an offer
    """
    if verb in ("accept", "decline"):
        line.ensure_may_accept(state=state, offer_until=offer_until, now=now)
    line.ensure_live(state)
    if verb == "come" and state != "confirmed":
        raise NoPlaceHere


def first_name(name: str) -> str:
    """Say by what name to call somebody on a page that others may see over a shoulder."""
    first = name.replace("\N{MIDDLE DOT}", " ").split()[0]
    return first if first.isascii() else first[-GIVEN:]
