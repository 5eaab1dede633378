"""Every page: accessible, whole from 320 to 1440 px, silent in the console, led by the keyboard.

Each is loaded twice, in Chinese and in English for elders, and looked at in light and in dark.
"""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

import config
from tests.browser.conftest import ROOT, Service
from tests.browser.staging import backstage
from volunteer_hub.signups.rules.answers import write_token

pytestmark = pytest.mark.served
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text()
RUN_AXE = "axe.run({resultTypes: ['violations']}).then(found => found.violations)"
WIDTHS = (320, 390, 720, 1440)  # 720: a PC of 1440 px at 200 %, 320: one of 1280 px at 400 %
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"
# Where the Tab key leads first, and whether it shows; no page chooses an order of its own.
LED = """() => {
    const here = document.activeElement, style = getComputedStyle(here);
    const box = here.getBoundingClientRect();
    return here !== document.body && box.height > 0 && box.top >= 0 && box.left >= 0
        && (style.outlineStyle !== 'none' || style.boxShadow !== 'none')
        && !document.querySelector('[tabindex]:not([tabindex="0"]):not([tabindex="-1"])');
}"""
# The numbers in braces are those of staging's furniture.
PAGES = {
    "visitor": (
        "/ /activities /activities?view=week /activities?view=month /activities/{activity}"
        " /shifts/{coming} /replies/{token} /projects /projects/yinling /projects/yinling/impact"
        " /impact /method /impact/records?measure=pt_professional&from=2019-01-01&to=2020-01-01"
        " /sign-in /sign-in/password /privacy /accessibility /demo/inbox /places/ganjiaxiang"
    ),
    "volunteer": (
        "/me /me/profile /me/letters /me/security /me/data /me/hours /me/hours/{locked}/dispute"
        " /me/credentials /me/standing /standing/series/{series} /standing/{order}/pause"
        " /standing/{order}/stop /stand-ins /stand-ins/shifts/{promised}/ask /shifts/feed"
        " /shifts/{coming} /groups/companions /groups/companions/add /watches"
        " /groups/shifts/{coming}/join /watches/new?place=ganjiaxiang"
    ),
    "lijing@example.org": (
        "/desk /attendance/day?shift={today} /attendance/hours /attendance/disputes"
        " /attendance/disputes/{dispute} /attendance/hours/{waiting}/reject"
        " /attendance/shifts/{today} /attendance/shifts/{today}/qr"
        " /attendance/shifts/{today}/poster /attendance/shifts/{coming}/poster"
        " /attendance/shifts/{today}/sheet /attendance/shifts/{today}/paper"
        " /attendance/shifts/{today}/walk-in /attendance/shifts/{today}/back-fill"
        " /credentials /credentials/people/{person} /credentials/people/{person}/add"
        " /credentials/{credential}/revoke /standing/series/{series}/people"
        " /stand-ins/{request} /shifts/{coming}/roster /services /services/new"
        " /services/waiting /services/import /people /shifts /activities/new /messages"
        " /projects/new /groups/companions/add-resident /groups/shifts/{coming}/reservations"
        " /watches/gaps /mailings /mailings/new?shift={coming}"
        " /activities/series /activities/series/new /activities/series/{series}"
        " /activities/templates /activities/{activity}/shifts/new /shifts/{coming}/edit"
        " /impact/records?measure=volunteer_hours&from=2019-01-01&to=2020-01-01"
    ),
    "sunwei@example.org": "/funding /desk /credentials/types",
}


@pytest.fixture(scope="module")
def numbers(service: Service) -> dict[str, Any]:
    """A volunteer with everything that can stand on a page, and what its addresses are."""
    address = f"furnished-{uuid4().hex[:8]}@example.org"
    found = backstage(service, "furnish", address)
    secret = config.read(service.environ).secret_key
    facts = {"signup_id": found["signup"], "person_id": found["person"]}
    return {**found, "address": address, "token": write_token(verb="come", key=secret, **facts)}


@pytest.mark.parametrize("elder", [False, True], ids=["Chinese", "English, elder"])
@pytest.mark.parametrize("who", PAGES, ids=lambda who: who.split("@")[0])
def test_pages(open_browser: Callable[..., Page], seat, numbers, who, elder):
    address = numbers["address"] if who == "volunteer" else who if "@" in who else None
    # Nothing moves: a colour that is just changing to the dark one is neither.
    page = open_browser(
        language="en-GB" if elder else "zh-CN",
        storage_state=seat(address) if address else None,
        reduced_motion="reduce",
    )
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    read(page, language="en" if elder else "zh", elder=elder)
    page.add_init_script(AXE)
    faults = []
    try:
        for path in PAGES[who].format(**numbers).split():
            faults += look_at(page, path, elder=elder)
    finally:
        if elder and address:  # the account keeps how its owner reads
            read(page, language="zh", elder=False)
    assert faults + said == []


def look_at(page: Page, path: str, *, elder: bool) -> list[str]:
    """Load a page once, and say what is wrong with it in this look."""
    height = page.viewport_size["height"] if page.viewport_size else 0
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320 if elder else 390, "height": height})
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, path
    faults = seen_by_axe(page, path)
    if elder:
        page.keyboard.press("Tab")
        faults += [] if page.evaluate(LED) else [f"{path}: the Tab key leads nowhere"]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        faults += [f"{path}: wider than {width} px"] if page.evaluate(TOO_WIDE) else []
    page.emulate_media(color_scheme="dark")
    return faults + (seen_by_axe(page, f"{path} (dark)") if not elder else [])


def seen_by_axe(page: Page, path: str) -> list[str]:
    found = page.evaluate(RUN_AXE)
    return [f"{path}: {one['id']} {one['nodes'][0]['target']}" for one in found]


def read(page: Page, *, language: str, elder: bool) -> None:
    """Choose the language and the size of type, where they are not chosen yet."""
    page.goto("/privacy")
    for choice in (f"language'] button[value={language}]", f"elder'] button[value='{elder:d}']"):
        button = page.locator(f"form[action='/prefs/{choice}")
        if button.count():
            button.click()
    expect(page.locator("html")).to_have_attribute("lang", "en" if language == "en" else "zh-CN")
    expect(page.locator("html.elder")).to_have_count(int(elder))
