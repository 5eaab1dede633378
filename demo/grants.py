"""Six micro-philanthropy projects of 2019: awarded 106,500.00, paid out 95,850.00 yuan.

Titles, stories and single amounts are invented; the number of projects and the order of
magnitude are the report's.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from demo.cast import staff
from volunteer_hub.funding import actions as funding
from volunteer_hub.people.models import Person
from volunteer_hub.places import queries as places
from volunteer_hub.projects import actions as projects
from volunteer_hub.projects import queries as project_queries
from volunteer_hub.projects.models import Project

FUNDER = ("兰州市城关区白银路街道办事处", "Baiyin Road Subdistrict Office")


@dataclass(frozen=True)
class Grant:
    """One project, in yuan: 50 % and 40 % were paid, the last tenth is due after the end."""

    slug: str
    place: str
    title_zh: str
    title_en: str
    group: str
    goal_zh: str
    goal_en: str
    story_zh: str
    awarded: int
    spent: tuple[tuple[str, str], ...]  # (purpose, yuan)


GRANTS = (
    Grant(
        "yinling",
        "ganjiaxiang",
        "银龄守护",
        "Silver Guard",
        "elderly",
        "让独居老人每周都有人上门看看。",
        "Somebody looks in on every old neighbour who lives alone, each week.",
        "甘家巷的老楼没有电梯。社工和邻居结对，量血压、买药、陪着说说话，有事第一时间知道。",
        18_000,
        (("血压计与上门包", "4864.20"), ("社工督导", "7000.00"), ("志愿者保险与交通", "4000.00")),
    ),
    Grant(
        "sidianban",
        "xibeixincun",
        "四点半课堂",
        "Half-past-four Class",
        "children",
        "放学到家长下班之间，孩子有地方写作业。",
        "A place to do homework between school and the end of the parents' work.",
        "西北新村双职工家庭多。大学生和退休教师轮流值班，作业写完还有手工和阅读。",
        17_500,
        (("桌椅与书", "6120.00"), ("教师补贴", "7200.00"), ("手工材料", "1800.00")),
    ),
    Grant(
        "lvzhi",
        "ganjiaxiang",
        "绿植换万家",
        "Plants for Recyclables",
        "residents",
        "旧物换绿植，让分类成为习惯。",
        "Old things for green plants: sorting becomes a habit.",
        "每月 5 日的集市上，一公斤废纸换一盆绿萝。孩子们拉着爷爷奶奶来。",
        16_000,
        (("绿植与花盆", "9212.50"), ("分类宣传", "3000.00"), ("称重与运输", "2000.00")),
    ),
    Grant(
        "jiankang",
        "ganjiaxiang",
        "邻里健康角",
        "Neighbours' Health Corner",
        "elderly",
        "慢性病早发现，义诊在楼下。",
        "Chronic illness found early: a free clinic downstairs.",
        "社区医院每周出诊半天，量血糖、看慢病、教用药，重点照顾走不动的老人。",
        20_000,
        (("耗材与试纸", "8306.80"), ("医护补贴", "6000.00"), ("健康档案", "3000.00")),
    ),
    Grant(
        "qiaoshou",
        "xibeixincun",
        "巧手妈妈工坊",
        "Skilful Hands Workshop",
        "women",
        "在家的妈妈学门手艺，也多些朋友。",
        "Mothers at home learn a craft and find friends.",
        "剪纸、编织、面塑，作品在集市义卖，所得再买材料。",
        15_000,
        (("工具与材料", "6500.00"), ("讲师费", "7000.00")),
    ),
    Grant(
        "loudao",
        "xibeixincun",
        "楼道微更新",
        "Brighter Stairwells",
        "residents",
        "楼道亮起来，邻里熟起来。",
        "Brighter stairs, closer neighbours.",
        "居民自己商量刷什么颜色、装哪盏灯。花钱不多，每一户都出过力。",
        20_000,
        (("灯具与涂料", "9988.40"), ("扶手与坡道", "5000.00"), ("议事会场地", "2000.00")),
    ),
)


def play() -> None:
    """Draft, publish and fund the six projects, each amount approved by a second person."""
    if GRANTS[0].slug in project_queries.list_slugs(GRANTS[0].slug):
        return
    parts = staff()
    for number, grant in enumerate(GRANTS, start=1):
        project = _project(grant, parts["coordinator"])
        _award(grant, project, number, parts)
        for order, (purpose, yuan) in enumerate(grant.spent, start=1):
            day = date(2019, 3 * order, 20)
            voucher = f"ZC-2019-{number:02d}{order:02d}"
            _enter(project, "spent", yuan, day, ("项目账户", None), voucher, purpose, parts)


def _project(grant: Grant, coordinator: Person) -> Project:
    now = _noon(date(2019, 1, 5))
    project = projects.create_project(
        place=places.get_by_code(grant.place),
        slug=grant.slug,
        title_zh=grant.title_zh,
        title_en=grant.title_en,
        goal_zh=grant.goal_zh,
        goal_en=grant.goal_en,
        story_zh=grant.story_zh,
        beneficiary_group=grant.group,
        starts_on=date(2019, 1, 1),
        ends_on=date(2020, 1, 1),
        created_by=coordinator.id,
        now=now,
    )
    projects.publish_project(project=project, now=now)
    for title_zh, title_en, due, reached in (
        ("签约", "Contract", date(2019, 1, 10), date(2019, 1, 10)),
        ("中期评估", "Mid-term evaluation", date(2019, 6, 30), date(2019, 6, 28)),
        ("末期评估", "Final evaluation", date(2019, 12, 31), None),
    ):
        step = projects.add_milestone(
            project=project, title_zh=title_zh, title_en=title_en, due_on=due
        )
        if reached:
            projects.reach_milestone(milestone=step, on=reached)
    return project


def _award(grant: Grant, project: Project, number: int, parts: dict[str, Person]) -> None:
    yuan = f"{grant.awarded}.00"
    agreement = f"BYL-CT-2019-{number:02d}"
    _enter(project, "awarded", yuan, date(2019, 1, 10), FUNDER, agreement, "微公益创投签约", parts)
    for order, (share, day, purpose) in enumerate(
        ((50, date(2019, 1, 20), "首款 50%"), (40, date(2019, 7, 10), "中期款 40%")), start=1
    ):
        amount = f"{grant.awarded * share // 100}.00"
        voucher = f"BF-2019-{number:02d}{order}"
        _enter(project, "paid_out", amount, day, FUNDER, voucher, purpose, parts)


def _enter(
    project: Project,
    kind: str,
    yuan: str,
    day: date,
    counterparty: tuple[str, str | None],
    voucher: str,
    purpose: str,
    parts: dict[str, Person],
) -> None:
    entry = funding.record_entry(
        project=project,
        kind=kind,
        amount_fen=int(Decimal(yuan) * 100),
        occurred_on=day,
        counterparty_zh=counterparty[0],
        counterparty_en=counterparty[1],
        voucher_no=voucher,
        purpose_zh=purpose,
        created_by=parts["coordinator"].id,
        now=_noon(day),
    )
    funding.approve_entry(
        entry_id=entry.id, approver=parts["subdistrict supervisor"].id, now=_noon(day)
    )


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(4), tzinfo=UTC)
