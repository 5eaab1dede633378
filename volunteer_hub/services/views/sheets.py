"""Sheets: the empty one, handing one in, what a worker found in it, verifying it as a whole."""

from datetime import datetime, time

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import local_day, say
from volunteer_hub.foundation.paging import read_page
from volunteer_hub.foundation.policy import Permission
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.foundation.sheets import XLSX_TYPE
from volunteer_hub.places.models import Place
from volunteer_hub.places.queries import choices, get_place
from volunteer_hub.projects.rules import SITES
from volunteer_hub.services import policy
from volunteer_hub.services.actions import records as actions
from volunteer_hub.services.actions import sheets as importing
from volunteer_hub.services.forms import ReasonForm, SheetForm, choose_where, empty_sheet
from volunteer_hub.services.models import ImportBatch, ServiceRecord
from volunteer_hub.services.queries import sheets as queries
from volunteer_hub.services.rules.sheets import SheetIsKnown
from volunteer_hub.services.views.records import Answer, blueprint, next_url, viewer

blueprints = (blueprint,)


@blueprint.get("/services/import")
@permits(policy.IMPORT)
def imports() -> str:
    """Offer to hand a sheet in, above those that were."""
    return _show_imports(_form())


@blueprint.get("/services/import/template.xlsx")
@permits(policy.IMPORT)
def template() -> Response:
    """Give the empty sheet with its heads, an example row and notes."""
    content = empty_sheet(datetime.combine(local_day(utc_now()), time()))
    answer = Response(content, mimetype=XLSX_TYPE)
    answer.headers["Content-Disposition"] = 'attachment; filename="services.xlsx"'
    return answer


@blueprint.post("/services/import")
@permits(policy.IMPORT)
def hand_in() -> Answer:
    """Take a sheet, to check it only or to import it."""
    form = _form()
    if not form.validate_on_submit():
        return _show_imports(form), 422
    place = get_place(form.place.data)
    policy.IMPORT.ensure(current_actor(), path=place.path)
    file, dry_run = form.file.data, request.form.get("do") != "import"
    name, content = file.filename or "sheet", file.read()
    try:
        batch = _hand_in(name, content, place, dry_run=dry_run)
    except SheetIsKnown as known:
        return _go_to_first(known)
    except Refusal as refusal:
        form.file.errors = [*form.file.errors, say(refusal)]
        return _show_imports(form), refusal.status
    return redirect(url_for(".sheet", batch_id=batch.id), 303)


@blueprint.get("/services/import/<int:batch_id>")
@permits(policy.READ_SHEET)
def sheet(batch_id: int) -> str:
    """Show how far a sheet is, what is wrong with its rows, and what came of them."""
    batch, actor = _open(batch_id, policy.READ_SHEET), current_actor()
    path, mine = batch.place.path, batch.created_by == actor.person_id
    keys = [ServiceRecord.occurred_on, ServiceRecord.id]
    page = read_page(queries.list_rows(batch_id), keys=keys, after=request.args.get("after"))
    may_verify = not mine and policy.VERIFY.allows(actor, path=path)
    return render_template(
        "services/sheet.html",
        batch=batch,
        page=page,
        next_url=next_url(page.next),
        at_work=batch.state in ("waiting", "running") or batch.verifier_id is not None,
        may_import=policy.IMPORT.allows(actor, path=path),
        drafts=queries.count_drafts(batch_id, not_by=viewer()) if may_verify else 0,
        may_verify=may_verify,
        form=ReasonForm(),
    )


@blueprint.post("/services/import/<int:batch_id>/import")
@permits(policy.IMPORT)
def import_again(batch_id: int) -> Answer:
    """Import a sheet that was only checked, or only its good rows."""
    _open(batch_id, policy.READ_SHEET)
    batch = queries.get_with_content(batch_id)
    policy.IMPORT.ensure(current_actor(), path=batch.place.path)
    good = request.form.get("good_rows_only") == "1"
    try:
        fresh = _hand_in(
            batch.file_name, batch.content, batch.place, dry_run=False, good_rows_only=good
        )
    except SheetIsKnown as known:
        return _go_to_first(known)
    return redirect(url_for(".sheet", batch_id=fresh.id), 303)


@blueprint.post("/services/import/<int:batch_id>/verify")
@permits(policy.VERIFY)
def verify_sheet(batch_id: int) -> Answer:
    """Let all drafts of a sheet count."""
    _open(batch_id, policy.VERIFY)
    try:
        with transaction():
            actions.verify_sheet(batch_id=batch_id, verifier=viewer(), now=utc_now())
    except Refusal as refusal:
        flash(say(refusal), "error")
    else:
        flash(_("The rows of this sheet count now."), "success")
    return redirect(url_for(".sheet", batch_id=batch_id), 303)


def _hand_in(
    name: str, content: bytes, place: Place, *, dry_run: bool, good_rows_only: bool = False
) -> ImportBatch:
    with transaction():
        return importing.hand_in_sheet(
            file_name=name,
            content=content,
            place=place,
            created_by=viewer(),
            dry_run=dry_run,
            good_rows_only=good_rows_only,
            now=utc_now(),
        )


def _go_to_first(known: SheetIsKnown) -> Response:
    """Lead to the import of the same sheet, if this person may see it."""
    flash(say(known), "error")
    first = queries.get_batch(int(str(known.facts["batch_id"])))
    seen = policy.READ_SHEET.allows(current_actor(), path=first.place.path, owner=first.created_by)
    there = url_for(".sheet", batch_id=first.id) if seen else url_for(".imports")
    return redirect(there, 303)


def _open(batch_id: int, permission: Permission) -> ImportBatch:
    batch = queries.get_batch(batch_id)
    permission.ensure(current_actor(), path=batch.place.path, owner=batch.created_by)
    return batch


def _form() -> SheetForm:
    form = SheetForm()
    choose_where(form, choices(current_actor().paths(policy.WRITERS), kinds=SITES))
    return form


def _show_imports(form: SheetForm) -> str:
    batches = queries.list_batches(policy.sight_of(current_actor()))
    after = request.args.get("after")
    page = read_page(batches, keys=[ImportBatch.id], after=after, descending=True)
    return render_template(
        "services/imports.html", form=form, page=page, next_url=next_url(page.next)
    )
