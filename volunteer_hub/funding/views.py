"""A project's public page with its money, and how entries are written, approved and taken back."""

from collections.abc import Callable
from decimal import Decimal

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from volunteer_hub.foundation import sheets
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import local_day, localized, say
from volunteer_hub.foundation.policy import Permission
from volunteer_hub.foundation.refusal import Refusal
from volunteer_hub.funding import actions, policy, queries
from volunteer_hub.funding.forms import EntryForm, ReasonForm
from volunteer_hub.funding.models import Entry
from volunteer_hub.funding.rules import WORDS
from volunteer_hub.projects.models import Project
from volunteer_hub.projects.policy import EDIT, READ_DRAFT
from volunteer_hub.projects.queries import get_by_slug, get_whole
from volunteer_hub.projects.rules import GROUP_WORDS, STATE_WORDS

blueprint = Blueprint("funding", __name__)
blueprints = (blueprint,)

Answer = Response | tuple[str, int]


@blueprint.get("/projects/<slug>")
@permits(policy.READ)
def project(slug: str) -> str:
    """Show a project to everybody: what it wants, how far it is, and every yuan."""
    shown = _readable(get_whole(slug))
    actor, path = current_actor(), shown.place.path
    sums = queries.totals([shown.id])[shown.id]
    page = queries.list_ledger(shown.id, after=request.args.get("after"))
    sees_waiting = policy.READ_WAITING.allows(actor, path=path)
    return render_template(
        "funding/project.html",
        project=shown,
        state_word=STATE_WORDS[shown.state],
        group_word=GROUP_WORDS[shown.beneficiary_group],
        sums=sums,
        last_payment=queries.find_last_payment(shown.id),
        ledger=page.items,
        purpose=_purpose,
        next_url=url_for(".project", slug=slug, after=page.next) if page.next else "",
        waiting=queries.list_waiting_of(shown.id) if sees_waiting else (),
        words=WORDS,
        may_edit=EDIT.allows(actor, path=path),
        may_record=shown.state == "published" and policy.RECORD.allows(actor, path=path),
    )


@blueprint.get("/projects/<slug>/ledger.<any(csv, xlsx):form>")
@permits(policy.READ)
def ledger(slug: str, form: str) -> Response:
    """Give what counts of a project as a file, the earliest line first."""
    shown = _readable(get_by_slug(slug))
    head = [
        _("Day"),
        _("Kind"),
        _("Purpose"),
        _("Funder or payee"),
        _("Voucher"),
        _("Amount (yuan)"),
    ]
    rows = [
        (
            entry.occurred_on,
            _(WORDS[entry.kind]),
            _purpose(entry),
            localized(entry, "counterparty"),
            entry.voucher_no,
            Decimal(entry.amount_fen).scaleb(-2),  # fen to yuan, both decimals kept
        )
        for entry in queries.list_whole_ledger(shown.id)
    ]
    if form == "csv":
        answer = Response(sheets.write_csv(head, rows), content_type=sheets.CSV_TYPE)
    else:
        book = sheets.write_xlsx(_("Ledger"), head, rows)
        answer = Response(book, content_type=sheets.XLSX_TYPE)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{slug}-ledger.{form}")
    return answer


@blueprint.get("/projects/<slug>/ledger/new")
@permits(policy.RECORD)
def new(slug: str) -> str:
    return _show_new(_of(slug, policy.RECORD), EntryForm(occurred_on=local_day(utc_now())))


@blueprint.post("/projects/<slug>/ledger/new")
@permits(policy.RECORD)
def record(slug: str) -> Answer:
    """Write an entry that waits for a second person; what was typed stays when it is refused."""
    shown, form = _of(slug, policy.RECORD), EntryForm()
    if not form.validate_on_submit():
        return _show_new(shown, form), 422
    by = current_actor().person_id or 0
    try:
        with transaction():
            actions.record_entry(project=shown, created_by=by, now=utc_now(), **form.facts())
    except Refusal as refusal:
        flash(say(refusal), "error")
        return _show_new(get_by_slug(slug), form), refusal.status
    flash(_("Written down. It counts once a second person has approved it."), "success")
    return redirect(url_for(".project", slug=slug), 303)


@blueprint.get("/funding")
@permits(policy.READ_WAITING)
def queue() -> str:
    """Show what waits for a second person at the reader's places, the oldest first."""
    actor = current_actor()
    paths = actor.paths(policy.READ_WAITING.roles or ())
    page = queries.list_waiting(paths, after=request.args.get("after"))
    return render_template(
        "funding/queue.html",
        entries=page.items,
        mine={entry.id for entry in page.items if policy.may_approve(actor, entry)},
        next_url=url_for(".queue", after=page.next) if page.next else "",
        words=WORDS,
        actor=actor,
    )


@blueprint.get("/funding/<int:entry_id>")
@permits(policy.READ_WAITING)
def show(entry_id: int) -> str:
    return _show(_entry(entry_id, policy.READ_WAITING), ReasonForm(formdata=None))


@blueprint.post("/funding/<int:entry_id>/approve")
@permits(policy.SETTLE)
def approve(entry_id: int) -> Response:
    entry, actor = _entry(entry_id, policy.SETTLE), current_actor()
    policy.ensure_may_settle(actor, entry)
    by, said = actor.person_id or 0, _("Approved. It counts from now on.")
    return _do(
        entry_id, said, lambda: actions.approve_entry(entry_id=entry_id, approver=by, now=utc_now())
    )


@blueprint.post("/funding/<int:entry_id>/reject")
@permits(policy.SETTLE)
def reject(entry_id: int) -> Answer:
    entry = _entry(entry_id, policy.SETTLE)
    policy.ensure_may_settle(current_actor(), entry)
    said = _("Rejected. Whoever wrote it can see why.")
    return _with_reason(
        entry,
        said,
        lambda why, by: actions.reject_entry(entry_id=entry_id, reason=why, rejecter=by),
    )


@blueprint.post("/funding/<int:entry_id>/reverse")
@permits(policy.REVERSE)
def reverse(entry_id: int) -> Answer:
    entry = _entry(entry_id, policy.REVERSE)
    said = _("The reversal is written down and waits for a second person.")
    return _with_reason(
        entry,
        said,
        lambda why, by: actions.reverse_entry(
            entry_id=entry_id, reason=why, created_by=by, now=utc_now()
        ),
    )


def _readable(shown: Project) -> Project:
    """Let everybody read what was published, and of drafts those who may."""
    if shown.state == "draft":
        READ_DRAFT.ensure(current_actor(), path=shown.place.path)
    return shown


def _of(slug: str, permission: Permission) -> Project:
    shown = get_by_slug(slug)
    permission.ensure(current_actor(), path=shown.place.path)
    return shown


def _entry(entry_id: int, permission: Permission) -> Entry:
    entry = queries.get_entry(entry_id)
    permission.ensure(current_actor(), path=entry.project.place.path)
    return entry


def _with_reason(entry: Entry, said: str, act: Callable[[str, int], object]) -> Answer:
    form = ReasonForm()
    if not form.validate_on_submit():
        return _show(entry, form), 422
    why, by = form.reason.data or "", current_actor().person_id or 0
    return _do(entry.id, said, lambda: act(why, by))


def _do(entry_id: int, said: str, act: Callable[[], object]) -> Response:
    """Do one thing to an entry and show it again, saying what came of it."""
    try:
        with transaction():
            act()
    except Refusal as refusal:
        flash(say(refusal), "error")
    else:
        flash(said, "success")
    return redirect(url_for(".show", entry_id=entry_id), 303)


def _show(entry: Entry, form: ReasonForm) -> str:
    actor, path, waits = current_actor(), entry.project.place.path, entry.state == "draft"
    reversals = queries.count_reversals(entry.id)
    reversible = entry.state == "approved" and not entry.is_reversal and not reversals
    return render_template(
        "funding/show.html",
        entry=entry,
        kind=WORDS[entry.kind],
        form=form,
        is_own=entry.created_by == actor.person_id,
        may_approve=waits and policy.may_approve(actor, entry),
        may_reject=waits and policy.may_reject(actor, entry),
        may_reverse=reversible and policy.REVERSE.allows(actor, path=path),
        reversals=reversals,
    )


def _show_new(shown: Project, form: EntryForm) -> str:
    return render_template("funding/new.html", project=shown, form=form)


def _purpose(entry: Entry) -> str:
    said = localized(entry, "purpose")
    if entry.is_reversal:
        return _("Taken back: %(reason)s", reason=said)
    return said or _(WORDS[entry.kind])
