"""What the status of a message centre's answer means for a message."""

from smpplib import consts, exceptions

from volunteer_hub.carriers.channels.outcome import NotNow, Refused, Unclear

# What a centre says of itself rather than of this message: its carrier's breaker counts it.
AILING = frozenset(
    {
        consts.SMPP_ESME_RSYSERR,
        consts.SMPP_ESME_RSUBMITFAIL,
        consts.SMPP_ESME_RX_T_APPN,
        consts.SMPP_ESME_RINVBNDSTS,
    }
)
LATER = AILING | {consts.SMPP_ESME_RMSGQFUL, consts.SMPP_ESME_RTHROTTLED}
NO_SUCH_NUMBER = frozenset({consts.SMPP_ESME_RINVDSTADR})


class NotWritten(exceptions.ConnectionError):
    """A request did not go out whole: the centre cannot have taken it."""


def not_taken(status: int, number: int, total: int) -> NotNow | Refused | Unclear:
    """Read the status of part `number` of `total`."""
    said = f"{status:#x} {consts.DESCRIPTIONS.get(status, 'Unknown status')}"
    if number > 1:
        return Unclear(f"Part {number} of {total} was refused, earlier parts were taken: {said}")
    if status in LATER:
        return NotNow(said, carrier_ails=status in AILING)
    return Refused(said, address_is_bad=status in NO_SUCH_NUMBER)
