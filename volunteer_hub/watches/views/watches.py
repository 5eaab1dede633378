"""What one watches: the list, begin, change, and end."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from volunteer_hub.activities.models import Series
from volunteer_hub.activities.queries.activities import find_site
from volunteer_hub.activities.queries.words import say_rule
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.forms import Confirmation, blame
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import localized
from volunteer_hub.foundation.refusal import NotFound, Refusal
from volunteer_hub.places.models import Place
from volunteer_hub.places.queries import choices, get_by_code
from volunteer_hub.watches import policy, rules
from volunteer_hub.watches.actions import watching as actions
from volunteer_hub.watches.forms import WatchForm, WishForm
from volunteer_hub.watches.models import Watch
from volunteer_hub.watches.queries import watches as queries

blueprint = Blueprint("watches", "volunteer_hub.watches.views")
blueprints = (blueprint,)

Answer = Response | tuple[str, int]
OFFERED = ("subdistrict", "community")  # narrower places are watched from their own pages
TICKED = ("understaffed", "all_clear")


@blueprint.get("/watches")
@permits(policy.READ_OWN)
def mine() -> str:
    """List what one watches, each with the shifts that lack people there now."""
    page = queries.page_own(_me(), after=request.args.get("after"))
    return render_template(
        "watches/mine.html",
        watches=page.items,
        gaps=queries.count_gaps([watch.id for watch in page.items], now=utc_now()),
        words=rules.WISH_WORDS,
        say_rule=say_rule,
        next_url=url_for(".mine", after=page.next) if page.next else "",
        may_read_gaps=policy.READ_GAPS.allows(current_actor()),
    )


@blueprint.route("/watches/new", methods=["GET", "POST"])
@permits(policy.KEEP_OWN)
def new() -> Answer:
    """Begin to watch a place that is chosen, or the series or place that the address names."""
    series, place = _asked_series(), _asked_place()
    known = queries.find_live(_me(), **_subject(place, series)) if place or series else None
    if known and request.method == "GET":
        return redirect(url_for(".change", watch_id=known.id), 303)
    form = WishForm.ticked(TICKED) if series or place else _with_places(WatchForm.ticked(TICKED))
    if form.validate_on_submit():
        try:
            _begin(form, place, series)
            return redirect(url_for(".mine"), 303)
        except Refusal as refusal:
            blame(form, refusal)
            series, place = _asked_series(), _asked_place()  # the rollback let go of them
    page = render_template("watches/new.html", form=form, place=place, series=series)
    return page, 422 if form.errors else 200


@blueprint.route("/watches/<int:watch_id>", methods=["GET", "POST"])
@permits(policy.KEEP_OWN)
def change(watch_id: int) -> Answer:
    """Change what one hears of."""
    watch = _own(watch_id)
    form = WishForm.ticked(watch.wishes)
    if form.validate_on_submit():
        try:
            with transaction():
                actions.change(watch_id=watch_id, by=_me(), wishes=form.wishes)
            flash(_("Saved."), "success")
            return redirect(url_for(".mine"), 303)
        except Refusal as refusal:
            blame(form, refusal)
            watch = _own(watch_id)
    elif watch.ended_at:
        return _over()
    page = render_template("watches/change.html", form=form, watch=watch)
    return page, 422 if form.errors else 200


@blueprint.route("/watches/<int:watch_id>/end", methods=["GET", "POST"])
@permits(policy.KEEP_OWN)
def end(watch_id: int) -> Answer:
    """End a watch: the way out that stands in every letter."""
    watch, form = _own(watch_id), Confirmation()
    if watch.ended_at:
        return _over()
    if not form.validate_on_submit():
        return render_template("watches/end.html", form=form, watch=watch), 200
    try:
        with transaction():
            actions.end(watch_id=watch_id, by=_me(), now=utc_now())
    except rules.WatchHasEnded:
        return _over()
    flash(_("Ended. You hear nothing from it any more."), "success")
    return redirect(url_for(".mine"), 303)


def _begin(form: WishForm, place: Place | None, series: Series | None) -> None:
    if isinstance(form, WatchForm):
        place = get_by_code(form.place.data)
    subject = _subject(place, series)
    with transaction():
        actions.begin(person_id=_me(), wishes=form.wishes, now=utc_now(), **subject)
    what = localized(series, "title") if series else localized(place, "name")
    flash(_("You watch this now: %(what)s.", what=what), "success")


def _asked_series() -> Series | None:
    """Read the series that the address names; NotFound if it names what nobody may see."""
    asked = request.args.get("series")
    if not asked:
        return None
    if not (asked.isdecimal() and asked.isascii() and len(asked) < 16):
        raise NotFound
    return queries.get_watchable_series(int(asked))


def _asked_place() -> Place | None:
    asked = request.args.get("place")
    if not asked or request.args.get("series"):
        return None
    place = find_site(asked)
    if place is None:
        raise NotFound
    return place


def _subject(place: Place | None, series: Series | None) -> dict[str, int | None]:
    return {"place_id": place.id if place else None, "series_id": series.id if series else None}


def _with_places(form: WatchForm) -> WatchForm:
    form.place.choices = {one.code: one.label for one in choices(kinds=OFFERED)}
    return form


def _own(watch_id: int) -> Watch:
    watch = queries.get_watch(watch_id)
    if watch.person_id != _me():
        raise NotFound
    return watch


def _over() -> Response:
    """Say that it was ended before, as whoever opens an old letter reads."""
    flash(_(rules.WatchHasEnded.said), "info")
    return redirect(url_for(".mine"), 303)


def _me() -> int:
    return current_actor().person_id or 0
