"""A letter of the post office's own, and the receiving servers, so that no other room is needed."""

from collections.abc import Generator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader

from standalone.sinks.running import Sinks, running_sinks
from tests.messages.letter import TEMPLATES
from tests.servers import Servers


@pytest.fixture(autouse=True)
def trial_letters(request: pytest.FixtureRequest) -> Generator[None]:
    """Let the apps find the letter trial/hello."""
    names = {"committed", "app"} & set(request.fixturenames)
    apps: list[Flask] = [request.getfixturevalue(name) for name in names]
    kept = [app.jinja_env.loader for app in apps]
    for app, loader in zip(apps, kept, strict=True):
        assert loader is not None
        app.jinja_env.loader = ChoiceLoader([loader, FileSystemLoader(TEMPLATES)])
    yield
    for app, loader in zip(apps, kept, strict=True):
        app.jinja_env.loader = loader


@pytest.fixture
def sinks(servers: Servers, tmp_path: Path) -> Generator[Sinks]:
    """Run both receiving servers where the settings of every test look for them."""
    with running_sinks(servers.var / "run", inbox=tmp_path / "inbox") as running:
        yield running
