"""Let the tree of places grow."""

from sqlalchemy.exc import IntegrityError

from volunteer_hub.foundation.database import attempt, db, violated
from volunteer_hub.places import rules
from volunteer_hub.places.models import Place


def add_place(
    *,
    code: str,
    kind: str,
    parent: Place | None,
    name_zh: str,
    name_en: str | None = None,
    address_zh: str | None = None,
    address_en: str | None = None,
    phone: str | None = None,
) -> Place:
    """Add a place below its parent, or at the top.

    :raises PlaceDoesNotFit: below something as narrow as itself
    :raises CodeCannotBeUsed: unless the code is a plain word
    :raises CodeIsTaken: if another place has it
    """
    rules.ensure_usable(code)
    rules.ensure_fits(kind, parent_kind=parent.kind if parent else None)
    place = Place(
        code=code,
        kind=kind,
        parent_id=parent.id if parent else None,
        path=f"{parent.path if parent else '/'}{code}/",
        name_zh=name_zh,
        name_en=name_en or None,
        address_zh=address_zh or None,
        address_en=address_en or None,
        phone=phone or None,
        sort_key=rules.pinyin(name_zh),
    )
    try:
        with attempt():
            db.session.add(place)
    except IntegrityError as error:
        if violated(error) in ("uq_place_code", "uq_place_path"):
            raise rules.CodeIsTaken(code=code) from error
        raise
    return place
