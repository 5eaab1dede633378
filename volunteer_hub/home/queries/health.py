"""What home needs to look at: the service's own health."""

from datetime import datetime

from sqlalchemy import text

from volunteer_hub.foundation import heartbeat, migrations
from volunteer_hub.foundation.bells import broker_answers
from volunteer_hub.foundation.database import db
from volunteer_hub.home.rules import Observed
from volunteer_hub.messages.queries import outbox as messages

FACTS_OF_THE_SERVER = text(
    "select current_setting('server_version_num')::int / 10000,"
    " current_setting('server_encoding'),"
    " exists (select from pg_extension where extname = 'pg_trgm')"
)
# With the wrong locale the extension is there and silently finds nothing in Chinese.
TRIGRAMS = text("select coalesce(array_length(show_trgm('甘家巷社区'), 1), 0) > 1")


def observe(*, now: datetime) -> Observed:
    """Look at the database, the broker, the signs of life and the oldest due letter.

    :raises sqlalchemy.exc.OperationalError: if the database is away
    """
    postgres, encoding, has_trigrams = db.session.execute(FACTS_OF_THE_SERVER).one()
    revision = migrations.current_revision()
    stands = revision is not None
    return Observed(
        postgres=postgres,
        encoding=encoding,
        finds_chinese=bool(has_trigrams and db.session.execute(TRIGRAMS).scalar_one()),
        revision=revision,
        newest_revision=migrations.newest_revision(),
        broker=broker_answers(),
        beats=heartbeat.last_beats() if stands else {},
        oldest_due=messages.outbox_numbers(now=now).oldest_due if stands else None,
    )
