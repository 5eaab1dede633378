"""ephios, installed from its package into an environment of its own, and served as its manual says.

The manual (deployment, "Manual installation"): PostgreSQL, Redis as its cache, `migrate`, the
static files, gunicorn with its ordinary workers. Here with as many processes as ours, and with
lasting database connections, which the manual leaves out and which help it.
"""

import base64
import hashlib
import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench.ephios.crowd import Answer, request
from bench.ephios.load import Reading, Side, by_http
from bench.serving import PROCESSES, Wire, free_port, serving
from tests.servers import Servers, fresh_name

ROOT = Path(__file__).parents[2]
VERSION = "0.27.1"
PINS = (f"ephios=={VERSION}", "gunicorn==27.0.1", "psycopg2-binary==2.9.13", "redis==8.1.0")
HOME = ROOT / "var" / "bench-ephios"
PASSWORD = "only-for-benchmarks"
# As its proxy hands on what a browser sends.
HOST = "127.0.0.1"
BROWSER = {"Host": HOST, "X-Forwarded-Proto": "https", "Referer": f"https://{HOST}/"}

PEOPLE = """
insert into auth_group (name) values ('Volunteers');
insert into userprofile (password, is_superuser, email, is_active, is_staff, date_of_birth,
                         calendar_token, is_visible, preferred_language, display_name,
                         disabled_notifications, email_invalid)
select '{password}', false, 'load-' || n || '@example.org', true, false, '1980-01-01',
       'calendar-' || n, true, 'en', 'Volunteer ' || n, '[]', false
from generate_series(1, {people}) n;
insert into userprofile_groups (userprofile_id, group_id) select id, 1 from userprofile;
insert into eventtype (title, color, show_participant_data) values ('Service', '#343a40', 0);
"""
EVENTS = """
with made as (
  insert into event (title, description, location, type_id, active)
  select 'Sharing market', 'Guiding and check-in', 'The square', 1, true
  from generate_series(1, {size}) returning id),
seen as (
  insert into guardian_groupobjectpermission (object_pk, content_type_id, group_id, permission_id)
  select made.id, permission.content_type_id, 1, permission.id
  from made, auth_permission permission where codename = 'view_event')
insert into shift (event_id, meeting_time, start_time, end_time, label, structure_slug,
                   structure_configuration, signup_flow_slug, signup_flow_configuration)
select id, now() + id * interval '1 day', now() + id * interval '1 day',
       now() + id * interval '1 day' + interval '3 h', '', 'uniform',
       '{{"minimum_number_of_participants": 0, "maximum_number_of_participants": {places},
          "minimum_age": null, "required_qualification_ids": []}}', 'instant_confirmation',
       '{{"signup_until": null, "user_can_decline_confirmed": true,
          "user_can_customize_signup_times": false}}'
from made returning id"""
# Everybody has as many of the sign-ups as everybody else.
SIGNUPS = """
with made as (
  insert into abstractparticipation (shift_id, state, polymorphic_ctype_id, structure_data,
                                     finished)
  select shift.id, 1, type.id, '{{}}', false
  from shift, generate_series(1, {each}), django_content_type type
  where type.model = 'localparticipation' order by shift.id returning id)
insert into localparticipation (abstractparticipation_ptr_id, user_id)
select id, 1 + row_number() over (order by id) % {people} from made"""
CONFIRMED = "select count(*) from abstractparticipation where shift_id = %s and state = 1"


@dataclass
class Theirs:
    """ephios on a database of its own, with people who are signed in."""

    port: int
    database: "psycopg.Connection[tuple[int, ...]]"
    wires: list[Wire]
    places: int

    def joining(self) -> Side:
        size = len(self.wires)
        return Side(
            "ephios, the page's form",
            "POST /shifts/<id>/signup/, signed in, instant confirmation; a place or a no",
            size,
            self._new_shift,
            by_http(self.port, self._press, size, good=_sent_to_the_event),
            self._count,
            keeps_line=False,
        )

    def reading(self, readers: int) -> Reading:
        path = "/events/"
        asked = f"GET {path}, signed in, English: its list of coming events, with who is missing"
        wires = self.wires[:readers]
        return Reading(f"ephios, {path}", asked, self.port, wires, path, r"/events/(\d+)-")

    def _new_shift(self) -> int:
        ((shift_id,),) = self.database.execute(_sql(EVENTS, size=1, places=self.places)).fetchall()
        return shift_id

    def _press(self, number: int, shift_id: int) -> bytes:
        """Press the button of the shift; who gets no place is sent to the same page and told."""
        form = {"quick_action": "1", "signup_choice": "sign_up"}
        return request(self.wires[number], "POST", f"/shifts/{shift_id}/signup/", **form)

    def _count(self, shift_id: int) -> tuple[int, int]:
        ((confirmed,),) = self.database.execute(CONFIRMED, (shift_id,)).fetchall()
        return confirmed, 0  # it knows no line


def _sent_to_the_event(answer: Answer) -> bool:
    return answer.status == 302 and answer.goes_to.startswith("/events/")


@contextmanager
def theirs(
    found: Servers, *, people: int, places: int, shifts: int, signups: int, threads: int
) -> Iterator[Theirs]:
    """Install, fill, serve, and sign everybody in."""
    binaries = install()
    url = found.create(fresh_name("bench_ephios"))
    environ, port = _environ(found, url), free_port()
    for words in (("migrate", "-v0"), ("collectstatic", "-v0", "--noinput"), ("compilejsi18n",)):
        _run(binaries / "python", "-m", "ephios", *words, environ=environ)
    words = (binaries / "gunicorn", "ephios.wsgi", "--bind", f"127.0.0.1:{port}")
    how = ("--workers", str(PROCESSES), "--threads", str(threads), "--keep-alive", "60")
    log = found.var / "ephios.log"
    with psycopg.connect(url, autocommit=True) as database:
        _fill(database, people=people, shifts=shifts, signups=signups)
        with serving((*words, *how), environ, port=port, log=log, folder=HOME):
            wires = [_sign_in(port, number + 1) for number in range(people)]
            yield Theirs(port, database, wires, places)


def install() -> Path:
    """Make the environment once and say where its programs are."""
    binaries, done = HOME / "bin", HOME / "installed"
    if not done.exists() or done.read_text() != "\n".join(PINS):
        print("  installing ephios", flush=True)
        venv.create(HOME, clear=True, with_pip=True)
        uv = Path(sys.executable).parent / "uv"
        pip: tuple[str | Path, ...] = (binaries / "python", "-m", "pip", "install", "-q")
        if uv.exists():
            pip = (uv, "pip", "install", "-q", "--python", binaries / "python")
        _run(*pip, *PINS, environ={})
        done.write_text("\n".join(PINS))
    return binaries


def _environ(found: Servers, url: str) -> dict[str, str]:
    return {
        "DATABASE_URL": url + ("&" if "?" in url else "?") + "conn_max_age=600",
        "CACHE_URL": found.redis_url.replace("unix://", "redis://"),
        "DATA_DIR": str(found.var / "ephios"),
        "HOME": str(found.var / "ephios"),  # gunicorn keeps a socket there
        "DJANGO_SETTINGS_MODULE": "ephios.settings",
        "SECRET_KEY": "only-for-benchmarks-" + "x" * 32,
        "DEBUG": "False",
        "ALLOWED_HOSTS": HOST,
        "SITE_URL": f"https://{HOST}",
        "TRUST_X_FORWARDED_PROTO": "True",
        "EMAIL_URL": "dummymail://",
        "DEFAULT_FROM_EMAIL": "bench@example.org",
        "SERVER_EMAIL": "bench@example.org",
        "ADMINS": "Bench <bench@example.org>",
    }


def _fill(
    database: "psycopg.Connection[tuple[int, ...]]", *, people: int, shifts: int, signups: int
) -> None:
    key = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), b"salt", 1)
    password = f"pbkdf2_sha256$1$salt${base64.b64encode(key).decode()}"
    database.execute(_sql(PEOPLE, people=people, password=password))
    database.execute(_sql(EVENTS, size=shifts, places=16))
    database.execute(_sql(SIGNUPS, each=signups // shifts, people=people))
    database.execute("vacuum analyze")


def _sign_in(port: int, number: int) -> Wire:
    """Go through the sign-in page, as a browser does."""
    wire = Wire(port, dict(BROWSER))
    wire.get("/accounts/login/")
    wire.headers["X-CSRFToken"] = wire.cookies["csrftoken"]
    known = {"username": f"load-{number}@example.org", "password": PASSWORD}
    answer = wire.post("/accounts/login/", **known)
    if answer.status != 302:
        raise SystemExit(f"ephios let nobody in: {answer.status}")
    wire.headers["X-CSRFToken"] = wire.cookies["csrftoken"]
    wire.settled = True
    return wire


def _sql(text: str, **values: int | str) -> bytes:
    return text.format(**values).encode()


def _run(*words: str | Path, environ: dict[str, str]) -> None:
    done = subprocess.run(words, env={**os.environ, **environ}, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, words))} failed:\n{done.stderr[-2000:]}")
