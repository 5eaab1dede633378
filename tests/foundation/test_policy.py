"""Who may do what where: the whole table of actor, role, place, token and owner."""

import pytest

from volunteer_hub.foundation.policy import (
    ADMINISTRATOR,
    COORDINATOR,
    GRID_WORKER,
    NOBODY,
    SUPERVISOR,
    VOLUNTEER,
    Actor,
    Grant,
    everybody,
    everyone_signed_in,
    only,
)
from volunteer_hub.foundation.refusal import NotAllowed, NotFound, NotSignedIn

HERE = "/baiyin/ganjiaxiang/"
ABOVE = "/baiyin/"
BELOW = "/baiyin/ganjiaxiang/3/"
BESIDE = "/baiyin/xibeixincun/"
LIKE = "/baiyin/ganjiaxiang2/"  # begins with the same letters, and lies elsewhere
FAR = "/jiuquan/zhangjiayuan/"

LOOK = everybody("look")
JOIN = everyone_signed_in("join", scope="write")
READ_OWN = everyone_signed_in("read-own")
VERIFY = only("verify", COORDINATOR, SUPERVISOR)
READ_BOOK = only("read-book", COORDINATOR, scope="read")
LEAVE = only("leave", COORDINATOR, owner=True)
CLOSE_ACCOUNT = only("close-account", owner=True)


def actor(*grants, person_id=1, scopes=None):
    held = tuple(Grant(role, path) for role, path in grants)
    return Actor(
        person_id=person_id, grants=held, scopes=None if scopes is None else frozenset(scopes)
    )


PLAIN = actor()
COORDINATES = actor((COORDINATOR, HERE))
SUPERVISES = actor((SUPERVISOR, ABOVE))
ADMINISTERS = actor((ADMINISTRATOR, "/"))
WALKS = actor((GRID_WORKER, HERE))
READ_TOKEN = actor((COORDINATOR, HERE), scopes=["read"])
WRITE_TOKEN = actor((COORDINATOR, HERE), scopes=["read", "write"])
ONLY_WRITE_TOKEN = actor((COORDINATOR, HERE), scopes=["write"])
EMPTY_TOKEN = actor((COORDINATOR, HERE), scopes=[])
IN, OUT, SIGN_IN = None, NotAllowed, NotSignedIn


@pytest.mark.parametrize(
    ("permission", "actor", "expected"),
    [
        (LOOK, NOBODY, IN),
        (LOOK, PLAIN, IN),
        (LOOK, EMPTY_TOKEN, IN),
        (JOIN, NOBODY, SIGN_IN),
        (JOIN, PLAIN, IN),
        (JOIN, COORDINATES, IN),
        (JOIN, READ_TOKEN, OUT),
        (JOIN, WRITE_TOKEN, IN),
        (READ_OWN, READ_TOKEN, IN),
        (READ_OWN, ONLY_WRITE_TOKEN, OUT),
        (VERIFY, NOBODY, SIGN_IN),
        (VERIFY, PLAIN, OUT),
        (VERIFY, WALKS, OUT),
        (VERIFY, ADMINISTERS, OUT),  # a technical role reads and decides nothing by itself
        (VERIFY, COORDINATES, IN),
        (VERIFY, SUPERVISES, IN),
        (VERIFY, READ_TOKEN, OUT),
        (VERIFY, WRITE_TOKEN, IN),
        (VERIFY, EMPTY_TOKEN, OUT),
        (READ_BOOK, READ_TOKEN, IN),
        (READ_BOOK, ONLY_WRITE_TOKEN, OUT),
        (LEAVE, NOBODY, SIGN_IN),
        (LEAVE, PLAIN, IN),  # may be the owner: `ensure` tells
        (LEAVE, READ_TOKEN, OUT),
        (CLOSE_ACCOUNT, NOBODY, SIGN_IN),
        (CLOSE_ACCOUNT, PLAIN, IN),
    ],
)
def test_the_door(permission, actor, expected):
    if expected is None:
        permission.admit(actor)
    else:
        with pytest.raises(expected):
            permission.admit(actor)


@pytest.mark.parametrize(
    ("permission", "actor", "path", "owner", "allowed"),
    [
        # everybody, and everyone with an account
        (LOOK, NOBODY, None, None, True),
        (LOOK, NOBODY, HERE, None, True),
        (JOIN, NOBODY, HERE, None, False),
        (JOIN, PLAIN, HERE, None, True),
        (JOIN, PLAIN, FAR, 2, True),
        # a role holds at its place and below it, never above, beside, or by likeness of name
        (VERIFY, COORDINATES, HERE, None, True),
        (VERIFY, COORDINATES, BELOW, None, True),
        (VERIFY, COORDINATES, ABOVE, None, False),
        (VERIFY, COORDINATES, BESIDE, None, False),
        (VERIFY, COORDINATES, LIKE, None, False),
        (VERIFY, COORDINATES, FAR, None, False),
        (VERIFY, SUPERVISES, HERE, None, True),
        (VERIFY, SUPERVISES, BESIDE, None, True),
        (VERIFY, SUPERVISES, FAR, None, False),
        (VERIFY, ADMINISTERS, HERE, None, False),
        (VERIFY, WALKS, HERE, None, False),
        (VERIFY, PLAIN, HERE, None, False),
        (VERIFY, NOBODY, HERE, None, False),
        (VERIFY, COORDINATES, None, None, True),  # no place in question
        (VERIFY, PLAIN, None, None, False),
        # who owns the thing is no reason unless the permission says so
        (VERIFY, PLAIN, HERE, 1, False),
        (LEAVE, PLAIN, HERE, 1, True),
        (LEAVE, PLAIN, HERE, 2, False),
        (LEAVE, PLAIN, HERE, None, False),
        (LEAVE, COORDINATES, HERE, 2, True),
        (LEAVE, COORDINATES, FAR, 2, False),
        (LEAVE, COORDINATES, FAR, 1, True),
        (LEAVE, NOBODY, HERE, None, False),
        # nobody but the owner
        (CLOSE_ACCOUNT, PLAIN, None, 1, True),
        (CLOSE_ACCOUNT, PLAIN, None, 2, False),
        (CLOSE_ACCOUNT, PLAIN, None, None, False),
        (CLOSE_ACCOUNT, SUPERVISES, HERE, 2, False),
        (CLOSE_ACCOUNT, NOBODY, None, None, False),
    ],
)
def test_the_thing_behind_the_door(permission, actor, path, owner, allowed):
    assert permission.allows(actor, path=path, owner=owner) is allowed
    if allowed:
        permission.ensure(actor, path=path, owner=owner)
    else:
        with pytest.raises(NotFound):  # as if it did not exist
            permission.ensure(actor, path=path, owner=owner)


@pytest.mark.parametrize(
    ("roles", "path", "held"),
    [
        ([COORDINATOR], None, True),
        ([COORDINATOR], HERE, True),
        ([COORDINATOR], FAR, False),
        ([GRID_WORKER], FAR, True),
        ([COORDINATOR, GRID_WORKER], FAR, True),
        ([SUPERVISOR], None, False),
        ([], None, False),
    ],
)
def test_roles_are_held_each_at_its_own_place(roles, path, held):
    both = actor((COORDINATOR, HERE), (GRID_WORKER, FAR))
    assert both.holds(roles, path=path) is held


def test_lists_are_filtered_by_the_places_of_a_role():
    several = actor((COORDINATOR, FAR), (COORDINATOR, HERE), (GRID_WORKER, BESIDE))
    assert several.paths([COORDINATOR]) == (HERE, FAR)
    assert several.paths([COORDINATOR, GRID_WORKER]) == (HERE, BESIDE, FAR)
    assert several.paths([SUPERVISOR]) == ()
    assert actor((COORDINATOR, HERE), (SUPERVISOR, HERE)).paths([COORDINATOR, SUPERVISOR]) == (
        HERE,
    )


@pytest.mark.parametrize(
    ("grants", "staff"),
    [
        ([], False),
        ([(VOLUNTEER, "/")], False),
        ([("partner_contact", HERE)], False),
        ([(GRID_WORKER, HERE)], True),
        ([(COORDINATOR, HERE)], True),
        ([(SUPERVISOR, ABOVE)], True),
        ([(ADMINISTRATOR, "/")], True),
    ],
)
def test_staff(grants, staff):
    assert actor(*grants).is_staff is staff


def test_whoever_has_a_number_is_signed_in():
    assert not NOBODY.signed_in
    assert PLAIN.signed_in
