"""The service sheets of 2019, as two communities might have handed them in month by month.

From the report come two numbers: 35,000 person-times of professional and 18,000 of outreach
service by the end of the year.  Every single row is invented; the rows add up to both exactly.
Three rows stand in their sheet twice, two are never verified, one is verified and reversed.
"""

import random
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from volunteer_hub.foundation.sheets import write_xlsx

YEAR = 2019
HEADS = ("服务日期", "地点", "项目", "服务方式", "服务类型", "人次", "已知人数", "佐证", "备注")
# Person-times by month; they add up to 35,000 and 18,000.
PROFESSIONAL = (1480, 1120, 2400, 2760, 3020, 3200, 3480, 3330, 3380, 3560, 3640, 3630)
OUTREACH = (620, 380, 1140, 1400, 1550, 1670, 1920, 1760, 1770, 1820, 1770, 2200)
COMMUNITIES = {
    "ganjiaxiang": ("G", "甘家巷社区", ("银龄守护", "绿植换万家", "邻里健康角")),
    "xibeixincun": ("X", "西北新村社区", ("四点半课堂", "巧手妈妈工坊", "楼道微更新")),
}
TYPES = {
    "专业服务": ("义诊", "理发", "助老探访", "心理疏导", "课业辅导", "法律咨询"),
    "外展服务": ("上门", "街头", "集市", "校园"),
}
ROWS_PER_SHEET = {"专业服务": 22, "外展服务": 15}
TWICE = {("G", 3), ("X", 6), ("G", 9)}  # these sheets repeat one of their rows
NEVER_VERIFIED = {("G", 11): 45, ("X", 12): 30}  # person-times that stay drafts
REVERSED = {("X", 4): 120}  # person-times verified by mistake and taken back
DRAFT_NOTE, MISTAKE_NOTE = "签到表待补", "与上月重复"

Row = tuple[date, str, str, str, str, int, int, str, str]


@dataclass(frozen=True)
class Sheet:
    """One file of one community and month."""

    file_name: str
    place: str
    month: int
    rows: tuple[Row, ...]

    @property
    def content(self) -> bytes:
        return write_xlsx(f"{self.month}月", HEADS, self.rows)


def sheets() -> Iterator[Sheet]:
    """Give the 24 sheets of the year, the same every time."""
    dice = random.Random(YEAR)
    for month in range(1, 13):
        for place, (letter, *_) in COMMUNITIES.items():
            rows = list(_rows(month, place, dice))
            if (letter, month) in TWICE:
                rows.append(rows[len(rows) // 2])
            name = f"服务记录-{COMMUNITIES[place][1]}-{YEAR}年{month:02d}月.xlsx"
            yield Sheet(name, place, month, tuple(rows))


def _rows(month: int, place: str, dice: random.Random) -> Iterator[Row]:
    letter, name, projects = COMMUNITIES[place]
    number = 0
    for mode, totals in (("专业服务", PROFESSIONAL), ("外展服务", OUTREACH)):
        share = totals[month - 1] // 2
        total = share if letter == "G" else totals[month - 1] - share
        for times in _split(total, ROWS_PER_SHEET[mode], dice):
            number += 1
            known = dice.randint(0, times // 3)
            yield (
                date(YEAR, month, dice.randint(1, monthrange(YEAR, month)[1])),
                name,
                projects[number % len(projects)],
                mode,
                dice.choice(TYPES[mode]),
                times,
                known,
                f"QD-{YEAR}{month:02d}-{letter}{number:03d}",
                "",
            )
    for special, note in ((NEVER_VERIFIED, DRAFT_NOTE), (REVERSED, MISTAKE_NOTE)):
        if (letter, month) in special:
            times = special[letter, month]
            day, evidence = date(YEAR, month, 15), f"QD-{YEAR}{month:02d}-{letter}900"
            yield (day, name, projects[0], "专业服务", "义诊", times, 0, evidence, note)


def _split(total: int, parts: int, dice: random.Random) -> list[int]:
    """Divide a total into so many parts, none of them small."""
    weights = [dice.uniform(0.6, 1.6) for _ in range(parts)]
    found = [int(total * weight / sum(weights)) for weight in weights]
    found[-1] += total - sum(found)
    return found
