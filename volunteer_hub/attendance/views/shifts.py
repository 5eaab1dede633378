"""One shift on paper and in files: the sheet on the table, the poster, the rows for the office."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_hub.attendance import policy
from volunteer_hub.attendance.actions.posters import switch_off, switch_on
from volunteer_hub.attendance.models import PosterCode
from volunteer_hub.attendance.queries import board, posters
from volunteer_hub.attendance.rules import codes
from volunteer_hub.attendance.views.check_in import (
    blueprint,
    board_of,
    draw_check_in,
    draw_link,
    shift_in_scope,
)
from volunteer_hub.foundation import audit
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import local_day, localized, say, speaking, zone
from volunteer_hub.foundation.refusal import Refusal, sentence
from volunteer_hub.foundation.sheets import CSV_TYPE, XLSX_TYPE, write_csv, write_xlsx
from volunteer_hub.hours import policy as hours_policy
from volunteer_hub.hours.queries import hours as hours_queries
from volunteer_hub.shifts.models import Shift

blueprints = (blueprint,)

SHEET_ROWS = 20  # what fits on one sheet of A4
BLANK_ROWS = 2  # at least, for walk-ins
# The sheet speaks Chinese with the English beside it, whatever the reader's language.
SHEET = {
    "title": sentence("Volunteer sign-in sheet"),
    "activity": sentence("Activity"),
    "time": sentence("Time"),
    "place": sentence("Place"),
    "organiser": sentence("Organiser"),
    "number": sentence("No."),
    "name": sentence("Full name"),
    "last_four": sentence("Last 4 of no."),
    "arrived": sentence("In"),
    "left": sentence("Out"),
    "signature": sentence("Signature"),
    "note": sentence(
        "Empty rows are for walk-ins. Write the time to the minute, travel excluded."
        " Whoever signs has heard the risk notice."
    ),
    "scan": sentence("Check in by phone here too"),
    "typing": sentence("For staff: type this sheet in"),
}
POSTER = {
    "title": sentence("Scan to check in"),
    "who": sentence("For who is signed up for this shift"),
    "when": sentence("From 15 minutes before the start until the end"),
    "how": sentence("Open WeChat, scan, press the button. Without a phone: ask at the table."),
}


@blueprint.get("/attendance/shifts/<int:shift_id>/sheet")
@permits(policy.SEE_BOARD)
def sheet(shift_id: int) -> str:
    """Show the sign-in sheet to print: one row per person, blank rows for walk-ins."""
    shift = shift_in_scope(shift_id, policy.SEE_BOARD)
    roster = in_sheet_order(board.list_roster(shift, now=utc_now()))
    poster = posters.find_poster(shift.id)
    with speaking("zh"):
        return render_template(
            "attendance/sheet.html",
            shift=shift,
            words=SHEET,
            pages=_pages(roster),
            number=sheet_number(shift),
            code=_draw_poster(poster)
            if poster
            else draw_link(url_for(".paper", shift_id=shift.id)),
            caption=SHEET["scan" if poster else "typing"],
            back=board_of(shift),
            may_type=policy.MARK.allows(current_actor(), path=shift.place.path),
        )


@blueprint.get("/attendance/shifts/<int:shift_id>/poster")
@permits(policy.MARK)
def poster(shift_id: int) -> str:
    """Show the poster to print, once it is switched on; else what it is good for."""
    shift = shift_in_scope(shift_id, policy.MARK)
    found, back = posters.find_poster(shift.id), board_of(shift)
    may_switch = policy.SWITCH_POSTER.allows(current_actor(), path=shift.place.path)
    about = {"shift": shift, "back": back, "may_switch": may_switch}
    if found is None:
        return render_template("attendance/poster_off.html", **about)
    with speaking("zh"):
        return render_template(
            "attendance/poster.html", words=POSTER, code=_draw_poster(found), **about
        )


@blueprint.post("/attendance/shifts/<int:shift_id>/poster")
@permits(policy.SWITCH_POSTER)
def switch_poster(shift_id: int) -> Response:
    """Switch the fixed code on or off; both are written into the audit trail."""
    shift = shift_in_scope(shift_id, policy.SWITCH_POSTER)
    switch = switch_on if request.form.get("on") == "1" else switch_off
    try:
        with transaction():
            switch(shift=shift, by=current_actor().person_id or 0, now=utc_now())
    except Refusal as refusal:
        flash(say(refusal), "error")
    return redirect(url_for(".poster", shift_id=shift_id), 303)


@blueprint.get("/attendance/shifts/<int:shift_id>/attendance.<any(csv, xlsx):form>")
@permits(hours_policy.SEE_HOURS)
def export(shift_id: int, form: str) -> Response:
    """Hand out who came and the minutes, without any phone number."""
    shift = shift_in_scope(shift_id, hours_policy.SEE_HOURS)
    head = [
        *(_("Full name"), _("Volunteer no."), _("Walk-in"), _("State"), _("In"), _("Out")),
        *(_("Minutes that count"), _("Minutes that wait"), _("Class")),
    ]
    rows = list(_rows(shift))
    with transaction():
        audit.record("exported", f"shift:{shift.id}", place_path=shift.place.path, rows=len(rows))
    name = f"attendance-{local_day(shift.starts_at):%Y%m%d}-{shift.id}.{form}"
    if form == "csv":
        answer = Response(write_csv(head, rows), mimetype=CSV_TYPE)
    else:
        answer = Response(write_xlsx(localized(shift, "title"), head, rows), mimetype=XLSX_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def in_sheet_order(roster: list[board.RosterEntry]) -> list[board.RosterEntry]:
    """Put people in the order in which they stand on the sheet: by name."""
    return sorted(roster, key=lambda entry: (entry.sort_key, entry.person_id))


def sheet_number(shift: Shift) -> str:
    """Number the sheet of a shift: S-261205-7."""
    return f"S-{local_day(shift.starts_at):%y%m%d}-{shift.id}"


def _draw_poster(poster: PosterCode) -> str:
    return draw_check_in(codes.poster(poster.shift_id, made_at=poster.made_at))


def _pages(roster: list[board.RosterEntry]) -> list[list[board.RosterEntry | None]]:
    """Divide the people among sheets, with blank rows at the end of the last."""
    rows: list[board.RosterEntry | None] = [*roster, *[None] * BLANK_ROWS]
    rows += [None] * (-len(rows) % SHEET_ROWS)
    return [rows[start : start + SHEET_ROWS] for start in range(0, len(rows), SHEET_ROWS)]


def _rows(shift: Shift) -> Iterator[list[Any]]:
    minutes: dict[int, dict[str, int]] = {}
    source: dict[int, str] = {}
    for hours in hours_queries.list_of_shift(shift.id):
        mine = minutes.setdefault(hours.person_id, {})
        mine[hours.state] = mine.get(hours.state, 0) + hours.minutes
        source[hours.person_id] = _(hours.source_word)
    for entry in board.list_roster(shift, now=utc_now()):
        mine = minutes.get(entry.person_id, {})
        yield [
            *(entry.name, entry.volunteer_no, _("yes") if entry.walk_in else ""),
            *(_(entry.word), _wall(entry.checked_in_at), _wall(entry.checked_out_at)),
            *(mine.get("locked", 0), mine.get("recorded", 0), source.get(entry.person_id, "")),
        ]


def _wall(instant: datetime | None) -> str:
    return f"{instant.astimezone(zone()):%Y-%m-%d %H:%M}" if instant else ""
