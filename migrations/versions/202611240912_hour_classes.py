"""Let the roll-ups name the class of hours (see volunteer_hub/hours/rules).

Up, the cells of hours are computed anew from the facts: a sum over all classes cannot be taken
apart. Down, those of the four classes are added up to one. Should old code still be running and
announce hours meanwhile, the nightly comparison finds them and builds the roll-ups anew.
"""

from alembic import op

revision = "0022_hour_classes"
down_revision = "0021_watches"
branch_labels = None
depends_on = None

# The compiler's and the rebuilder's own lock, see volunteer_hub/impact/queries/cells.py.
ONE_AT_A_TIME = "select pg_advisory_xact_lock(x'696D70616374'::bigint)"

DROP_OLD_CELLS = (
    "delete from cell where kind = 'hours'",
    "delete from cell_person where kind = 'hours'",
)

# One statement, one snapshot: the changes it drops are exactly those whose facts it sees, because
# both were committed together.
COUNT_BY_CLASS = """
with gone as (delete from cell_delta where kind = 'hours'),
fact as (
  select 'hours.' || hours.source as kind, shift.place_id,
         coalesce(activity.project_id, 0) as project_id, hours.served_on as day,
         hours.person_id, hours.minutes
  from hours
  join shift on shift.id = hours.shift_id
  join activity on activity.id = shift.activity_id
  where hours.state = 'locked'),
people as (
  insert into cell_person (kind, place_id, project_id, day, person_id, amount, rows)
  select kind, place_id, project_id, day, person_id, sum(minutes), count(*)
  from fact group by kind, place_id, project_id, day, person_id)
insert into cell (kind, place_id, project_id, day, amount, rows)
select kind, place_id, project_id, day, sum(minutes), count(*)
from fact group by kind, place_id, project_id, day
"""

ADD_CLASSES_UP = (
    "update cell_delta set kind = 'hours' where kind like 'hours.%'",
    """
    insert into cell (kind, place_id, project_id, day, amount, rows)
    select 'hours', place_id, project_id, day, sum(amount), sum(rows)
    from cell where kind like 'hours.%' group by place_id, project_id, day
    """,
    """
    insert into cell_person (kind, place_id, project_id, day, person_id, amount, rows)
    select 'hours', place_id, project_id, day, person_id, sum(amount), sum(rows)
    from cell_person where kind like 'hours.%' group by place_id, project_id, day, person_id
    """,
    "delete from cell where kind like 'hours.%'",
    "delete from cell_person where kind like 'hours.%'",
)


def upgrade() -> None:
    op.execute(ONE_AT_A_TIME)
    for statement in (*DROP_OLD_CELLS, COUNT_BY_CLASS):
        op.execute(statement)


def downgrade() -> None:
    op.execute(ONE_AT_A_TIME)
    for statement in ADD_CLASSES_UP:
        op.execute(statement)
