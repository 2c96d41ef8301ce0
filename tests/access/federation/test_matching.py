"""Whose account opens: by what the declaration trusts, and never by a guess."""

from typing import Any

import msgspec
import pytest
from tests.access.conftest import HandClock
from tests.access.federation.conftest import Desk
from tests.access.federation.simulator import RPPS, Simulator, practices

from hygie.access.federation.declaration import Claims, Provider, RoleRule
from hygie.access.federation.matching import plain_national
from hygie.ledger import Ledger
from hygie.refusal import Refused
from hygie.trace import Context

BY = Context(actor="alice", kind="account")


async def outcome(desk: Desk) -> str:
    """The account that opened, or the rule by which none did."""
    try:
        return (await desk.sign_in()).account
    except Refused as refused:
        return refused.refusal.issues[0].rule


@pytest.mark.parametrize("national", ["99700218896", "899700218896"])
async def test_by_national_identifier(national: str, desk: Desk, alice: str) -> None:
    """Guards against an identifier written without its kind, that then fits nobody."""
    await desk.set(alice, national=national)
    assert await outcome(desk) == alice


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("899700218896", "99700218896"), ("99700218896", "99700218896"),
        ("0123456789", "123456789"), ("123456789", "123456789"),
        ("799700218896", "799700218896"), ("8997002188966", "8997002188966"),
        ("8x9700218896", "8x9700218896"), ("", ""),
    ],
)  # fmt: skip
def test_kinds_of_identifier(written: str, plain: str) -> None:
    """Guards against two identifiers that become one."""
    assert plain_national(written) == plain


async def test_without_identifier_nobody(desk: Desk, simulator: Simulator, alice: str) -> None:
    """Guards against an empty identifier that fits an account without one."""
    await desk.set(alice, national="")
    simulator.told = {"SubjectNameID": None}
    assert await outcome(desk) == "federation.no-national"
    simulator.told = {"SubjectNameID": ""}
    assert await outcome(desk) == "federation.no-national"
    simulator.told = {"SubjectNameID": ["899700218896"]}
    assert await outcome(desk) == "federation.no-national"


async def test_the_subject_is_not_the_identifier(
    desk: Desk, simulator: Simulator, alice: str
) -> None:
    """Guards against `sub` taken for the national identifier, which it ends with."""
    simulator.told = {"SubjectNameID": "810000000000"}
    assert await outcome(desk) == "federation.no-account"


async def test_two_accounts_for_one_identifier_open_neither(
    desk: Desk, alice: str, password: str, ledger: Ledger
) -> None:
    """Guards against the account of somebody else, and an administrator who is not told."""
    await desk.access.create_account("alice2", "Dr Alice Martin", "physician", password)
    await desk.set("alice2", national=RPPS)
    assert await outcome(desk) == "federation.ambiguous"
    (last,) = await ledger.recent(limit=1)
    assert (last.entry.reason, last.entry.outcome) == ("federation.ambiguous", "refused")


async def test_never_by_name(desk: Desk, simulator: Simulator, alice: str) -> None:
    """Guards against whoever calls themselves as somebody here does."""
    await desk.set(alice, national="")
    simulator.claims = {"preferred_username": "alice", "name": "Dr Alice Martin", "email": "a@b.fr"}
    assert await outcome(desk) == "federation.no-account"


async def test_a_closed_account_stays_closed(desk: Desk, alice: str, clock: HandClock) -> None:
    """Guards against another way in, for somebody who left."""
    await desk.set(alice, until=clock.now)
    assert await outcome(desk) == "federation.closed"
    await desk.access.disable_account(alice)
    assert await outcome(desk) == "federation.no-account"


@pytest.mark.parametrize(
    ("profession", "role", "expected"),
    [
        ("10", "physician", "alice"),
        ("60", "physician", "federation.other-role"),
        ("", "physician", "federation.other-role"),
        ("60", "administrator", "alice"),
    ],
)
async def test_a_profession_that_is_not_the_role(
    profession: str, role: Any, expected: str, desk: Desk, simulator: Simulator, alice: str
) -> None:
    """Guards against a nurse who signs in as a physician; a role is checked, and never given."""
    await desk.set(alice, role=role)
    simulator.told = {"SubjectRefPro": practices(profession)}
    assert await outcome(desk) == expected
    account, _ = await desk.accounts.find(desk.pool, alice)
    assert account.role == role


@pytest.mark.parametrize(
    "reference", [None, [], {"exercices": None}, {"exercices": [None, 3, {"codeProfession": 10}]}],
    ids=str,
)  # fmt: skip
async def test_places_of_work_of_another_form(
    reference: Any, desk: Desk, simulator: Simulator
) -> None:
    """Guards against a breakdown, or a role, out of claims that are not as published."""
    simulator.told = {"SubjectRefPro": reference}
    assert await outcome(desk) == "federation.other-role"


# --- By address --------------------------------------------------------------------------------


@pytest.fixture
def by_address(desk_of: Any, provider: Provider) -> Desk:
    declared = msgspec.structs.replace(
        provider, match=("email",), email_trusted=True, claims=Claims(), role_check=False
    )
    made: Desk = desk_of(declared)
    return made


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"email": "Alice@CH.example", "email_verified": True}, "alice"),
        ({"email": "alice@ch.example", "email_verified": False}, "federation.no-account"),
        ({"email": "alice@ch.example", "email_verified": "true"}, "federation.no-account"),
        ({"email": "alice@ch.example", "email_verified": None}, "federation.no-account"),
        ({"email": "alicе@ch.example", "email_verified": True}, "federation.no-account"),
        ({"email": "x" * 200, "email_verified": True}, "federation.claims"),
        ({"email": "", "email_verified": True}, "federation.no-account"),
    ],
)
async def test_by_a_verified_address(
    claims: dict[str, Any], expected: str, by_address: Desk, simulator: Simulator, alice: str
) -> None:
    """Guards against an address that nobody verified, that looks alike, or that is empty."""
    await by_address.set(alice, email="alice@ch.example")
    simulator.told = {"email_verified": None}
    simulator.claims = claims
    assert await outcome(by_address) == expected


# --- By link -----------------------------------------------------------------------------------


@pytest.fixture
def by_link(desk_of: Any, provider: Provider) -> Desk:
    declared = msgspec.structs.replace(provider, match=("link",), claims=Claims(), role_check=False)
    made: Desk = desk_of(declared)
    return made


async def linked(desk: Desk, account: str) -> None:
    departure = await desk.federation.leave("psc", account=account)
    arrival = await desk.arrive(departure, await desk.authorized(departure))
    assert (arrival.token, arrival.account) == ("", account)


async def test_an_identity_that_its_owner_linked(by_link: Desk, alice: str) -> None:
    """Guards against a link that opens nothing, or still does when it is gone."""
    assert await outcome(by_link) == "federation.no-account"
    await linked(by_link, alice)
    await linked(by_link, alice)
    assert await outcome(by_link) == alice
    assert [one.provider for one in await by_link.federation.linked(alice)] == ["psc"]
    await by_link.federation.unlink(alice, "psc", by=BY)
    assert await outcome(by_link) == "federation.no-account"


async def test_an_identity_is_one_accounts(by_link: Desk, alice: str, password: str) -> None:
    """Guards against somebody who links another's identity to their own account."""
    await by_link.access.create_account("bob", "Bob", "physician", password)
    await linked(by_link, alice)
    with pytest.raises(Refused, match=r"federation\.link-taken"):
        await linked(by_link, "bob")
    assert await outcome(by_link) == alice


async def test_a_link_that_was_moved_opens_nothing(
    by_link: Desk, alice: str, password: str
) -> None:
    """Guards against whoever can write to the database, but has no key."""
    await by_link.access.create_account("bob", "Bob", "physician", password)
    await linked(by_link, "bob")
    await by_link.pool.execute("UPDATE hygie.federated_link SET account = 'alice'")
    assert await outcome(by_link) == "federation.no-account"


# --- Accounts made of claims -------------------------------------------------------------------


@pytest.fixture
def making(desk_of: Any, provider: Provider) -> Desk:
    declared = msgspec.structs.replace(
        provider, match=("link",), create="claims", role_check=False,
        role=(RoleRule("groups", "admin", "administrator"), RoleRule("groups", "med", "physician")),
    )  # fmt: skip
    made: Desk = desk_of(declared)
    return made


async def test_an_account_is_made_once(making: Desk, simulator: Simulator) -> None:
    """Guards against an account made without a role that was declared, or made twice."""
    assert await outcome(making) == "federation.no-role"
    simulator.told = {"groups": ["med", 3], "name": "Robert S"}
    assert await outcome(making) == RPPS
    assert await outcome(making) == RPPS
    account, profile = await making.accounts.find(making.pool, RPPS)
    assert (account.role, account.origin, account.display) == ("physician", "psc", "Robert S")
    assert profile.password == ""
    with pytest.raises(Refused, match=r"access\.wrong"):
        await making.access.sign_in(RPPS, "")


async def test_no_account_is_taken_over(making: Desk, simulator: Simulator, alice: str) -> None:
    """Guards against a provider's name that is somebody's here."""
    simulator.told = {"groups": "med", "preferred_username": "alice"}
    assert await outcome(making) == "federation.name-taken"
    simulator.told = {"groups": "med", "preferred_username": "<script>"}
    assert await outcome(making) == "federation.claims"
