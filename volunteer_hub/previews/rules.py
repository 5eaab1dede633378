"""Which letters can be looked at, and what each is made of.  Pure."""

from datetime import datetime, timedelta

SERVING, IN_LINE = ("confirmed",), ("waitlisted", "offered")

# Kinds made of a sign-up, by the states that it may be in.
OF_A_SIGNUP = {
    "shift-joined": SERVING,
    "shift-reminder-24h": SERVING,
    "shift-reminder-2h": SERVING,
    "shift-changed": SERVING,
    "shift-cancelled": (*SERVING, *IN_LINE),
    "shift-removed": SERVING,
    "shift-replaced": SERVING,
    "shift-waitlisted": IN_LINE,
    "shift-offered": IN_LINE,
    "shift-lapsed": IN_LINE,
    "shift-promoted": SERVING,
    "shift-back-in-line": IN_LINE,
}
OF_HOURS = ("hours-rejected", "hours-dispute-opened", "hours-dispute-answered")
OF_A_WATCH = ("watch-news",)
PREVIEWED = (*OF_A_SIGNUP, *OF_HOURS, *OF_A_WATCH)

# Nobody has written this yet, and a preview invents nothing.
OPEN = "[…]"
EARLY_ENOUGH = timedelta(hours=48)  # before the start: every reminder is still to come


def moment(starts_at: datetime, *, now: datetime) -> datetime:
    """Say when the letter would have been written, at the latest: before its reminders."""
    return min(now, starts_at - EARLY_ENOUGH)
