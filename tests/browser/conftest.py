"""The whole service as `hub up` starts it, with the story played in, and a headless Chromium."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pylopdf_fonts_zh_cn
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState

ROOT = Path(__file__).parents[2]
CHROMIUM = Path(os.environ.get("CHROMIUM_PATH") or ROOT / "var/chromium/chromium")
COMES_UP_WITHIN = 240  # seconds; the story is played in first
QUIET = (
    "--no-sandbox --disable-gpu --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --disable-quic"
).split()
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@dataclass
class Service:
    """A running `hub up`: its address and its folder."""

    url: str
    var: Path
    environ: dict[str, str]

    def hub(self, *arguments: str) -> str:
        """Run a command of the service and give what it printed."""
        command = [str(Path(sys.executable).parent / "hub"), *arguments]
        done = subprocess.run(
            command, env=self.environ, cwd=ROOT, capture_output=True, text=True, check=True
        )
        return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Generator[Service]:
    if "HUB_TEST_URL" in os.environ:  # a service that runs already, with the story in it
        var = Path(os.environ["HUB_TEST_VAR"])
        yield Service(os.environ["HUB_TEST_URL"], var, {**os.environ, "HUB_VAR": str(var)})
        return
    # Not below pytest's own folder: PostgreSQL runs as another user when root runs the tests.
    var = Path(tempfile.mkdtemp(prefix="hub-browser-"))
    var.chmod(0o755)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    skip = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")
    environ = {k: v for k, v in os.environ.items() if not k.startswith("HUB_") and k not in skip}
    environ |= {"HUB_VAR": str(var), "HUB_PORT": str(port)}
    log = var / "hub.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(Path(sys.executable).parent / "hub"), "up"],
            env=environ, cwd=ROOT, stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
        try:
            wait_until_ready(url, process, log)
            yield Service(url, var, environ)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + COMES_UP_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urlopen(f"{url}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"hub up did not become ready:\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    fonts = ROOT / "var" / "fonts.conf"
    folder = Path(pylopdf_fonts_zh_cn.__file__).parent
    fonts.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{folder}</dir><cachedir>{ROOT}/var/fontcache</cachedir></fontconfig>"
    )
    environ = {
        **os.environ,
        "LD_LIBRARY_PATH": str(CHROMIUM.parent / "lib"),
        "FONTCONFIG_FILE": str(fonts),
    }
    return {
        **browser_type_launch_args,
        "executable_path": str(CHROMIUM),
        "args": QUIET,
        "env": environ,
    }


@pytest.fixture(scope="session")
def seat(browser: Browser, service: Service) -> Callable[[str], StorageState]:
    """Give what a browser keeps of somebody of the story who signed in: each signs in once."""

    @cache
    def take(address: str) -> StorageState:
        context = browser.new_context(base_url=service.url)
        sign_in(context.new_page(), address)
        kept = context.storage_state()
        context.close()
        return kept

    return take


@pytest.fixture
def open_browser(browser: Browser, service: Service) -> Generator[Any]:
    """Give new browsers: open_browser(phone=True, javascript=False, language="zh-CN")."""
    opened: list[BrowserContext] = []

    def new(
        *, phone: bool = False, javascript: bool = True, language: str = "zh-CN", **more: Any
    ) -> Page:
        context = browser.new_context(
            base_url=service.url,
            viewport=PHONE if phone else DESK,
            java_script_enabled=javascript,
            locale=language,
            **more,
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    yield new
    for context in opened:
        context.close()


def sign_in(page: Page, address: str) -> None:
    """Sign in as one of the story's people with the demo password."""
    page.goto("/sign-in/password")
    page.locator("main input:not([type=hidden]):not([type=password])").first.fill(address)
    page.locator("main input[type=password]").fill("lanzhou-2019")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def picture(page: Page, name: str) -> None:
    """Keep a picture of the whole page in var/pictures, if HUB_TEST_PICTURES asks for them."""
    if "HUB_TEST_PICTURES" in os.environ:
        page.screenshot(path=ROOT / f"var/pictures/{name}.png", full_page=True)
