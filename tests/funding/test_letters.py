from sqlalchemy import select

from tests.factories.people import make_person
from tests.factories.projects import make_project
from tests.funding.ledger import approve, reverse, write
from tests.world import World
from volunteer_hub.foundation import policy
from volunteer_hub.foundation.database import db, transaction
from volunteer_hub.funding import actions
from volunteer_hub.messages.models import Message
from volunteer_hub.projects.models import Project


def published(world: World) -> Project:
    with transaction():
        return make_project(world.community, title_zh="银龄守护", title_en="Silver Guard")


def letters() -> list[Message]:
    db.session.expire_all()
    return list(db.session.scalars(select(Message).order_by(Message.id)))


def test_the_supervisors_of_the_place_are_told_in_their_language(world: World) -> None:
    with transaction():
        english = make_person(
            "Ann", role=policy.SUPERVISOR, at=world.subdistrict, language="en", remind_by=["email"]
        )
        make_person("远方", role=policy.SUPERVISOR, at=world.elsewhere)
    entry = write(published(world), world.coordinator, purpose_zh="<首款>")
    found = {letter.recipient_id: letter for letter in letters()}
    assert set(found) == {world.supervisor.id, english.id}
    assert {letter.channel for letter in found.values()} == {"email"}
    assert {letter.topic for letter in found.values()} == {f"funding-entry:{entry.id}"}
    chinese = found[world.supervisor.id]
    assert chinese.subject == "请您核对：银龄守护，签约 18,000.00 元"
    assert chinese.place_path == world.community.path
    letter = found[english.id]
    assert letter.subject == "Please check: Award of 18,000.00 yuan, Silver Guard"
    for body in (letter.body_text, letter.body_html or ""):
        assert f"/funding/{entry.id}" in body
        assert "awarded-18000" in body
    assert "<首款>" in letter.body_text
    assert "&lt;首款&gt;" in (letter.body_html or "")


def test_who_wrote_it_is_not_asked_to_check_it(world: World) -> None:
    write(published(world), world.supervisor)
    assert letters() == []


def test_a_letter_is_called_back_once_the_entry_is_settled(world: World) -> None:
    project = published(world)
    first = write(project, world.coordinator, yuan=1)
    second = write(project, world.coordinator, yuan=2)
    write(project, world.coordinator, yuan=3)
    approve(first, world.supervisor)
    with transaction():
        actions.reject_entry(entry_id=second.id, reason="票据不清", rejecter=world.supervisor.id)
    assert [letter.state for letter in letters()] == ["cancelled", "cancelled", "pending"]


def test_a_reversal_asks_again(world: World) -> None:
    entry = approve(write(published(world), world.coordinator), world.supervisor)
    back = reverse(entry, world.coordinator)
    last = letters()[-1]
    assert (last.topic, last.state) == (f"funding-entry:{back.id}", "pending")
    assert "-18,000.00" in last.subject
