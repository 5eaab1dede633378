"""Write to those of a shift, an activity or a place: write, look, send; and the log of it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from volunteer_hub.activities.queries.activities import find_site, get_activity
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.forms import Confirmation, blame
from volunteer_hub.foundation.language import LANGUAGES, ngettext, say
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.refusal import NotFound, Refusal
from volunteer_hub.foundation.settings import settings
from volunteer_hub.mailings import actions, policy, queries, rules
from volunteer_hub.mailings.forms import MailingForm
from volunteer_hub.mailings.models import Mailing
from volunteer_hub.messages.rules.readers import mask
from volunteer_hub.messages.rules.states import STATE_WORDS
from volunteer_hub.people.queries.persons import get_person
from volunteer_hub.places.queries import choices
from volunteer_hub.shifts.queries.lists import where
from volunteer_hub.shifts.queries.shifts import get_shift

blueprint = Blueprint("mailings", __name__)
blueprints = (blueprint,)
SITES = ("subdistrict", "community")
Answer = Response | str | tuple[str, int]


@blueprint.get("/mailings")
@permits(policy.READ)
def log() -> str:
    """List who wrote what to whom, the newest first."""
    paths = current_actor().paths(policy.READ.roles or ())
    page = queries.page_mailings(paths, after=request.args.get("after"))
    return render_template(
        "mailings/log.html",
        mailings=page.items,
        about=queries.about,
        states=rules.STATE_WORDS,
        audiences=rules.AUDIENCE_WORDS,
        places=choices(paths, kinds=SITES),
        next_url=url_for(".log", after=page.next) if page.next else "",
    )


@blueprint.route("/mailings/new", methods=["GET", "POST"])
@permits(policy.WRITE)
def new() -> Answer:
    """Write a mailing; what it is about stands in the address."""
    subject = _asked()
    form = MailingForm().offer(of_place=len(subject) == 1)
    if form.validate_on_submit():
        try:
            with transaction():
                made = actions.draft(by=_me(), **subject, **_filled(form))
            return redirect(url_for(".show", mailing_id=made.id), 303)
        except Refusal as refusal:
            blame(form, refusal)
            subject = _asked()  # the rollback let go of it
    return _write(form, actions.blank(by=_me(), **subject))


@blueprint.route("/mailings/<int:mailing_id>/change", methods=["GET", "POST"])
@permits(policy.WRITE)
def change(mailing_id: int) -> Answer:
    """Write it otherwise, before it is sent."""
    mailing = _here(mailing_id)
    ways = {f"by_{channel}": channel in mailing.channels for channel in ("email", "sms")}
    form = MailingForm(obj=mailing, data=ways)
    form.offer(of_place=not mailing.shift_id and not mailing.activity_id)
    if form.validate_on_submit():
        try:
            with transaction():
                actions.change(mailing_id=mailing_id, **_filled(form))
            return redirect(url_for(".show", mailing_id=mailing_id), 303)
        except Refusal as refusal:
            blame(form, refusal)
            mailing = _here(mailing_id)
    return _write(form, mailing)


@blueprint.get("/mailings/<int:mailing_id>")
@permits(policy.READ)
def show(mailing_id: int) -> str:
    """Before it is sent: whom it reaches, and how it looks. Afterwards: what became of it."""
    mailing = _here(mailing_id)
    facts = {"mailing": mailing, "activity": queries.about(mailing), "where": where}
    facts |= {"audiences": rules.AUDIENCE_WORDS, "states": rules.STATE_WORDS}
    if mailing.state == rules.DRAFT:
        me = get_person(_me())
        shown = [(code, actions.preview(mailing, to=me, language=code)) for code in LANGUAGES]
        return render_template(
            "mailings/look.html",
            **facts,
            reach=actions.count(mailing),
            reasons=rules.REASON_WORDS,
            parts=actions.sms_parts(mailing),
            shown=shown,
            most=settings().mailings_a_day,
            most_letters=rules.LETTERS_A_DAY,
        )
    page = queries.page_letters(mailing, after=request.args.get("after"))
    return render_template(
        "mailings/show.html",
        **facts,
        form=Confirmation(),
        counted=queries.count_states(mailing),
        letters=page.items,
        words=STATE_WORDS,
        mask=mask,
        next_url=url_for(".show", mailing_id=mailing_id, after=page.next) if page.next else "",
    )


@blueprint.post("/mailings/<int:mailing_id>/send")
@permits(policy.WRITE)
def send(mailing_id: int) -> Response:
    """Send it; pressed twice it is sent once."""
    _here(mailing_id)
    try:
        with transaction():
            actions.send(mailing_id=mailing_id, by=_me(), now=utc_now())
        flash(_("It is being sent. This page shows how far it is."), "success")
    except Refusal as refusal:
        flash(say(refusal), "error")
    return redirect(url_for(".show", mailing_id=mailing_id), 303)


@blueprint.post("/mailings/<int:mailing_id>/stop")
@permits(policy.WRITE)
def stop(mailing_id: int) -> Response:
    """Call back what has not left."""
    _here(mailing_id)
    try:
        with transaction():
            number = actions.stop(mailing_id=mailing_id, now=utc_now())
        said = ngettext(
            "%(num)s letter was called back", "%(num)s letters were called back", number
        )
        flash(_("Stopped.") + " " + said, "success")
    except Refusal as refusal:
        flash(say(refusal), "error")
    return redirect(url_for(".show", mailing_id=mailing_id), 303)


def _write(form: MailingForm, mailing: Mailing) -> tuple[str, int]:
    """Ask for the words, and say how much of a text message they take so far."""
    begins = actions.begins(mailing)
    page = render_template(
        "mailings/write.html",
        form=form,
        mailing=mailing,
        begins=begins,
        room=rules.room_of(begins),
        parts=rules.sms_parts(form.words, begins=begins) if form.by_sms.data else 0,
    )
    return page, 422 if form.errors else 200


def _asked() -> dict[str, Any]:
    """Read what the address names, within one's scope; NotFound if it is nothing of one's own."""
    asked = {name: request.args.get(name, "") for name in ("shift", "activity", "place")}
    if asked["shift"]:
        shift = get_shift(_number(asked["shift"]))
        subject = {"place": shift.place, "shift_id": shift.id}
    elif asked["activity"]:
        activity = get_activity(_number(asked["activity"]))
        subject = {"place": activity.place, "activity_id": activity.id}
    else:
        subject = {"place": find_site(asked["place"])}
    if subject["place"] is None:
        raise NotFound
    policy.WRITE.ensure(current_actor(), path=subject["place"].path)
    return subject


def _number(text: str) -> int:
    if not (text.isdecimal() and text.isascii() and len(text) < 16):
        raise NotFound
    return int(text)


def _filled(form: MailingForm) -> dict[str, Any]:
    return {"words": form.words, "channels": form.channels, "audience": form.audience.data}


def _here(mailing_id: int) -> Mailing:
    mailing = queries.get_mailing(mailing_id)
    policy.READ.ensure(current_actor(), path=mailing.place.path)
    return mailing


def _me() -> int:
    return current_actor().person_id or 0
