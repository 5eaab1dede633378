"""A neighbour on a phone, without an account: home, shift, code by SMS, joined."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.staging import arrived, text_to

pytestmark = pytest.mark.served


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_from_home_to_a_place_on_a_shift(open_browser, service, javascript):
    number = "1390931000" + ("1" if javascript else "2")
    page: Page = open_browser(phone=True, javascript=javascript)
    page.goto("/")
    page.locator("ul.rows h3 a").nth(0 if javascript else 1).click()
    shift_url = page.url
    page.locator("#signup input[name=risk]").check()
    page.locator("#signup button[type=submit]").click()  # the first tap

    page.locator("main input[type=tel], main input[type=text]").first.fill(number)
    page.locator("main form button[type=submit]").first.click()
    code = arrived(lambda: text_to(service, number, r"(\d{6})")).group(1)
    page.locator("input[autocomplete=one-time-code]").fill(code)
    page.locator("main form button[type=submit]").first.click()  # the second tap

    page.locator("input[name=name]").fill("白小兰")  # a first sign-in makes the account
    page.locator("input[name=agree]").check()
    page.locator("main form button[type=submit]").first.click()

    expect(page).to_have_url(re.compile(re.escape(shift_url)))
    expect(page.locator(".seats")).to_contain_text("已报名")
    assert text_to(service, number, code), "the code itself arrived"
    arrived(lambda: text_to(service, number, "报名|已报"))
    page.goto("/me")
    expect(page.locator(".next-card")).to_be_visible()
