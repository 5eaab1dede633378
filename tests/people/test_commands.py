"""Accounts from the command line."""

from datetime import timedelta

import pytest

from tests.factories.people import make_person
from tests.factories.places import make_place
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.people.actions.sign_in import use_link
from volunteer_hub.people.commands import group
from volunteer_hub.people.models import ApiToken, Person
from volunteer_hub.people.queries import callers, persons
from volunteer_hub.people.rules.proofs import hash_token


@pytest.fixture
def hub(app):
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(group, words)


@pytest.fixture
def mei(app):
    with transaction():
        make_place("baiyin", kind="subdistrict")
        return make_person("陈晓梅", phone="+8613800138000", email="mei@example.com")


def test_create_prints_the_id(hub):
    made = hub("create", "--name", "陈晓梅", "--phone", "13800138000", "--email", "mei@example.com")
    assert made.exit_code == 0
    assert persons.get_person(int(made.output)).email == "mei@example.com"


def test_create_many_prints_one_id_a_line(hub):
    made = hub("create", "--count", "50", "--prefix", "load")
    ids = [int(line) for line in made.output.splitlines()]
    assert len(set(ids)) == 50
    assert persons.get_person(ids[-1]).email == "load-00050@volunteer-hub.example"
    assert hub("create", "--count", "50").output == made.output, "running it twice changes nothing"


def test_grant_gives_a_role(hub, mei):
    words = ("--account", "138 0013 8000", "--role", "administrator", "--place", "baiyin")
    assert hub("grant", *words).exit_code == 0
    assert [g.role for g in callers.list_grants(mei.id)] == ["administrator"]
    again = hub("grant", *words)
    assert again.exit_code == 1
    assert "already holds" in again.output


def test_link_signs_in(hub, mei, app):
    line = hub("link", "--account", "mei@example.com").output.strip()
    assert line.startswith(app.config["SETTINGS"].public_url + "/sign-in/link/")
    with transaction():
        assert use_link(token=line.rsplit("/", 1)[1], now=utc_now()) is mei


def test_token_stands_alone_on_the_last_line(hub, mei):
    words = ("--account", "mei@example.com", "--scope", "read", "--scope", "write", "--days", "7")
    made = hub("token", *words)
    token = made.output.splitlines()[-1]
    row = db.session.query(ApiToken).one()
    assert row.token_hash == hash_token(token)
    assert row.scopes == ["read", "write"]
    assert row.expires_at - row.made_at == timedelta(days=7)


def test_a_token_for_each_account_of_a_prefix(hub, mei):
    hub("create", "--count", "20", "--prefix", "load")
    hub("create", "--count", "5", "--prefix", "loader")
    made = hub("token", "--prefix", "load", "--scope", "write")
    tokens = made.output.splitlines()
    assert len(set(tokens)) == 20
    owners = [callers.find_known(token_hash=hash_token(t), now=utc_now()).person for t in tokens]
    assert [owner.email for owner in owners] == [
        f"load-{n:05d}@volunteer-hub.example" for n in range(1, 21)
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("create",), "Give --name"),
        (("create", "--name", "x"), "Give a mobile number or an e-mail address"),
        (("create", "--name", "x", "--phone", "138"), "has 11 digits; this one has 3"),
        (("create", "--name", "x", "--email", "mei@example.com"), "already uses"),
        (
            ("grant", "--account", "no@example.com", "--role", "volunteer", "--place", "baiyin"),
            "No account",
        ),
        (
            ("grant", "--account", "mei@example.com", "--role", "volunteer", "--place", "x"),
            "no place x",
        ),
        (("grant", "--account", "mei@example.com", "--role", "king", "--place", "baiyin"), "king"),
        (("link", "--account", "13800138001"), "No account"),
        (("token",), "either --account or --prefix"),
        (("token", "--account", "mei@example.com", "--prefix", "load"), "either"),
        (("token", "--prefix", "nothing"), "no accounts nothing"),
        (("token", "--account", "mei@example.com", "--days", "366"), "366"),
    ],
)
def test_a_refusal_is_a_sentence_and_an_exit_code(hub, mei, words, said):
    refused = hub(*words)
    assert refused.exit_code != 0
    assert said in refused.output
    assert db.session.query(Person).count() == 1
    assert db.session.query(ApiToken).count() == 0
