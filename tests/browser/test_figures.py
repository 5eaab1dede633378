"""The figures of the story lead to their rows; a record counts once a second person verified it."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.served
STORY = (("6", "个"), ("106,500.00", "元"), ("35,000", "人次"), ("18,000", "人次"))


def test_the_story_s_figures_lead_to_their_rows(open_browser):
    page: Page = open_browser()
    page.goto("/impact")
    for value, unit in STORY:
        whole = re.compile(rf"^\s*{re.escape(value)}\s*{unit}\s*$")
        stat = page.locator(".stat", has=page.locator(".stat-value", has_text=whole)).first
        expect(stat.locator(".unit")).to_have_text(unit)
        page.goto(stat.locator("a").get_attribute("href") or "")
        expect(page.locator("main")).to_contain_text(value)
        assert page.locator("main table tbody tr").count() > 0
        page.goto("/impact")


def test_a_record_moves_the_figure_only_when_another_verified_it(open_browser, seat, service):
    writer = open_browser(storage_state=seat("lijing@example.org"))
    verifier = open_browser(storage_state=seat("mali@example.org"))
    reader = open_browser()
    before = outreach(reader)

    writer.goto("/services/new")
    writer.locator("input[name=mode][value=outreach]").check()
    writer.locator("input[name=occurred_on]").fill("2019-12-30")
    writer.locator("[name=service_type]").fill("上门")
    writer.locator("input[name=person_times]").fill("7")
    writer.locator("main form button[type=submit]").last.click()
    expect(writer).to_have_url(re.compile(r"/services/\d+"))
    time.sleep(6)  # a tick of the compiler
    assert outreach(reader) == before

    verifier.goto(writer.url)
    verifier.locator("form[action$='/verify'] button").click()
    deadline = time.monotonic() + 10
    while outreach(reader) != before + 7:
        assert time.monotonic() < deadline, "the figure did not move within ten seconds"
        time.sleep(0.3)
    assert service.hub("impact", "verify").strip().endswith("0 differences")


def outreach(page: Page) -> int:
    page.goto("/impact")
    stat = page.locator(".stat", has=page.locator(".stat-label", has_text="外展服务受益")).first
    written = stat.locator(".stat-value").inner_text()
    return int(re.sub(r"\D", "", written))
