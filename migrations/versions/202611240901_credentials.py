"""Build the room credentials: what a person may show, and people reached through others."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012_credentials"
down_revision = "0011_impact"
branch_labels = None
depends_on = None

# What a community asks for most; coordinators choose from these.
TYPES = (
    ("first-aid", "training", "急救培训", "First aid"),
    ("disaster-relief", "training", "防灾减灾培训", "Disaster prevention and relief"),
    ("elder-care", "training", "助老陪护培训", "Care for the elderly"),
    ("electrician", "qualification", "电工证", "Electrician's licence"),
)


def upgrade() -> None:
    op.add_column("person", sa.Column("reached_through_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_person_reached_through_id"), "person", "person", ["reached_through_id"], ["id"]
    )
    op.create_index("ix_person_reached_through_id", "person", ["reached_through_id"], unique=False)
    op.drop_constraint(op.f("ck_person_can_be_reached"), "person", type_="check")
    op.create_check_constraint(
        op.f("ck_person_can_be_reached"),
        "person",
        "left_at is not null or phone is not null or email is not null"
        " or reached_through_id is not null",
    )
    op.create_check_constraint(
        op.f("ck_person_reached_through_another"), "person", "reached_through_id <> id"
    )
    kinds = op.create_table(
        "credential_type",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind in ('training', 'qualification')", name=op.f("ck_credential_type_kind_is_learnt")
        ),
        sa.CheckConstraint(
            "code ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name=op.f("ck_credential_type_code_is_a_slug")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential_type")),
        sa.UniqueConstraint("code", name=op.f("uq_credential_type_code")),
        sa.UniqueConstraint("code", "kind", name=op.f("uq_credential_type_code_kind")),
    )
    columns = ("code", "kind", "name_zh", "name_en")
    op.bulk_insert(kinds, [dict(zip(columns, row, strict=True)) for row in TYPES])
    _create_credential()


def _create_credential() -> None:
    op.create_table(
        "credential",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), server_default="", nullable=False),
        sa.Column("issuer", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("guardian_id", sa.BigInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.Column(
            "recorded_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("revoked_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.BigInteger(), nullable=True),
        sa.Column("revoked_because", sa.Text(), nullable=True),
        sa.Column("told_days", sa.BigInteger(), nullable=True),
        *_checks(),
        sa.ForeignKeyConstraint(
            ["code", "kind"],
            ["credential_type.code", "credential_type.kind"],
            name=op.f("fk_credential_code"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_credential_person_id")),
        sa.ForeignKeyConstraint(
            ["guardian_id"], ["person.id"], name=op.f("fk_credential_guardian_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_credential_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by"], ["person.id"], name=op.f("fk_credential_revoked_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
    )
    op.create_index(
        "uq_credential_standing",
        "credential",
        ["person_id", "kind", "code", "guardian_id", "number", "valid_from", "valid_until"],
        unique=True,
        postgresql_where=sa.text("revoked_at is null"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_index("ix_credential_person_id", "credential", ["person_id", "id"], unique=False)
    op.create_index(
        "ix_credential_ends",
        "credential",
        ["valid_until", "id"],
        unique=False,
        postgresql_where=sa.text("revoked_at is null"),
    )


def _checks() -> list[sa.CheckConstraint]:
    said = {
        "kind_is_known": "kind in ('training', 'qualification', 'insurance', 'guardian_consent')",
        "learnt_has_a_type": "(kind in ('training', 'qualification')) = (code is not null)",
        "consent_has_a_guardian": "(kind = 'guardian_consent') = (guardian_id is not null)",
        "guardian_is_another": "guardian_id <> person_id",
        "ends_after_it_begins": "valid_until >= valid_from",
        "insurance_and_consent_end": "kind not in ('insurance', 'guardian_consent')"
        " or valid_until is not null",
        "recorded_by_another": "recorded_by <> person_id",
        "revoked_in_whole": "num_nulls(revoked_at, revoked_by, revoked_because) in (0, 3)",
        "revoked_says_why": "revoked_because <> ''",
        "told_days_are_known": "told_days in (30, 7, 0)",
    }
    return [
        sa.CheckConstraint(sql, name=op.f(f"ck_credential_{name}")) for name, sql in said.items()
    ]


def downgrade() -> None:
    op.drop_index("ix_credential_ends", table_name="credential")
    op.drop_index("ix_credential_person_id", table_name="credential")
    op.drop_index("uq_credential_standing", table_name="credential")
    op.drop_table("credential")
    op.drop_table("credential_type")
    op.drop_constraint(op.f("ck_person_reached_through_another"), "person", type_="check")
    op.drop_constraint(op.f("ck_person_can_be_reached"), "person", type_="check")
    op.drop_index("ix_person_reached_through_id", table_name="person")
    op.drop_constraint(op.f("fk_person_reached_through_id"), "person", type_="foreignkey")
    op.drop_column("person", "reached_through_id")
    # Not valid: who is reached through others keeps the account, though nothing says how any more.
    op.execute(
        "alter table person add constraint ck_person_can_be_reached check"
        " (left_at is not null or phone is not null or email is not null) not valid"
    )
