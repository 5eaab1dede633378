"""Places, staff and volunteers of the story.  All people are invented."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import select

from volunteer_hub.foundation import policy
from volunteer_hub.foundation.database import db
from volunteer_hub.people.actions import accounts, roles
from volunteer_hub.people.models import Person
from volunteer_hub.people.queries import persons
from volunteer_hub.people.rules.accounts import PRIVACY_NOTICE, PRIVACY_VERSION
from volunteer_hub.places import actions as places
from volunteer_hub.places import queries as places_queries
from volunteer_hub.places.models import Place

BEGINNING = datetime(2018, 12, 1, 1, tzinfo=UTC)
PASSWORD = "lanzhou-2019"  # noqa: S105  (demo sign-ins are refused in production)
VOLUNTEERS = 200
FAMILY_NAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
GIVEN_NAMES = (
    "秀英 桂兰 建国 玉梅 志强 丽华 国庆 淑珍 晓燕 红梅 文博 佳怡 子轩 雨欣 浩然 "
    "思源 海霞 爱民 春梅 永强 雪梅 俊杰 静怡 立新 金花 小龙 明月 向东 彩霞 宝珍"
).split()


@dataclass(frozen=True)
class Role:
    """Someone with a role in the story; `line` says what to try when signed in as them."""

    name: str
    email: str
    phone: str
    role: str
    place: str
    line: str


STAFF = (
    Role(
        "李静",
        "lijing@example.org",
        "13893100001",
        policy.COORDINATOR,
        "ganjiaxiang",
        "coordinator",
    ),
    Role(
        "马丽",
        "mali@example.org",
        "13893100002",
        policy.COORDINATOR,
        "ganjiaxiang",
        "second coordinator",
    ),
    Role(
        "周强",
        "zhouqiang@example.org",
        "13893100003",
        policy.COORDINATOR,
        "xibeixincun",
        "coordinator next door",
    ),
    Role(
        "赵敏",
        "zhaomin@example.org",
        "13893100004",
        policy.GRID_WORKER,
        "ganjiaxiang",
        "grid worker",
    ),
    Role(
        "孙伟",
        "sunwei@example.org",
        "13893100005",
        policy.SUPERVISOR,
        "baiyin",
        "subdistrict supervisor",
    ),
    Role(
        "何平",
        "heping@example.org",
        "13893100006",
        policy.SUPERVISOR,
        "baiyin",
        "second supervisor",
    ),
    Role(
        "吴磊", "wulei@example.org", "13893100007", policy.ADMINISTRATOR, "baiyin", "administrator"
    ),
    Role(
        "郭兰",
        "guolan@example.org",
        "13893100008",
        policy.PARTNER_CONTACT,
        "baiyin",
        "partner unit",
    ),
)
VISITING = Role(
    "陈晓梅", "chenxiaomei@example.org", "13893100009", policy.VOLUNTEER, "ganjiaxiang", "volunteer"
)


def play_places() -> None:
    """Build the subdistrict with its two communities."""
    if places_queries.find_by_code("baiyin"):
        return
    street = places.add_place(
        code="baiyin",
        kind="subdistrict",
        parent=None,
        name_zh="白银路街道",
        name_en="Baiyin Road Subdistrict",
        address_zh="甘肃省兰州市城关区白银路",
        address_en="Baiyin Road, Chengguan District, Lanzhou",
        phone="0931-000 0000",
    )
    for code, zh, en, address in (
        ("ganjiaxiang", "甘家巷社区", "Ganjiaxiang Community", "甘家巷社区党群活动中心"),
        ("xibeixincun", "西北新村社区", "Xibei Xincun Community", "西北新村社区服务大厅"),
    ):
        places.add_place(
            code=code,
            kind="community",
            parent=street,
            name_zh=zh,
            name_en=en,
            address_zh=address,
            address_en=f"{en} centre",
            phone="0931-000 0000",
        )


def play_people(*, with_passwords: bool) -> None:
    """Make the staff, one volunteer to sign in as, and two hundred neighbours."""
    if persons.find_by_address(STAFF[0].email):
        return
    for part in (*STAFF, VISITING):
        place = places_queries.get_by_code(part.place)
        person = accounts.create_person(
            name=part.name,
            phone=f"+86{part.phone}",
            email=part.email,
            birth_date=date(1980, 5, 5),
            home_place=place,
            now=BEGINNING,
        )
        if part.role != policy.VOLUNTEER:
            roles.grant_role(
                person=person, role=part.role, place=place, granted_by=None, now=BEGINNING
            )
        if with_passwords:
            accounts.set_password(person=person, password=PASSWORD)
        _settle_in(person)
    homes = [places_queries.get_by_code(c) for c in ("ganjiaxiang", "xibeixincun")]
    for number, name in enumerate(_names(), start=1):
        _settle_in(_neighbour(number, name, homes[number % 2]))


def _neighbour(number: int, name: str, home: Place) -> Person:
    return accounts.create_person(
        name=name,
        phone=f"+86139931{number:05d}",
        email=f"neighbour{number:03d}@example.org",
        birth_date=date(1945 + number % 55, 1 + number % 12, 1 + number % 28),
        home_place=home,
        now=BEGINNING,
    )


def _settle_in(person: Person) -> None:
    accounts.give_consent(
        person=person,
        purpose=PRIVACY_NOTICE,
        version=PRIVACY_VERSION,
        language="zh",
        now=BEGINNING,
    )
    # The past is played without letters; `wake` turns reminders on before the present begins.
    person.remind_by = []


def wake() -> None:
    """Let everyone of the cast be reminded by e-mail and SMS from now on."""
    for person in cast():
        person.remind_by = ["email", "sms"]


def cast() -> list[Person]:
    return [*staff().values(), *neighbours()]


def staff() -> dict[str, Person]:
    """Give the staff by what they are, such as 'coordinator'."""
    return {p.line: _found(p.email) for p in (*STAFF, VISITING)}


def neighbours() -> list[Person]:
    """Give the two hundred, always in the same order."""
    found = select(Person).where(Person.email.like("neighbour___@example.org"))
    return list(db.session.scalars(found.order_by(Person.email)))


def _found(email: str) -> Person:
    person = persons.find_by_address(email)
    assert person is not None, f"{email} has left the story"
    return person


def _names() -> list[str]:
    """Draw the same names every time."""
    dice = random.Random(2019)
    pairs = [family + given for family in FAMILY_NAMES for given in GIVEN_NAMES]
    return dice.sample(pairs, VOLUNTEERS)


def sign_ins() -> str:
    """Say how to sign in as each part, for the terminal."""
    lines = [f"  {part.line:<24} {part.email}" for part in (*STAFF, VISITING)]
    return "\n".join(
        (
            f"  Demo sign-ins (password {PASSWORD}, or a code that arrives in the demo inbox):",
            *lines,
            "",
        )
    )
