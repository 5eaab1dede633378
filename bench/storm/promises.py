"""What must hold at every moment of the storm, and what must hold once it is over."""

from typing import Any

import psycopg

# Each in one statement, so that it sees one moment.
ALWAYS = {
    "overbooked": """
        select id from shift
        where confirmed + offered + reserved > capacity + capacity_extra
           or (select count(*) from signup where shift_id = shift.id
               and state in ('confirmed', 'offered')) + reserved > capacity + capacity_extra""",
    "counters that differ": """
        select id from shift where (confirmed, offered, waiting) <> (
            select count(*) filter (where state = 'confirmed'),
                   count(*) filter (where state = 'offered'),
                   count(*) filter (where state = 'waitlisted')
            from signup where shift_id = shift.id)""",
    "twice on one shift": """
        select shift_id, person_id from signup where ended_at is null
        group by 1, 2 having count(*) > 1""",
    "serving in two places": """
        select one.id from signup one join signup other
          on other.person_id = one.person_id and other.id > one.id and other.during && one.during
        where one.state = 'confirmed' and other.state = 'confirmed'""",
}
# Whoever serves elsewhere at that time could not take the place; nobody's day is full here.
AT_THE_END = {
    "free beside who waits": """
        select shift.id from shift
        where confirmed + offered + reserved < capacity + capacity_extra and exists (
            select from signup waits where waits.shift_id = shift.id
            and waits.state = 'waitlisted' and not exists (
                select from signup elsewhere where elsewhere.person_id = waits.person_id
                and elsewhere.state = 'confirmed' and elsewhere.during && waits.during))""",
    "moves not written": """
        select signup.id from signup where state is distinct from (
            select state from signup_move where signup_id = signup.id order by id desc limit 1)""",
    "transactions left open": """
        select pid from pg_stat_activity
        where datname = current_database() and state like 'idle in transaction%'""",
}


class Promises:
    """The number of times that each was found broken."""

    def __init__(self, look: "psycopg.Connection[Any]") -> None:
        self.look, self.looked = look, 0
        self.broken = dict.fromkeys((*ALWAYS, *AT_THE_END), 0)

    def check(self, *, over: bool = False) -> None:
        for name, sql in (ALWAYS | AT_THE_END if over else ALWAYS).items():
            self.broken[name] += len(self.look.execute(sql.encode()).fetchall())
        self.looked += 1

    def line(self) -> str:
        return ", ".join(f"{name} {count}" for name, count in self.broken.items())
