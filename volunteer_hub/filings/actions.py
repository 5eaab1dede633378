"""Hand a text in, and write down what the provider said."""

from datetime import datetime

from volunteer_hub.filings import queries
from volunteer_hub.filings.models import Filing
from volunteer_hub.filings.rules import ensure_may_move, kind_of, text_hash
from volunteer_hub.foundation import audit, bells
from volunteer_hub.foundation.database import db
from volunteer_hub.foundation.settings import settings


def move(
    template: str, *, to: str, now: datetime, vendor_code: str = "", reason: str = ""
) -> Filing:
    """Bring a text into the next state: submitted, approved or rejected.

    :raises NotFound: if there is no such text
    :raises FilingCannotMove: if it is not its turn
    :raises CodeIsMissing: if it is approved without the provider's number
    :raises ReasonIsMissing: if it is refused without a reason
    """
    text, signature = queries.get_text(template), settings().sms_signature
    filing = queries.lock_filing(template)
    ensure_may_move(queries.worth(filing, text), to, vendor_code=vendor_code, reason=reason)
    if filing is None:
        filing = Filing(template=template)
        db.session.add(filing)
    decided = to in ("approved", "rejected")
    filing.kind, filing.signature = kind_of(template), signature
    filing.text_hash, filing.state = text_hash(text), to
    filing.submitted_at = filing.submitted_at if decided else now
    filing.decided_at = now if decided else None
    filing.vendor_code = vendor_code.strip() or (filing.vendor_code or "")
    filing.reason = reason.strip() if to == "rejected" else ""
    db.session.flush()
    audit.record(f"filing-{to}", f"filing:{template}", code=filing.vendor_code)
    if to == "approved":
        bells.ring("messages-due")  # what was held back may leave
    return filing
