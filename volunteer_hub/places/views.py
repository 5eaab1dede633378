"""Where a place is and what lies there; the page on which the tree grows."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from volunteer_hub.foundation import audit
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import localized, say
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.places import queries
from volunteer_hub.places.actions import add_place
from volunteer_hub.places.forms import PlaceForm
from volunteer_hub.places.policy import ADD, SHOW
from volunteer_hub.places.rules import KIND_NAMES, KINDS, PlaceDoesNotFit

blueprint = Blueprint("places", __name__)
blueprints = (blueprint,)
Answer = Response | str | tuple[str, int]
TEXTS = ("name_zh", "name_en", "address_zh", "address_en", "phone")


@blueprint.get("/places/<code>")
@permits(SHOW)
def show(code: str) -> str:
    """Say how to get there and what lies below."""
    place = queries.get_by_code(code)
    below = queries.page_below(place, after=request.args.get("after"))
    return render_template(
        "places/show.html",
        place=place,
        above=queries.list_above(place),
        below=below.items,
        next_url=url_for("places.show", code=code, after=below.next) if below.next else "",
        kind_names=KIND_NAMES,
        may_add=ADD.allows(current_actor(), path=place.path) and place.kind != KINDS[-1],
    )


@blueprint.get("/places/add")
@permits(ADD)
def add() -> str:
    """Ask for a new place, below the one named in the address if there is one."""
    parent = queries.find_by_code(request.args.get("below", ""))
    return _page(PlaceForm(parent=parent.id if parent else None))


@blueprint.post("/places/add")
@permits(ADD)
def create() -> Answer:
    """Let the tree grow by one place."""
    form = _offer(PlaceForm())
    if not form.validate():
        return _page(form), 422
    parent = queries.get_place(form.parent.data) if form.parent.data else None
    if parent:
        ADD.ensure(current_actor(), path=parent.path)
    try:
        with transaction():
            texts = {name: form.data[name] for name in TEXTS}
            place = add_place(
                code=form.code.data or "", kind=form.kind.data, parent=parent, **texts
            )
            audit.record("added-place", f"place:{place.id}", place_path=place.path)
    except Refusal as refusal:
        field = form.kind if isinstance(refusal, PlaceDoesNotFit) else form.code
        field.errors = [say(refusal)]
        return _page(form), refusal.status
    flash(_("%(name)s has been added.", name=localized(place, "name")), "success")
    return redirect(url_for("places.show", code=place.code), 303)


def _offer(form: PlaceForm) -> PlaceForm:
    """Offer what can lie below something: everything at or below the reader's places."""
    mine = current_actor().paths(ADD.roles or ())
    offered = queries.choices(mine, kinds=KINDS[:-1])
    below = {str(one.id): one.label for one in offered}
    form.parent.choices = {"": _("None: at the top"), **below}
    return form


def _page(form: PlaceForm) -> str:
    return render_template("places/add.html", form=_offer(form))
