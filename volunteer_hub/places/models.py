"""Where people live and work: subdistrict → community → grid → compound → … → household."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer_hub.foundation.database import Id, Model, quoted
from volunteer_hub.places.rules import KINDS


class Place(Model):
    """One node of the tree. `path` is /code/code/…/ from the root: a role reaches by its prefix."""

    __tablename__ = "place"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("path"),
        CheckConstraint(f"kind in ({quoted(KINDS)})", name="kind_is_known"),
        CheckConstraint("code ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="code_is_plain"),
        CheckConstraint("path like '/%/' and path like '%/' || code || '/'", name="path_ends_here"),
        Index("ix_place_path_prefix", "path", postgresql_ops={"path": "text_pattern_ops"}),
        Index("ix_place_parent_id", "parent_id"),
    )

    id: Mapped[Id]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    kind: Mapped[str]
    code: Mapped[str]
    path: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str | None]
    address_zh: Mapped[str | None]
    address_en: Mapped[str | None]
    phone: Mapped[str | None]  # the office's public number
    sort_key: Mapped[str]  # pinyin, so that Chinese names sort as readers expect

    parent: Mapped["Place | None"] = relationship(remote_side="Place.id", lazy="raise")

    @property
    def depth(self) -> int:
        """Count the steps from the root: 1 for a place at the top."""
        return self.path.count("/") - 1
