import pytest

from tests.factories.projects import make_project
from tests.world import World
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.refusal import NotFound
from volunteer_hub.projects import queries as asked
from volunteer_hub.projects.actions import add_indicator, add_milestone
from volunteer_hub.projects.models import Project


def slugs(**wanted) -> list[str]:
    return [project.slug for project in asked.list_projects(**wanted).items]


@pytest.fixture
def projects(world: World) -> dict[str, Project]:
    with transaction():
        return {
            "draft": make_project(world.community, slug="draft", state="draft"),
            "open": make_project(world.community, slug="open", beneficiary_group="elderly"),
            "closed": make_project(world.neighbour, slug="closed", state="closed"),
            "far": make_project(world.elsewhere, slug="far"),
            "far-draft": make_project(world.elsewhere, slug="far-draft", state="draft"),
        }


def test_the_public_sees_published_and_closed_ones_newest_first(projects) -> None:
    assert slugs() == ["far", "closed", "open"]


def test_staff_see_the_drafts_of_their_places_too(world: World, projects) -> None:
    assert slugs(drafts_below=[world.community.path]) == ["far", "closed", "open", "draft"]
    assert slugs(drafts_below=[world.neighbour.path]) == ["far", "closed", "open"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"below_path": "/baiyin/"}, ["closed", "open"]),
        ({"below_path": "/baiyin/ganjiaxiang/"}, ["open"]),
        ({"state": "closed"}, ["closed"]),
        ({"state": "draft"}, []),
        ({"state": "draft", "drafts_below": ["/baiyin/"]}, ["draft"]),
        ({"beneficiary_group": "elderly"}, ["open"]),
        ({"beneficiary_group": "elderly", "below_path": "/jiuquan/"}, []),
    ],
)
def test_filters(projects, wanted, found) -> None:
    assert slugs(**wanted) == found


def test_pages_neither_skip_nor_repeat(world: World) -> None:
    with transaction():
        made = [make_project(world.community).slug for _ in range(7)]
    seen, after = [], None
    while True:
        page = asked.list_projects(after=after, limit=3)
        seen += [project.slug for project in page.items]
        after = page.next
        if after is None:
            break
    assert seen == made[::-1]


def test_a_page_of_the_list_with_its_places_is_one_statement(projects, queries: list[str]) -> None:
    codes = [project.place.code for project in asked.list_projects().items]
    assert codes == ["zhangjiayuan", "xibeixincun", "ganjiaxiang"]
    assert len(queries) == 1


def test_reading_by_word_and_by_number(projects) -> None:
    project = projects["open"]
    assert asked.get_by_slug("open").id == asked.get_project(project.id).id == project.id
    with pytest.raises(NotFound):
        asked.get_by_slug("nothing")
    with pytest.raises(NotFound):
        asked.get_project(project.id + 10_000)
    with pytest.raises(NotFound):
        asked.get_whole("nothing")
    with pytest.raises(NotFound):
        asked.lock_project(project.id + 10_000)


def test_parts_belong_to_their_own_project(projects) -> None:
    one, other = projects["open"], projects["far"]
    with transaction():
        indicator = add_indicator(project=one, name_zh="服务", unit_zh="人次", target=5)
        milestone = add_milestone(project=one, title_zh="签约", due_on=one.starts_on)
    assert asked.get_indicator(one, indicator.id) is indicator
    assert asked.get_milestone(one, milestone.id) is milestone
    with pytest.raises(NotFound):
        asked.get_indicator(other, indicator.id)
    with pytest.raises(NotFound):
        asked.get_milestone(other, milestone.id)
