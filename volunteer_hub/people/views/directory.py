"""The directory of people, for the staff of the places where they live."""

from typing import Any, TypeVar

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from volunteer_hub.foundation import audit
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.language import localized, say
from volunteer_hub.foundation.policy import Permission
from volunteer_hub.foundation.refusal import NotFound, Refusal
from volunteer_hub.people.actions import accounts
from volunteer_hub.people.forms import (
    AddPersonForm,
    EditPersonForm,
    RoleForm,
    SearchForm,
    place_choices,
)
from volunteer_hub.people.models import Person
from volunteer_hub.people.policy import (
    ADD_PERSON,
    CHANGE_PERSON,
    DIRECTORY,
    READ_CONTACT,
    SEND_LINK,
    grantable_places,
    grantable_roles,
    scope_of,
)
from volunteer_hub.people.queries import callers, persons, readers
from volunteer_hub.people.queries.directory import page_directory
from volunteer_hub.people.rules.accounts import PRIVACY_NOTICE, PRIVACY_VERSION, ROLE_NAMES
from volunteer_hub.people.views.session import blueprint
from volunteer_hub.places.queries import Choice, choices, find_by_code, get_place

blueprints = (blueprint,)
Answer = Response | str | tuple[str, int]
Homes = TypeVar("Homes", bound=EditPersonForm)
HOMES = ("subdistrict", "community", "grid")


@blueprint.get("/people")
@permits(DIRECTORY)
def directory() -> str:
    """List the people of the reader's places; no address is whole here."""
    scope, form = scope_of(current_actor()), SearchForm(request.args, meta={"csrf": False})
    places = choices(None if scope.everywhere else scope.paths, kinds=HOMES)
    form.place.choices = {"": _("All"), **{one.code: one.label for one in places}}
    search = form.q.data or ""
    chosen = find_by_code(form.place.data) if form.place.data else None
    page = page_directory(
        scope,
        search=search,
        path=chosen.path if chosen else None,
        after=request.args.get("after"),
    )
    given: dict[str, Any] = {"q": search or None, "place": chosen.code if chosen else None}
    return render_template(
        "people/directory.html",
        form=form,
        page=page,
        next_url=url_for("people.directory", **given, after=page.next) if page.next else "",
        filtered=any(given.values()),
        role_names=ROLE_NAMES,
        may_add=ADD_PERSON.allows(current_actor()),
    )


@blueprint.get("/people/<int:person_id>")
@permits(DIRECTORY)
def person(person_id: int) -> str:
    """Show one person; their coordinator sees the number, and that is written down."""
    actor = current_actor()
    shown = persons.get_visible(person_id, scope_of(actor))
    whole = _reaches(person_id, READ_CONTACT)
    if whole:
        with transaction():
            home = shown.home_place.path if shown.home_place else "/"
            audit.record("read-contact", f"person:{person_id}", place_path=home)
    roles, paths = grantable_roles(actor), grantable_places(actor)
    return render_template(
        "people/person.html",
        person=shown,
        phone=shown.written_phone if whole else readers.masked(shown.phone),
        email=shown.email if whole else readers.masked(shown.email),
        whole=whole,
        grants=[
            (grant, grant.role in grantable_roles(actor, grant.place.path))
            for grant in callers.list_grants(person_id)
        ],
        role_names=ROLE_NAMES,
        role_form=RoleForm().offer(roles, choices(paths)) if roles else None,
        may_change=_reaches(person_id, CHANGE_PERSON),
        may_send_link=bool(shown.email) and _reaches(person_id, SEND_LINK),
        myself=person_id == actor.person_id,
    )


@blueprint.get("/people/add")
@permits(ADD_PERSON)
def add_person() -> str:
    """Ask for what an account needs, for somebody who cannot open it alone."""
    return _add_page(AddPersonForm())


@blueprint.post("/people/add")
@permits(ADD_PERSON)
def create_person() -> Answer:
    """Open the account, with the consent that was given aloud."""
    form = _offer_homes(AddPersonForm(), ADD_PERSON)
    if not form.validate():
        return _add_page(form), 422
    home, now = get_place(form.home_place.data) if form.home_place.data else None, utc_now()
    language = form.language.data
    try:
        with transaction():
            new = accounts.create_person(
                name=form.name.data or "",
                language=language,
                birth_date=form.birth_date.data,
                home_place=home,
                phone=form.found.phone,
                email=form.found.email,
                now=now,
            )
            consent = {"purpose": PRIVACY_NOTICE, "version": PRIVACY_VERSION}
            accounts.give_consent(person=new, language=language, now=now, **consent)
            path = home.path if home else "/"
            audit.record("added-person", f"person:{new.id}", place_path=path)
    except Refusal as refusal:
        form.address.errors = [say(refusal)]
        return _add_page(form), refusal.status
    flash(_("%(name)s has an account now.", name=new.name), "success")
    return redirect(url_for("people.person", person_id=new.id), 303)


@blueprint.get("/people/<int:person_id>/edit")
@permits(CHANGE_PERSON)
def edit_person(person_id: int) -> str:
    """Show what may be put right in an account."""
    shown = persons.get_visible(person_id, scope_of(current_actor(), CHANGE_PERSON))
    form = EditPersonForm(obj=shown)
    form.home_place.data = shown.home_place_id
    return _edit_page(form, shown)


@blueprint.post("/people/<int:person_id>/edit")
@permits(CHANGE_PERSON)
def save_person(person_id: int) -> Answer:
    """Keep what was put right."""
    changed = persons.get_visible(person_id, scope_of(current_actor(), CHANGE_PERSON))
    form = _offer_homes(EditPersonForm(), CHANGE_PERSON, changed)
    if not form.validate():
        return _edit_page(form, changed), 422
    home = get_place(form.home_place.data) if form.home_place.data else None
    try:
        with transaction():
            facts = {"name": form.name.data, "birth_date": form.birth_date.data}
            accounts.change_profile(person=changed, now=utc_now(), home_place=home, **facts)
            path = home.path if home else "/"
            audit.record("changed-person", f"person:{person_id}", place_path=path)
    except Refusal as refusal:
        form.birth_date.errors = [say(refusal)]
        return _edit_page(form, changed), refusal.status
    flash(_("Saved."), "success")
    return redirect(url_for("people.person", person_id=person_id), 303)


def _reaches(person_id: int, permission: Permission) -> bool:
    """Tell whether this permission, and not only the directory's, reaches the person."""
    actor = current_actor()
    if not permission.allows(actor):
        return False
    try:
        persons.get_visible(person_id, scope_of(actor, permission))
    except NotFound:
        return False
    return True


def _offer_homes(form: Homes, permission: Permission, person: Person | None = None) -> Homes:
    """Offer the reader's places; 'not said' only to those who can find such people again."""
    scope = scope_of(current_actor(), permission)
    home = person.home_place if person else None
    places = choices(None if scope.everywhere else scope.paths, kinds=HOMES)
    if home and home.id not in {place.id for place in places}:
        places.append(Choice(home.id, home.code, localized(home, "name")))
    stays_nowhere = person is not None and home is None
    nowhere = scope.everywhere or scope.homeless or stays_nowhere
    form.home_place.choices = place_choices(places, nowhere=nowhere)
    return form


def _add_page(form: AddPersonForm) -> str:
    return render_template("people/add_person.html", form=_offer_homes(form, ADD_PERSON))


def _edit_page(form: EditPersonForm, person: Person) -> str:
    page = _offer_homes(form, CHANGE_PERSON, person)
    return render_template("people/edit_person.html", form=page, person=person)
