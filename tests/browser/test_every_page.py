"""Every page: accessible, whole at 320 px, silent in the console; both languages, dark, elder."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import ROOT, sign_in

pytestmark = pytest.mark.served
AXE = Axe.from_file(ROOT / "node_modules/axe-core/axe.min.js")
PAGES = {
    "": (
        "/ /activities /projects /projects/yinling /projects/yinling/impact /impact /method"
        " /impact/records?measure=pt_professional&from=2019-01-01&to=2020-01-01"
        " /sign-in /sign-in/password /privacy /accessibility /demo/inbox /places/ganjiaxiang"
    ).split(),
    "chenxiaomei@example.org": "/me /me/profile /me/security /me/data /me/hours".split(),
    "lijing@example.org": (
        "/desk /attendance/day /attendance/hours /services /services/new /services/waiting"
        " /services/import /people /shifts /activities/new /messages /projects/new"
    ).split(),
    "sunwei@example.org": "/funding /desk".split(),
}
LOOKS = {
    "phone zh": {"language": "zh-CN", "width": 390},
    "narrow en elder": {"language": "en-GB", "width": 320, "elder": True},
    "desk en dark": {"language": "en-GB", "width": 1440, "color_scheme": "dark"},
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("who", PAGES, ids=lambda who: who.split("@")[0] or "visitor")
def test_pages(open_browser, who, look):
    page, said = prepare(open_browser, who, **LOOKS[look])
    faults = []
    for path in PAGES[who]:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        faults += [f"{path}: wider than the window"] if wide else []
        found = AXE.run(page).response["violations"]
        faults += [f"{path}: {one['id']} {one['nodes'][0]['target']}" for one in found]
    assert faults + said == []


def prepare(open_browser, who: str, *, language, width, elder=False, color_scheme="light"):
    page: Page = open_browser(language=language, color_scheme=color_scheme)
    page.set_viewport_size({"width": width, "height": 900})
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    if who:
        sign_in(page, who)
    if elder:
        page.goto("/privacy")
        page.locator("form[action='/prefs/elder'] button").click()
    return page, said
