"""Doors that no room has: one for each thing that can happen at a door."""

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request
from flask_openapi3 import Tag
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import text
from wtforms import StringField

from volunteer_hub.foundation import audit
from volunteer_hub.foundation.api import In, ListOf, Out, Paged, answer, answer_page, blueprint
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.forms import Form, Needed
from volunteer_hub.foundation.paging import Page
from volunteer_hub.foundation.policy import COORDINATOR, everybody, everyone_signed_in, only
from volunteer_hub.foundation.refusal import BrokenInput, NotFound, Refusal
from volunteer_hub.foundation.replay import replayed

OPEN = everybody("open")
HERE = "/baiyin/ganjiaxiang/"


class ShiftIsFull(Refusal):
    said = "This is not possible right now."


class TryForm(Form):
    name = StringField(validators=[Needed()])


class Thing(In):
    name: str = Field(min_length=2, max_length=5)
    places: int = Field(1, ge=1, le=9)
    starts_at: AwareDatetime | None = None
    kind: str = Field("a", pattern="^[a-z]$")
    tags: list[str] = Field([], max_length=2)


class ThingOut(Out):
    name: str
    places: int


class ThingPath(BaseModel):
    thing_id: int


def page_doors() -> Blueprint:
    """Make the pages below /tried."""
    doors = Blueprint("tried", __name__, url_prefix="/tried")
    for rule, view, permission in (
        ("/open", lambda: "open", OPEN),
        ("/signed-in", lambda: "signed in", everyone_signed_in("in")),
        ("/staff", lambda: "staff", only("staff", COORDINATOR, scope="read")),
        ("/refused", _refuse, OPEN),
        ("/broken", _break, OPEN),
        ("/crash", _crash, OPEN),
        ("/cached", _cached, OPEN),
        ("/value", _ask, OPEN),
        ("/outside", _look_outside, only("outside", COORDINATOR, scope="read")),
        ("/abort/<int:status>", lambda status: abort(status), OPEN),
    ):
        name = rule.split("/")[1]
        methods = ["GET", "POST"] if name == "signed-in" else ["GET"]
        view = permits(permission)(_named(name, view))
        doors.add_url_rule(rule, name, view, methods=methods)
    doors.add_url_rule("/form", "form", permits(OPEN)(_form), methods=["POST"])
    doors.add_url_rule("/upload", "upload", permits(OPEN)(_upload), methods=["POST"])
    doors.add_url_rule("/unguarded", "unguarded", lambda: "nobody asked")
    return doors


def _named(name: str, view: Any) -> Any:
    """Wrap the view: a permission is marked on the function itself."""

    def own(**values: Any) -> Any:
        return view(**values)

    own.__name__ = name
    return own


def _refuse() -> None:
    raise ShiftIsFull


def _break() -> None:
    raise BrokenInput([("phone", "Please fill this in.")])


def _crash() -> None:
    raise ZeroDivisionError("on purpose")


def _cached() -> Response:
    return Response("feed", headers={"Cache-Control": "public, max-age=300"})


def _ask() -> str:
    asked = request.args.get("text", "")
    return db.session.execute(text("select cast(:asked as text)"), {"asked": asked}).scalar_one()


def _look_outside() -> str:
    only("outside", COORDINATOR).ensure(current_actor(), path="/far/away/")
    return "reached"


def _form() -> tuple[str, int]:
    form = TryForm()
    return (form.name.data or "", 200) if form.validate_on_submit() else ("invalid", 422)


def _upload() -> str:
    file = request.files["file"]
    return str(len(file.read())) + Path(file.filename or "").suffix


def api_doors() -> Any:
    """Make the doors below /api/v1/tried."""
    api = blueprint("tried_api", __name__)
    write = everyone_signed_in("write", scope="write")

    @api.get("/tried", responses={200: ListOf[ThingOut]}, tags=[Tag(name="tried")])
    @permits(OPEN)
    def list_things(query: Paged) -> Response:
        things = [ThingOut(name=f"n{n}", places=n) for n in range(query.limit)]
        page = Page(things, None if query.after else "cursor")
        return answer_page(page, lambda one: one, "tried_api.list_things", limit=query.limit)

    @api.post("/tried", responses={201: ThingOut}, tags=[Tag(name="tried")])
    @permits(write)
    @replayed
    def add_thing(body: Thing) -> Response:
        with transaction():
            audit.record("added", f"tried:{body.name}")
            db.session.flush()
            if body.name == "full":
                raise ShiftIsFull
            if body.name == "gone":
                raise NotFound
        if body.name == "late":
            raise ZeroDivisionError("after the write")
        return answer(ThingOut.model_validate(body), 201)

    @api.delete("/tried/<int:thing_id>", tags=[Tag(name="tried")])
    @permits(write)
    @replayed
    def drop_thing(path: ThingPath) -> tuple[str, int]:
        with transaction():
            audit.record("dropped", f"tried:{path.thing_id}")
        return "", 204

    for name, view in (("refused", _refuse), ("broken", _break), ("crash", _crash)):
        api.get(f"/tried/{name}")(permits(OPEN)(_named(name, view)))
    api.get("/tried/signed-in")(permits(everyone_signed_in("in"))(_named("signed_in", _who)))
    return api


def _who() -> Response:
    return jsonify(current_actor().name)
