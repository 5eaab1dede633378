"""Which letters come, and when no text does, for programs."""

from datetime import time
from typing import Literal

from flask import Response
from flask_openapi3.models.tag import Tag
from pydantic import Field

from volunteer_hub.foundation import audit
from volunteer_hub.foundation.api import In, Out, answer, blueprint
from volunteer_hub.foundation.clock import utc_now
from volunteer_hub.foundation.database import transaction
from volunteer_hub.foundation.doors import current_actor, permits
from volunteer_hub.foundation.language import gettext as _
from volunteer_hub.foundation.replay import replayed
from volunteer_hub.messages.rules.kinds import ALWAYS_GO, KIND_WORDS
from volunteer_hub.messages.rules.states import CHANNELS
from volunteer_hub.people.queries.persons import get_person
from volunteer_hub.preferences import actions, policy, queries, rules
from volunteer_hub.preferences.rules import Choice

api = blueprint("preferences_api", __name__)
blueprints = (api,)
TAG = Tag(name="people")
Channel = Literal["email", "sms"]


class ChoiceIn(In):
    kind: str = Field(max_length=60, description="a kind of letter, or * for all that may stop")
    channel: Channel
    wanted: bool


class NightIn(In):
    """When no text comes that can wait."""

    zone: str | None = Field(None, max_length=60, description="as Europe/Berlin; null: as here")
    begins: time = Field(description="on the wall, such as 21:00")
    ends: time


class PreferencesIn(In):
    """What is not named stays as it is."""

    choices: list[ChoiceIn] = Field(default_factory=list[ChoiceIn], max_length=200)
    night: NightIn | None = None


class ChoiceOut(Out):
    kind: str
    title: str
    channel: Channel
    wanted: bool = Field(description="what was chosen for this kind alone")
    leaves: bool = Field(description="whether such letters go out, all choices considered")
    always: bool = Field(description="such letters go whatever was chosen")


class NightOut(Out):
    zone: str | None = Field(description="null: that of the installation")
    begins: time
    ends: time


class PreferencesOut(Out):
    """The caller's choices; a channel that is stopped carries only what always goes."""

    stopped_channels: list[Channel]
    choices: list[ChoiceOut]
    night: NightOut = Field(description="when no text comes that can wait")


@api.get(
    "/me/preferences",
    responses={200: PreferencesOut},
    tags=[TAG],
    summary="List which letters the caller gets, by kind and channel",
)
@permits(policy.READ_OWN)
def get_preferences() -> Response:
    return answer(_show())


@api.put(
    "/me/preferences",
    responses={200: PreferencesOut},
    tags=[TAG],
    summary="Choose which letters the caller gets, and when no text comes",
)
@permits(policy.CHOOSE_OWN)
@replayed
def put_preferences(body: PreferencesIn) -> Response:
    chosen = {Choice(one.kind, one.channel): one.wanted for one in body.choices}
    with transaction():
        person, now = get_person(current_actor().person_id or 0), utc_now()
        altered = actions.choose(person=person, choices=chosen, now=now)
        names = sorted(f"{one.name}={chosen[one]:d}" for one in altered)
        if body.night is not None:
            night = rules.Night(**body.night.model_dump())
            if actions.sleep(person=person, night=night, now=now):
                names.append(f"night={night}")
        if names:
            audit.record("chose-letters", f"person:{person.id}", choices=names)
    return answer(_show())


def _show() -> PreferencesOut:
    person = get_person(current_actor().person_id or 0)
    stopped = queries.stopped_by(person.id)
    facts = {"remind_by": person.remind_by, "stopped": stopped}
    off = [channel for channel in CHANNELS if rules.is_off(channel, **facts)]
    shown = [
        {
            "kind": cell.kind,
            "title": _(KIND_WORDS[cell.kind]),
            "channel": cell.channel,
            "wanted": cell not in stopped or cell.kind in ALWAYS_GO,
            "leaves": rules.leaves(cell.kind, cell.channel, **facts),
            "always": cell.kind in ALWAYS_GO,
        }
        for cell in rules.cells(KIND_WORDS)
    ]
    night = queries.night_of(person.id)._asdict()
    said = {"stopped_channels": off, "choices": shown, "night": night}
    return PreferencesOut.model_validate(said)
