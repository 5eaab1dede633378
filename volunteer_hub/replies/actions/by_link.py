"""An answer given on the page behind a link."""

from datetime import datetime

from volunteer_hub.replies import queries
from volunteer_hub.replies.actions.doing import do, hold
from volunteer_hub.replies.rules import links


def answer(*, token: str, key: str, now: datetime) -> None:
    """Do the one thing that a link is for; if it has been done, nothing.

    :raises LinkIsUnknown: if the link was not written here
    :raises ShiftIsCancelled, ShiftIsOver: if the shift does not go on
    :raises SignupIsOver, NoPlaceHere, NothingIsOffered, OfferHasLapsed: see links.ensure_may
    :raises Refusal: if an offered place cannot be taken; see offers.accept
    """
    known, _verb = queries.get_claimed(token, key=key)
    hold([known])
    signup, verb = queries.get_claimed(token, key=key)
    shift = signup.shift
    links.ensure_goes_on(shift_state=shift.state, span=shift.span, now=now)
    if links.is_so(verb, state=signup.state, says_coming=signup.coming_at is not None):
        return
    links.ensure_may(verb, state=signup.state, offer_until=signup.offer_until, now=now)
    do(verb, signup, now=now)
