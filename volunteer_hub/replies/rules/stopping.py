"""Which letters a link turns off, and for whom: docs/decisions/0013.  Pure."""

import hmac
import re

from volunteer_hub.foundation.refusal import Refusal, sentence
from volunteer_hub.messages.rules.kinds import MAY_BE_STOPPED
from volunteer_hub.messages.rules.readers import stop_token
from volunteer_hub.messages.rules.states import CHANNELS

ONE_CLICK = "One-Click"  # what a mail program posts as List-Unsubscribe (RFC 8058)
TOKEN = re.compile(rf"([1-9][0-9]{{0,17}})\.([a-z0-9-]+)\.({'|'.join(CHANNELS)})\.[0-9a-f]{{32}}")


class LinkIsOfNoLetter(Refusal):
    """Nobody here wrote this link: it was cut off on its way, or made up."""

    status = 404
    said = sentence("This link is of no letter of ours. Perhaps a part of it was lost on the way.")


def read(token: str, *, key: str) -> tuple[int, str, str]:
    """Read for whom a link turns off which kind on which channel; compares in constant time.

    :raises LinkIsOfNoLetter: if it was not written here, or letters of that kind always go
    """
    found = TOKEN.fullmatch(token)
    if found is None:
        raise LinkIsOfNoLetter
    person_id, kind, channel = int(found[1]), found[2], found[3]
    ours = stop_token(person_id, kind, channel, key=key)
    if not hmac.compare_digest(token, ours) or kind not in MAY_BE_STOPPED:
        raise LinkIsOfNoLetter
    return person_id, kind, channel
