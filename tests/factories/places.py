from volunteer_hub.foundation.database import db
from volunteer_hub.places.models import Place


def make_place(
    code: str, *, kind: str = "community", parent: Place | None = None, name_zh: str = "某社区"
) -> Place:
    place = add_place(code, kind=kind, parent=parent, name_zh=name_zh)
    db.session.flush()
    return place


def add_place(
    code: str, *, kind: str = "community", parent: Place | None = None, name_zh: str = "某社区"
) -> Place:
    """A place not yet written, below a written one: several are written at once."""
    place = Place(
        code=code,
        kind=kind,
        parent_id=parent.id if parent else None,
        path=f"{parent.path if parent else '/'}{code}/",
        name_zh=name_zh,
        name_en=code.capitalize(),
        sort_key=code,
    )
    db.session.add(place)
    return place
