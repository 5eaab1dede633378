"""A client that comes as programs do: over HTTP, with the token of whoever it acts for."""

import json

from bench.serving import NO_ANSWER, Wire
from bench.storm.client import Client, Share


class Program(Client):
    steps = {"join": 65, "leave": 35}  # noqa: RUF012  (read, never changed)

    def __init__(self, share: Share) -> None:
        super().__init__(share)
        self.wire = Wire(share.port)

    def join(self) -> str:
        person = self.any_person()
        status, body = self._ask(person, "POST", f"/api/v1/shifts/{self.any_shift()}/signups")
        if status == 201:
            self.own[json.loads(body)["id"]] = person
        return _outcome(status)

    def leave(self) -> str:
        signup_id = self.any_own()
        if signup_id is None:
            return ""
        person = self.own.pop(signup_id)
        return _outcome(self._ask(person, "DELETE", f"/api/v1/signups/{signup_id}")[0])

    def _ask(self, person: int, method: str, path: str) -> tuple[int, bytes]:
        self.wire.headers["Authorization"] = f"Bearer {self.share.tokens[person]}"
        try:
            answer = self.wire.ask(method, path)
        except NO_ANSWER:
            return 0, b""
        return answer.status, answer.body


def _outcome(status: int) -> str:
    """Tell what came of it: done, refused by a rule, or an error with its status."""
    if 200 <= status < 300:
        return "done"
    return "refused" if status in (404, 409, 422) else f"error-{status}"


def storm(share: Share) -> None:
    Program(share).run()
