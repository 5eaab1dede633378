"""What a letter is about, and what goes whatever its reader turned off.  Pure."""

from volunteer_hub.foundation.refusal import sentence

# What a letter is about, by the kind its room gave it.
KIND_WORDS = {
    "code-sign-in": sentence("Sign-in code"),
    "code-sign-in-link": sentence("Sign-in link"),
    "account-address-changed": sentence("Address changed"),
    "credential-expiring": sentence("Training or insurance runs out"),
    "shift-joined": sentence("Signed up"),
    "shift-waitlisted": sentence("On the waitlist"),
    "shift-promoted": sentence("Moved up from the waitlist"),
    "shift-offered": sentence("A place is offered"),
    "shift-lapsed": sentence("An offer has ended"),
    "shift-back-in-line": sentence("Back in line: fewer places"),
    "shift-replaced": sentence("Somebody takes the place over"),
    "shift-late-cancel": sentence("Somebody cannot come after all"),
    "standing-began": sentence("Signed up for every time"),
    "standing-refused": sentence("Not signed up for one of the times"),
    "stand-in-asked": sentence("Asked to stand in"),
    "stand-in-declined": sentence("Who was asked cannot come"),
    "places-kept": sentence("Places kept for a group"),
    "places-released": sentence("Places kept no more"),
    "shift-removed": sentence("Taken off a shift"),
    "activity-changed": sentence("Activity changed"),
    "shift-changed": sentence("Shift changed"),
    "shift-cancelled": sentence("Shift cancelled"),
    "shift-reminder-24h": sentence("Reminder, the day before"),
    "shift-reminder-2h": sentence("Reminder, two hours before"),
    "watch-news": sentence("News of what you watch"),
    "reply-done": sentence("What came of an answer by SMS"),
    "reply-help": sentence("How to answer by SMS"),
    "reply-opted-out": sentence("No more text messages"),
    "reply-opted-in": sentence("Text messages again"),
    "hours-rejected": sentence("Hours not accepted"),
    "hours-dispute-opened": sentence("Hours disputed"),
    "hours-dispute-answered": sentence("Dispute answered"),
    "funding-entry-waiting": sentence("An amount waits for approval"),
    "mailing": sentence("Words from a coordinator"),
    "figures-month": sentence("The month's figures"),
}
EVERY_KIND = "*"  # of a choice: every kind that may be turned off, also those of later days

# What goes whatever its reader turned off: codes, which they ask for, what guards the account, and
# whether and when they have a place to come to, or somebody stands in vain before a closed door.
ALWAYS_GO = (
    "code-sign-in", "code-sign-in-link", "account-address-changed", "reply-opted-out",
    "reply-opted-in", "shift-promoted", "shift-replaced", "shift-removed", "shift-back-in-line",
    "shift-changed", "shift-cancelled", "activity-changed",
)  # fmt: skip
MAY_BE_STOPPED = frozenset(KIND_WORDS).difference(ALWAYS_GO)
