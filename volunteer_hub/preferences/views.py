"""Which letters come, and how: one page, one button."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from volunteer_hub.foundation import audit
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.forms import blame
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.refusal import BrokenInput, NotFound
from volunteer_hub.messages.rules.kinds import ALWAYS_GO, EVERY_KIND, KIND_WORDS
from volunteer_hub.messages.rules.states import CHANNELS
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries.persons import get_person
from volunteer_hub.people.queries.readers import masked
from volunteer_hub.preferences import actions, policy, queries, rules
from volunteer_hub.preferences.forms import NightForm
from volunteer_hub.preferences.rules import Choice

blueprint = Blueprint("preferences", __name__)
blueprints = (blueprint,)
Answer = Response | str | tuple[str, int]


@blueprint.get("/me/letters")
@permits(policy.READ_OWN)
def letters() -> str:
    """Show which letters come on which channel, ready to be changed."""
    return _page(_form())


@blueprint.post("/me/letters")
@permits(policy.CHOOSE_OWN)
def save() -> Answer:
    """Keep what was changed on the page, and nothing else."""
    form = _form()
    if "begins" not in request.form:
        form.leave_out()
    shown, ticked = request.form.getlist("shown"), request.form.getlist("on")
    chosen = rules.read(_groups(), shown=shown, ticked=ticked)
    if not form.validate():
        return _page(form, chosen), 422
    now, night = utc_now(), form.new_night()
    try:
        with transaction():
            person = _me()
            altered = actions.choose(person=person, choices=chosen, now=now)
            said = sorted(f"{one.name}={chosen[one]:d}" for one in altered)
            if night and actions.sleep(person=person, night=night, now=now):
                said.append(f"night={night}")
            _note(person, said)
    except BrokenInput as refusal:
        blame(form, refusal)
        return _page(form, chosen), refusal.status
    flash(_("Saved."), "success")
    return redirect(url_for(".letters"), 303)


@blueprint.post("/me/letters/<channel>/on")
@permits(policy.CHOOSE_OWN)
def switch_on(channel: str) -> Answer:
    """Let a channel carry letters again that was stopped as a whole."""
    if channel not in CHANNELS:
        raise NotFound
    with transaction():
        person = _me()
        if actions.switch_on(person=person, channel=channel, now=utc_now()):
            _note(person, [f"{EVERY_KIND}.{channel}=1"])
    text = _("Text messages come again.") if channel == "sms" else _("E-mails come again.")
    flash(text, "success")
    return redirect(url_for(".letters"), 303)


def _page(form: NightForm, chosen: Mapping[Choice, bool] | None = None) -> str:
    """Show the page as it is kept, or with what somebody chose and could not be kept yet."""
    person, chosen = _me(), chosen or {}
    stopped = queries.stopped_by(person.id)
    facts = {"remind_by": person.remind_by, "stopped": stopped}
    given = {"email": person.email, "sms": person.phone}
    channels = [channel for channel in CHANNELS if given[channel]]
    kept = rules.lay_out(_groups(), stopped=stopped, channels=channels)
    wished = {one for one in stopped | chosen.keys() if not chosen.get(one, one not in stopped)}
    return render_template(
        "preferences/letters.html",
        form=form,
        channels=channels,
        addresses={channel: masked(address) for channel, address in given.items()},
        off=[one for one in channels if rules.is_off(one, **facts)],
        shown=[name for group in kept for name in group.ticked],
        groups=rules.lay_out(_groups(), stopped=wished, channels=channels),
        always=[(kind, _fixed(kind, channels)) for kind in ALWAYS_GO],
        words=KIND_WORDS,
    )


def _form() -> NightForm:
    form = NightForm()
    form.offer(queries.night_of(_me().id))
    return form


def _fixed(kind: str, channels: list[str]) -> list[rules.Box]:
    return [rules.Box(cell.name, cell.channel, True) for cell in rules.cells([kind], channels)]


def _groups() -> list[rules.Group]:
    return rules.list_groups(staff=current_actor().is_staff)


def _note(person: Person, choices: list[str]) -> None:
    if choices:
        audit.record("chose-letters", f"person:{person.id}", choices=choices)


def _me() -> Person:
    return get_person(current_actor().person_id or 0)
