"""A small world that most tests share: 白银路, two communities, a far subdistrict, all roles."""

from dataclasses import dataclass

from tests.factories.people import make_person
from tests.factories.places import make_place
from volunteer_hub.foundation import policy
from volunteer_hub.foundation.database import transaction
from volunteer_hub.people.models import Person
from volunteer_hub.places.models import Place

# Everybody whom a route's test asks, in the order of its columns.
WHO = (
    policy.VISITOR,
    policy.VOLUNTEER,
    policy.GRID_WORKER,
    policy.PARTNER_CONTACT,
    policy.COORDINATOR,
    policy.SUPERVISOR,
    policy.ADMINISTRATOR,
    "stranger",  # a coordinator of another subdistrict
)


@dataclass
class World:
    """Everybody holds their role at `community`, the supervisor at `subdistrict`.

    `stranger` coordinates `elsewhere`, a community of another subdistrict.
    """

    subdistrict: Place
    community: Place
    neighbour: Place
    elsewhere: Place
    volunteer: Person
    other_volunteer: Person
    grid_worker: Person
    partner_contact: Person
    coordinator: Person
    second_coordinator: Person
    supervisor: Person
    administrator: Person
    stranger: Person

    def roles(self) -> dict[str, Person | None]:
        """Pair each role's word with the person who holds it here; a visitor is nobody."""
        return {
            policy.VISITOR: None,
            policy.VOLUNTEER: self.volunteer,
            policy.GRID_WORKER: self.grid_worker,
            policy.PARTNER_CONTACT: self.partner_contact,
            policy.COORDINATOR: self.coordinator,
            policy.SUPERVISOR: self.supervisor,
            policy.ADMINISTRATOR: self.administrator,
        }


def build_world() -> World:
    with transaction():
        subdistrict = make_place("baiyin", kind="subdistrict", name_zh="白银路街道")
        community = make_place("ganjiaxiang", parent=subdistrict, name_zh="甘家巷社区")
        neighbour = make_place("xibeixincun", parent=subdistrict, name_zh="西北新村社区")
        far = make_place("jiuquan", kind="subdistrict", name_zh="酒泉路街道")
        elsewhere = make_place("zhangjiayuan", parent=far, name_zh="张家园社区")
        return World(
            subdistrict=subdistrict,
            community=community,
            neighbour=neighbour,
            elsewhere=elsewhere,
            volunteer=make_person("陈晓梅"),
            other_volunteer=make_person("王建国"),
            grid_worker=make_person("李静", role=policy.GRID_WORKER, at=community),
            partner_contact=make_person("赵敏", role=policy.PARTNER_CONTACT, at=community),
            coordinator=make_person("马丽", role=policy.COORDINATOR, at=community),
            second_coordinator=make_person("周强", role=policy.COORDINATOR, at=community),
            supervisor=make_person("孙伟", role=policy.SUPERVISOR, at=subdistrict),
            administrator=make_person("吴磊", role=policy.ADMINISTRATOR, at=subdistrict),
            stranger=make_person("郑华", role=policy.COORDINATOR, at=elsewhere),
        )
