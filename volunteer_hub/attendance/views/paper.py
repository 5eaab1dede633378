"""Type a paper sheet in: everybody in the sheet's order, by keyboard alone."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from volunteer_hub.attendance import policy
from volunteer_hub.attendance.actions.paper import Line, type_sheet
from volunteer_hub.attendance.forms import SheetForm
from volunteer_hub.attendance.queries import board
from volunteer_hub.attendance.queries import presence as queries
from volunteer_hub.attendance.rules.paper import SheetIsRefused
from volunteer_hub.attendance.rules.presence import EXPECTED
from volunteer_hub.attendance.views.check_in import blueprint, board_of, shift_in_scope
from volunteer_hub.attendance.views.shifts import in_sheet_order, sheet_number
from volunteer_hub.credentials.queries import find_person
from volunteer_hub.foundation import audit
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import say
from volunteer_hub.foundation.limits import limiter
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.hours.queries.hours import get_shift
from volunteer_hub.shifts.models import Shift

blueprints = (blueprint,)

LONGEST = 60  # signs of what is typed into one field
PERSON = "p"  # a line's key: p7 is the person with that id, w2 the second blank line
BLANK = tuple(f"w{number}" for number in range(1, 6))  # a sheet stored, there are as many again
FIELD = re.compile(rf"(?:arrived|left|no_show)-{PERSON}(\d{{1,18}})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line on the page: what stands for whom, what was typed, why it was refused."""

    number: int
    line: Line
    entry: board.RosterEntry | None = None  # None: a blank line, or somebody who gave the place up
    name: str = ""
    fault: str = ""

    @property
    def state(self) -> str:
        return self.entry.state if self.entry else EXPECTED


@blueprint.route("/attendance/shifts/<int:shift_id>/paper", methods=["GET", "POST"])
@limiter.limit("20 per minute", methods=["POST"])
@permits(policy.MARK)
def paper(shift_id: int) -> Response | tuple[str, int]:
    """Show the sheet's lines; what was typed stays until all of it can be stored."""
    shift, form = shift_in_scope(shift_id, policy.MARK), SheetForm()
    faults: Mapping[str, Refusal] = {}
    lines = _read(shift) if request.method == "POST" else []
    if form.validate_on_submit():
        try:
            return _store(shift, lines)
        except SheetIsRefused as refusal:
            faults = refusal.faults
        except Refusal as refusal:
            form.form_errors.append(say(refusal))
        shift = get_shift(shift_id)  # the rollback let go of it
    rows = _rows(shift, lines, faults)
    page = render_template(
        "attendance/paper.html",
        shift=shift,
        form=form,
        rows=rows,
        first_fault=next((row for row in rows if row.fault), None),
        number=sheet_number(shift),
        me=current_actor().person_id,
        begun=utc_now() >= shift.starts_at,
        back=board_of(shift),
    )
    return page, 422 if faults or form.errors else 200


def _store(shift: Shift, lines: Iterable[Line]) -> Response:
    reason = _("Paper sheet %(number)s", number=sheet_number(shift))
    by = current_actor().person_id or 0
    with transaction():
        stored = type_sheet(shift=shift, lines=lines, reason=reason, by=by, now=utc_now())
    said = ngettext("%(num)s line stored.", "%(num)s lines stored.", stored)
    flash(said if stored else _("Nothing new: all of it stands already."), "success")
    return redirect(url_for(".paper", shift_id=shift.id), 303)


def _read(shift: Shift) -> list[Line]:
    """Read the lines that were typed, and look up whom the numbers of walk-ins belong to."""
    named = {int(found[1]) for name in request.form if (found := FIELD.fullmatch(name))}
    people = queries.list_on_sheet(shift.id, named)
    lines = [_line(f"{PERSON}{person.id}", person_id=person.id) for person in people]
    return lines + _look_up([_line(key) for key in BLANK], shift)


def _line(key: str, *, person_id: int | None = None) -> Line:
    typed = {
        name: request.form.get(f"{name}-{key}", "").replace("\x00", "").strip()[:LONGEST]
        for name in ("number", "arrived", "left")
    }
    return Line(key=key, person_id=person_id, no_show=f"no_show-{key}" in request.form, **typed)


def _look_up(walk_ins: list[Line], shift: Shift) -> list[Line]:
    """Find the people behind the numbers; that somebody looked is written down."""
    named = []
    with transaction():
        for line in walk_ins:
            person = find_person(line.number) if line.number else None
            if person:
                audit.record("looked_up", f"person:{person.id}", place_path=shift.place.path)
            named.append(replace(line, person_id=person.id) if person else line)
    return named


def _rows(shift: Shift, lines: list[Line], faults: Mapping[str, Refusal]) -> list[Row]:
    """Put what was typed beside who is expected, in the sheet's order; blank lines come last."""
    typed = {line.key: line for line in lines}
    on_sheet = {
        f"{PERSON}{entry.person_id}": entry
        for entry in in_sheet_order(board.list_roster(shift, now=utc_now()))
    }
    gone = [line.person_id or 0 for line in lines if line.key not in {*on_sheet, *BLANK}]
    former = queries.list_on_sheet(shift.id, gone) if gone else []
    names = {f"{PERSON}{person.id}": person.name for person in former}
    rows = []
    for number, key in enumerate([*on_sheet, *names, *BLANK], start=1):
        entry = on_sheet.get(key)
        line = typed.get(key) or Line(key=key, person_id=entry.person_id if entry else None)
        name = entry.name if entry else names.get(key, "")
        fault = say(faults[key]) if key in faults else ""
        rows.append(Row(number=number, line=line, entry=entry, name=name, fault=fault))
    return rows
