"""A day from the first form to verified hours: coordinators on PCs, three volunteers with phones.

It is played twice: in Chinese with script, and in English without; those whom it takes to show
that neighbours differ read and work the other way round.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import segno
from playwright.sync_api import Page, expect

import config
from tests.browser.conftest import Service, picture, sign_in
from tests.browser.staging import Part, bring_closer, hire, letter_to
from volunteer_hub.attendance.rules import codes
from volunteer_hub.foundation.clock import utc_now

pytestmark = pytest.mark.served
SEEN_WITHIN = 10_000  # milliseconds a busy machine may take to show what another table marked
LASTS = timedelta(hours=2)
TITLES = {"zh": "楼道安全巡查", "en": "Stairwell safety round"}
OTHER = {"zh": "en", "en": "zh"}
# What people read on their pages and in their letters.
WORDS = {
    "a place": ("您已报名", "You have a place"),
    "joined": ("已报名", "You are in"),
    "in line": ("您排在候补第 1 位", "You are number 1 on the waitlist"),
    "waitlisted": ("候补第 1 位", "Number 1 on the waitlist"),
    "offered": ("为您留了名额", "A place for you"),
    "take": ("我要这个名额", "Take the place"),
    "yours": ("名额归您了", "The place is yours"),
    "confirmed": ("轮到您了", "A place is yours"),
    "by code": ("扫码", "By code"),
    "walk-in": ("现场报名", "Walk-in"),
    "left": ("已离开", "Has left"),
    "waits": ("待审核", "waits for verification"),
    "verified": ("已审核", "verified"),
    "clocked": ("签到签退", "clocked in and out"),
    "two hours": ("2 小时", "2 h"),
    "disputed": ("有异议", "disputed"),
}


@dataclass(frozen=True)
class Day:
    """The service, who plays in it, and the shift of the day once it is planned."""

    service: Service
    parts: dict[str, Part]
    pages: dict[str, Page]
    begins: datetime

    def say(self, who: str, word: str) -> str:
        return WORDS[word][self.parts[who].language == "en"]

    def sees(self, who: str, where: str, word: str) -> None:
        expect(self.pages[who].locator(where)).to_contain_text(self.say(who, word))

    def gets(self, who: str, word: str) -> str:
        """Wait for a letter in the person's language, about this activity, and give its text."""
        language = self.parts[who].language
        letter = letter_to(self.service, self.parts[who].email, self.say(who, word))
        assert TITLES[language] in letter.subject
        assert TITLES[OTHER[language]] not in letter.body
        return letter.body

    def picture(self, who: str, step: str) -> None:
        part = self.parts[who]
        picture(self.pages[who], f"day-{step}-{part.language}{'' if part.javascript else '-plain'}")


@pytest.fixture(params=[("zh", True), ("en", False)], ids=["Chinese, script", "English, plain"])
def day(request, open_browser, service) -> Day:
    language, javascript = request.param
    other, mark = OTHER[language], uuid4().hex[:8]
    parts, pages = {}, {}
    for who, name, reads, script in (
        ("planner", "李一凡", language, javascript),
        ("verifier", "马晓云", language, javascript),
        ("first", "白建军", language, javascript),
        ("leaver", "何秀兰", other, not javascript),
        ("waiter", "高海霞", other, javascript),
    ):
        parts[who] = Part(name, f"{who}-{mark}@example.org", reads, script)
    hired = hire(service, parts, coordinators=("planner", "verifier"))
    for who, part in hired.items():
        phone = who in ("first", "leaver", "waiter")
        pages[who] = open_browser(phone=phone, javascript=part.javascript)
        sign_in(pages[who], part.email)
    zone = config.read(service.environ).timezone
    begins = datetime.now(zone).replace(hour=10, minute=0, second=0, microsecond=0)
    return Day(service, hired, pages, begins + timedelta(days=3))


def board_of(begins: datetime, shift: int) -> str:
    return f"/attendance/day/{begins:%Y-%m-%d}?shift={shift}"


def test_from_publishing_to_verified_hours(day: Day, open_browser: Callable[..., Page]):
    shift = plan_and_publish(day)
    for who in ("first", "leaver"):
        sign_up(day, who, shift)
        day.sees(who, ".seats", "a place")
        day.gets(who, "joined")
        day.picture(who, "1-signed-up")
    stand_in_line(day, shift)
    give_back_and_take(day, shift)

    soon = utc_now() + timedelta(minutes=10)
    board = board_of(bring_closer(day.service, shift, begins=soon), shift)
    check_in_by_code(day, shift, board)
    planner = day.parts["planner"]  # at the second table a browser is of the other kind
    table = open_browser(
        javascript=not planner.javascript,
        storage_state=day.pages["planner"].context.storage_state(),
    )
    table.goto(board)
    check_in_on_the_board(day, table)

    ended = utc_now() - LASTS - timedelta(seconds=5)  # soon after midnight, the day before
    check_out(day, board_of(bring_closer(day.service, shift, begins=ended), shift))
    verify(day, shift)
    read_own_hours(day)
    dispute(day)


def plan_and_publish(day: Day) -> int:
    """The coordinator plans an activity and a shift with two places through the forms."""
    page = day.pages["planner"]
    page.goto("/activities/new")
    page.locator("[name=title_zh]").fill(TITLES["zh"])
    page.locator("[name=title_en]").fill(TITLES["en"])
    page.locator("[name=starts_at]").fill(f"{day.begins:%Y-%m-%dT%H:%M}")
    page.locator("[name=ends_at]").fill(f"{day.begins + LASTS:%Y-%m-%dT%H:%M}")
    page.locator("[name=description_zh]").fill("逐层查看楼道：杂物、电线、灯。")
    day.picture("planner", "0-activity")
    page.locator("main form button[type=submit]").last.click()
    page.locator("form[action$='/publish'] button").click()

    page.locator("main a[href$='/shifts/new']").first.click()
    expect(page.locator("[name=starts_at]")).to_have_value(f"{day.begins:%Y-%m-%dT%H:%M}")
    for name, text in (
        ("title_zh", "巡查员"),
        ("title_en", "Inspectors"),
        ("minimum", "1"),
        ("capacity", "2"),
        ("tasks_zh", "两人一组，一层一层看。"),
        ("tasks_en", "In pairs, floor by floor."),
        ("risk_notice_zh", "楼梯较暗，请穿平底鞋。"),
        ("risk_notice_en", "Dark stairs: wear flat shoes."),
    ):
        page.locator(f"[name={name}]").fill(text)
    day.picture("planner", "0-shift")
    page.locator("main form button[type=submit]").last.click()
    page.locator("form[action$='/publish'] button").click()
    expect(page.locator(".flashes")).to_be_visible()
    day.picture("planner", "0-published")
    return int(re.sub(r".*/shifts/(\d+).*", r"\1", page.url))


def sign_up(day: Day, who: str, shift: int) -> None:
    """Find the shift in the list of its day and sign up with two taps: the risks, the button."""
    page = day.pages[who]
    page.goto(f"/activities?place=ganjiaxiang&from={day.begins:%Y-%m-%d}")
    page.locator(f"#list a[href='/shifts/{shift}']").first.click()
    expect(page.locator("h1")).to_have_text(TITLES[day.parts[who].language])
    page.locator("#signup input[name=risk]").check()
    page.locator("#signup button[type=submit]").click()


def stand_in_line(day: Day, shift: int) -> None:
    sign_up(day, "waiter", shift)
    day.sees("waiter", ".seats", "in line")
    day.gets("waiter", "waitlisted")
    day.picture("waiter", "2-in-line")


def give_back_and_take(day: Day, shift: int) -> None:
    """Who cannot come gives the place back; the next in line takes it from the letter."""
    page = day.pages["leaver"]
    page.locator("form[action$='/leave'] button").click()
    expect(page.locator(".flashes")).to_be_visible()
    day.picture("leaver", "3-left")

    take = day.say("waiter", "take")
    found = re.search(rf"{take}[:：]\s*(http\S+)", day.gets("waiter", "offered"))
    assert found, "the letter holds the link"
    page = day.pages["waiter"]
    page.goto(found[1])
    day.picture("waiter", "4-offer")
    page.get_by_role("button", name=take).click()
    day.sees("waiter", "main", "yours")
    day.gets("waiter", "confirmed")
    day.picture("waiter", "4-taken")
    page.goto(f"/shifts/{shift}")
    day.sees("waiter", ".seats", "a place")


def check_in_by_code(day: Day, shift: int, board: str) -> None:
    """The screen at the entrance shows a code; the first volunteer scans it and presses once."""
    planner, phone = day.pages["planner"], day.pages["first"]
    planner.goto(f"/attendance/shifts/{shift}/qr")
    link = scan(day, shift, planner.locator("svg.qr path").last.get_attribute("d") or "")
    day.picture("planner", "5-code")
    planner.goto(board)

    phone.goto(link)
    day.picture("first", "5-scanned")
    phone.locator("main form button[type=submit]").click()
    expect(phone.locator("main form button[type=submit]")).to_have_count(0)
    day.picture("first", "5-checked-in")


def scan(day: Day, shift: int, drawn: str) -> str:
    """Read the link from the code on the screen: that of this half minute, or the one before."""
    settings, now = config.read(day.service.environ), utc_now()
    for moment in (now, now - timedelta(seconds=codes.STEP)):
        key = codes.key_of(settings.secret_key)
        token = codes.write_token(codes.rotating(shift, now=moment), key=key)
        link = f"{settings.public_url}/attendance/check-in/{token}"
        if f'd="{drawn}"' in segno.make(link, error="m").svg_inline(border=2, omitsize=True):
            return link
    raise AssertionError("the code on the screen is not the link that checks people in")


def check_in_on_the_board(day: Day, table: Page) -> None:
    """One is expected and comes; the one who had left comes after all, and walks in."""
    waiter, leaver = day.parts["waiter"], day.parts["leaver"]
    table.locator(f"#check_in-{waiter.id}").click()
    expect(table.locator(f"#check_out-{waiter.id}")).to_be_visible()
    table.locator("#number").fill(leaver.number)
    table.locator("#walk-in button").click()
    expect(table.locator("main")).to_contain_text(leaver.name)
    table.locator("form[action$='/marks'] button").click()
    expect(table.locator(f"#check_out-{leaver.id}")).to_be_visible()

    planner = day.pages["planner"]
    if not day.parts["planner"].javascript:
        planner.reload()
    for who, word in (("first", "by code"), ("leaver", "walk-in")):
        row = planner.locator(f"#person-{day.parts[who].id}")
        expect(row).to_contain_text(day.say("planner", word), timeout=SEEN_WITHIN)
    expect(planner.locator(f"#check_out-{waiter.id}")).to_be_visible(timeout=SEEN_WITHIN)
    day.picture("planner", "6-board")


def check_out(day: Day, board: str) -> None:
    page = day.pages["planner"]
    page.goto(board)
    for who in ("first", "waiter", "leaver"):
        page.locator(f"#check_out-{day.parts[who].id}").click()
        row = page.locator(f"#person-{day.parts[who].id}")
        expect(row).to_contain_text(day.say("planner", "left"))
    day.picture("planner", "7-left")


def verify(day: Day, shift: int) -> None:
    """Nothing counts until a second person has looked at it."""
    page = day.pages["verifier"]
    page.goto(f"/attendance/shifts/{shift}")
    states = page.locator("tbody tr td:nth-of-type(3)")
    expect(states).to_have_text([re.compile(day.say("verifier", "waits"))] * 3)
    day.picture("verifier", "8-waiting")
    page.locator("form[action$='/verify'] button").first.click()
    expect(states).to_have_text([re.compile(day.say("verifier", "verified"))] * 3)
    day.picture("verifier", "8-verified")


def read_own_hours(day: Day) -> None:
    """Two hours, by year and by class, on the first volunteer's own page."""
    page = day.pages["first"]
    page.goto("/me")
    expect(page.locator(".hours-top .stat-value")).to_contain_text("2.0")
    day.picture("first", "9-me")
    page.goto("/me/hours")
    row = page.locator("main table tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(str(utc_now().year))
    day.sees("first", "main table tbody tr", "clocked")
    day.sees("first", "main table tbody tr", "two hours")
    day.sees("first", "ul.rows .tags", "verified")
    day.picture("first", "9-hours")


def dispute(day: Day) -> None:
    """Who waited says that it was longer; a coordinator who took no part is asked to answer."""
    page = day.pages["waiter"]
    page.goto("/me/hours")
    page.locator("a[href$='/dispute']").click()
    page.locator("[name=says]").fill("我还留下来收拾了半小时。")
    day.picture("waiter", "10-dispute")
    page.locator("main form button[type=submit]").last.click()
    day.sees("waiter", "ul.rows .tags", "disputed")
    day.picture("waiter", "10-disputed")
    letter_to(day.service, "lijing@example.org", day.parts["waiter"].name)
