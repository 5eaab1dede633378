from volunteer_hub.foundation.database import db
from volunteer_hub.places.models import Place


def make_place(
    code: str, *, kind: str = "community", parent: Place | None = None, name_zh: str = "某社区"
) -> Place:
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
    db.session.flush()
    return place
