"""A small world that most tests share: 白银路, two communities, a far subdistrict, all roles."""

from dataclasses import dataclass

from tests.factories.people import add_grant, add_person
from tests.factories.places import add_place
from volunteer_hub.foundation import policy
from volunteer_hub.foundation.database import db, transaction
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
    """Write places, people and roles in three flushes, not one by one: thousands of tests wait."""
    with transaction():
        subdistrict = add_place("baiyin", kind="subdistrict", name_zh="白银路街道")
        far = add_place("jiuquan", kind="subdistrict", name_zh="酒泉路街道")
        db.session.flush()
        community = add_place("ganjiaxiang", parent=subdistrict, name_zh="甘家巷社区")
        neighbour = add_place("xibeixincun", parent=subdistrict, name_zh="西北新村社区")
        elsewhere = add_place("zhangjiayuan", parent=far, name_zh="张家园社区")
        world = World(
            subdistrict=subdistrict,
            community=community,
            neighbour=neighbour,
            elsewhere=elsewhere,
            volunteer=add_person("陈晓梅"),
            other_volunteer=add_person("王建国"),
            grid_worker=add_person("李静"),
            partner_contact=add_person("赵敏"),
            coordinator=add_person("马丽"),
            second_coordinator=add_person("周强"),
            supervisor=add_person("孙伟"),
            administrator=add_person("吴磊"),
            stranger=add_person("郑华"),
        )
        db.session.flush()
        add_grant(world.grid_worker, policy.GRID_WORKER, community)
        add_grant(world.partner_contact, policy.PARTNER_CONTACT, community)
        add_grant(world.coordinator, policy.COORDINATOR, community)
        add_grant(world.second_coordinator, policy.COORDINATOR, community)
        add_grant(world.supervisor, policy.SUPERVISOR, subdistrict)
        add_grant(world.administrator, policy.ADMINISTRATOR, subdistrict)
        add_grant(world.stranger, policy.COORDINATOR, elsewhere)
        db.session.flush()
        return world
