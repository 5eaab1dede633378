"""Text messages by Kannel's HTTP interface, sendsms.

Kannel joins long texts itself, if its operator lets it: the group `sendsms-user` needs
`concatenation = true` and `max-messages = 6` (its default is 1, and the rest of a text is lost).
What became of a message it reports to our door for receipts, which checks the proof in the address.
"""

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from volunteer_hub.carriers.channels.line import Answer, HttpChannel
from volunteer_hub.carriers.channels.outcome import NotNow, Parcel, Refused, Taken, Unclear
from volunteer_hub.carriers.channels.route import WebEndpoint

UCS2 = "2"  # Kannel's word for the coding
DELIVERED, NOT_DELIVERED, CENTRE_REFUSED = 1, 2, 16  # bits of the mask: the last words on a message
TAKEN = 202  # "0: Accepted for delivery", "3: Queued for later delivery"
NO_SUCH_PLACE = (404, 405)  # the address in the settings is no sendsms
NOT_LET_IN = "Authorization failed"
NUMBER_REFUSED = ("denied by", "receiver number")


class KannelChannel(HttpChannel):
    """Kannel, which takes a message by GET.

    `report_to` gives the address that Kannel calls, with %d where its word on the message belongs.
    """

    settles_by_key = False  # Kannel takes whatever it is given, as often as it is given

    def __init__(
        self, find: Callable[[], WebEndpoint], *, report_to: Callable[[UUID], str]
    ) -> None:
        super().__init__(find)
        self._report_to = report_to

    def hand_over(self, parcel: Parcel) -> Taken:
        """Send the request; Kannel answers once its bearerbox has the message."""
        there = self.there
        values = {
            "username": there.user,
            "password": there.password,
            "to": parcel.address,
            "text": parcel.body_text,
            "charset": "UTF-8",
            "coding": UCS2,
            "dlr-mask": str(DELIVERED | NOT_DELIVERED | CENTRE_REFUSED),
            "dlr-url": self._report_to(parcel.uuid),
        }
        if there.sender:
            values["from"] = there.sender
        joint = "&" if "?" in there.path else "?"
        answer = self.line.ask("GET", f"{there.path}{joint}{urlencode(values)}", headers={})
        if answer.status == TAKEN:
            return Taken(str(answer))
        raise _not_taken(answer)


def _not_taken(answer: Answer) -> NotNow | Refused | Unclear:
    said = str(answer)
    if answer.status == 503:
        return NotNow(said)
    if answer.status in NO_SUCH_PLACE or NOT_LET_IN in answer.body or answer.status // 100 == 3:
        return NotNow(said, channel_is_down=True)
    if answer.status // 100 == 4:
        return Refused(said, address_is_bad=any(word in answer.body for word in NUMBER_REFUSED))
    return Unclear(said)  # of a long text a part may be under way
