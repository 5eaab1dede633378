"""Every route names a permission; every list is paged; no address is a dead end."""

import re

from volunteer_hub.foundation.doors import OPEN_ENDPOINTS, permission_of

CALL = re.compile(r"url_for\(\s*[\"']([\w.]+)[\"']")


def test_every_route_names_a_permission(shared_app):
    missing = [
        rule.endpoint
        for rule in shared_app.url_map.iter_rules()
        if rule.endpoint not in OPEN_ENDPOINTS and permission_of(rule.endpoint, shared_app) is None
    ]
    assert missing == []


def test_every_writing_route_asks_for_the_write_scope(shared_app):
    """A read-only token must not write."""
    loose = [
        rule.endpoint
        for rule in shared_app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        and {"POST", "PUT", "PATCH", "DELETE"} & (rule.methods or set())
        and permission_of(rule.endpoint, shared_app).scope != "write"
    ]
    assert loose == []


def test_links_lead_somewhere(shared_app):
    from pathlib import Path

    root = Path(shared_app.root_path).parent
    known = {rule.endpoint for rule in shared_app.url_map.iter_rules()}
    files = [*root.glob("templates/**/*.*"), *root.glob("volunteer_hub/**/*.py")]
    dead = {
        f"{path.name}: {endpoint}"
        for path in files
        for endpoint in CALL.findall(path.read_text())
        if endpoint not in known and not endpoint.startswith(".") and "." in endpoint
    }
    assert dead == set()


def test_addresses_begin_with_their_room_or_a_known_word(shared_app):
    """Pages hang below a word of the public surface."""
    words = {
        *("", "sign-in", "sign-out", "me", "prefs", "demo", "api", "static"),
        *("healthz", "readyz", "metrics", "privacy", "accessibility", "method"),
        *("messages", "places", "people", "projects", "activities", "funding", "shifts"),
        *("attendance", "services", "impact", "desk"),
        *("credentials", "standing", "stand-ins", "replies", "groups", "watches", "mailings"),
        *("receipts", "previews", "filings", "digests"),
    }
    first = {rule.rule.split("/")[1].split(".")[0] for rule in shared_app.url_map.iter_rules()}
    assert first - words == set()
