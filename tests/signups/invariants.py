"""What must hold of every shift after whatever happened (domain: invariants 10 to 12)."""

from sqlalchemy import text

from volunteer_hub.foundation.database import db

FAULTS = {
    "a counter that is not the count": """
        select s.id from shift s
        left join signup u on u.shift_id = s.id
        group by s.id
        having s.confirmed <> count(u.id) filter (where u.state = 'confirmed')
            or s.waiting <> count(u.id) filter (where u.state = 'waitlisted')
            or s.offered <> count(u.id) filter (where u.state = 'offered')""",
    "a role's counter that is not the count": """
        select r.id from shift_role r
        left join signup u on u.role_id = r.id
        group by r.id
        having r.confirmed <> count(u.id) filter (where u.state = 'confirmed')
            or r.offered <> count(u.id) filter (where u.state = 'offered')""",
    "more people than places": """
        select id from shift where confirmed + offered + reserved > capacity + capacity_extra""",
    "more people in a role than it has places": """
        select id from shift_role where confirmed + offered > capacity""",
    "an offer past the moment the line closes": """
        select u.id from signup u join shift s on s.id = u.shift_id
        where u.state = 'offered' and u.offer_until > s.starts_at - interval '2 hours'""",
    "a promise whose moves do not lead to where it is": """
        select u.id from signup u where u.state is distinct from (
            select m.state from signup_move m where m.signup_id = u.id
            order by m.id desc limit 1)""",
    "somebody with two live promises on one shift": """
        select shift_id from signup where ended_at is null
        group by shift_id, person_id having count(*) > 1""",
    "somebody who serves on two shifts at once": """
        select a.id from signup a join signup b on a.person_id = b.person_id and a.id < b.id
        where a.state = 'confirmed' and b.state = 'confirmed' and a.during && b.during""",
    "a free place beside somebody who could take it": """
        select s.id from shift s join signup w on w.shift_id = s.id and w.state = 'waitlisted'
        left join shift_role r on r.id = w.role_id
        where s.state = 'published' and s.fair_until is null
        and s.starts_at > now() + interval '2 hours'
        and s.confirmed + s.offered + s.reserved < s.capacity + s.capacity_extra
        and (r.id is null or r.confirmed + r.offered < r.capacity) and not exists (
            select from signup c where c.person_id = w.person_id and c.state = 'confirmed'
            and c.during && w.during)""",
    "a promise whose time is not the shift's": """
        select u.id from signup u join shift s on s.id = u.shift_id
        where u.ended_at is null and u.during <> tstzrange(s.starts_at, s.ends_at)""",
    "a rank at or past the next one": """
        select u.id from signup u join shift s on s.id = u.shift_id where u.rank >= s.next_rank""",
    "a reminder for somebody who does not serve": """
        select m.id from message m where m.kind like 'shift-reminder%' and m.state = 'pending'
        and not exists (select from signup u where u.person_id = m.recipient_id
            and m.topic = 'shift:' || u.shift_id and u.state = 'confirmed')""",
    "somebody who serves without a reminder": """
        select u.id from signup u join shift s on s.id = u.shift_id
        where u.state = 'confirmed' and s.starts_at > now() + interval '25 hours'
        and not exists (select from message m where m.recipient_id = u.person_id
            and m.topic = 'shift:' || u.shift_id and m.kind = 'shift-reminder-24h'
            and m.state = 'pending' and m.revision = s.revision)""",
}


def faults(*, letters: bool = True) -> list[str]:
    """Name each invariant that is broken right now, with the rows that break it.

    :param letters: False where sign-ups were made without letters
    """
    db.session.rollback()
    found = []
    for fault, question in FAULTS.items():
        if "reminder" in fault and not letters:
            continue
        rows = db.session.execute(text(question)).scalars().all()
        found += [f"{fault}: {sorted(rows)}"] if rows else []
    return found
