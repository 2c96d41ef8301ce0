"""Signing in by Pro Santé Connect (its simulator), and everything that must not sign anybody in."""

import base64
import json
import time
import warnings
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from tests.access.conftest import HandClock
from tests.access.federation.conftest import ADDRESS, PUBLIC, Desk
from tests.access.federation.simulator import CLIENT, KEYS, RPPS, Simulator

from hygie.access.federation.federation import Returned
from hygie.ledger import Ledger
from hygie.limits.federation import PROVIDER_FRESH_SECONDS, PROVIDER_KEYS_PAUSE_SECONDS
from hygie.refusal import Category, Refused


async def refused(desk: Desk) -> tuple[str, Category]:
    """The rule by which signing in is refused, and what kind of refusal it is."""
    with pytest.raises(Refused) as found:
        await desk.sign_in()
    return found.value.refusal.issues[0].rule, found.value.refusal.category


async def test_somebody_known_signs_in(desk: Desk, simulator: Simulator, alice: str) -> None:
    """Guards against a sign-in that is not strong, not exact, or not tied to who asked."""
    arrival = await desk.sign_in()
    session = await desk.access.current(arrival.token)
    assert session is not None
    assert (session.account.name, session.stage) == (alice, "in")
    assert session.amr == ("fed", "by:psc", "acr:eidas1", "mfa")
    asked = simulator.asked
    assert asked["redirect_uri"] == f"{PUBLIC}/connexion/retour/psc"
    assert (asked["scope"], asked["acr_values"]) == ("openid scope_all", "eidas1")
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert min(map(len, (asked["state"], asked["nonce"], asked["code_challenge"]))) == 43


@pytest.mark.parametrize("algorithm", KEYS)
async def test_every_signature_that_is_believed(
    algorithm: str, desk: Desk, simulator: Simulator
) -> None:
    """Guards against an allowed algorithm that in truth does not work."""
    simulator.algorithm, simulator.key = algorithm, KEYS[algorithm]()
    assert (await desk.sign_in()).token


FALSE: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("another issuer", {"iss": "https://ailleurs.example"}, "issuer"),
    ("no issuer", {"iss": None}, "issuer"),
    ("another audience", {"aud": "ailleurs"}, "audience"),
    ("audience among several, without party", {"aud": [CLIENT, "x"], "azp": None}, "audience"),
    ("another party", {"azp": "ailleurs"}, "audience"),
    ("no audience", {"aud": None}, "audience"),
    ("another nonce", {"nonce": "autre"}, "nonce"),
    ("no nonce", {"nonce": None}, "nonce"),
    ("nonce of another type", {"nonce": 1}, "nonce"),
    ("expired", {"exp": int(time.time()) - 3600}, "expired"),
    ("never expires", {"exp": None}, "expired"),
    ("expiry of another type", {"exp": "9999999999"}, "expired"),
    ("issued in an hour", {"iat": int(time.time()) + 3600}, "issued-later"),
    ("not issued", {"iat": None}, "issued-later"),
    ("good in an hour", {"nbf": int(time.time()) + 3600}, "issued-later"),
    ("no subject", {"sub": None}, "subject"),
    ("empty subject", {"sub": ""}, "subject"),
    ("another access token", {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, "access-token"),
    ("another subject in userinfo", {"sub": "autre"}, "userinfo-subject"),
    ("a weaker level", {"acr": "eidas0"}, "level"),
    ("no level", {"acr": None}, "level"),
)


@pytest.mark.parametrize(("claims", "rule"), [p[1:] for p in FALSE], ids=[p[0] for p in FALSE])
async def test_a_false_token_signs_nobody_in(
    claims: dict[str, Any], rule: str, desk: Desk, simulator: Simulator
) -> None:
    """Guards against a token for somebody else, from somebody else, or of another time."""
    simulator.claims = claims
    assert await refused(desk) == (f"federation.{rule}", Category.UNAUTHENTICATED)


@pytest.mark.parametrize(
    ("header", "rule"),
    [
        ({"alg": "none"}, "algorithm"),
        ({"alg": "HS256"}, "algorithm"),
        ({"alg": "RS384"}, "algorithm"),
        ({"alg": ["RS256"]}, "algorithm"),
        ({"kid": "unknown"}, "key"),
        ({"kid": 7}, "token"),
        ({"crit": ["b64"], "b64": False}, "signature"),
    ],
    ids=str,
)
async def test_a_token_does_not_choose_how_it_is_verified(
    header: dict[str, Any], rule: str, desk: Desk, simulator: Simulator, monkeypatch: Any
) -> None:
    """Guards against `alg=none` and a public key taken for a shared secret."""
    real = simulator.sign

    def sign(claims: dict[str, Any], **_: Any) -> str:
        if header.get("alg") in ("none", "HS256"):
            simulator.header = header
            return real(claims)
        first, rest = real(claims).split(".", 1)
        return f"{encoded({**decoded(first), **header})}.{rest}"

    monkeypatch.setattr(simulator, "sign", sign)
    found, category = await refused(desk)
    assert (found, category) == (f"federation.{rule}", Category.UNAUTHENTICATED)


def decoded(part: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + "=="))


def encoded(header: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()


async def test_somebody_elses_key_of_the_same_name(
    desk: Desk, simulator: Simulator, monkeypatch: Any
) -> None:
    """Guards against a signature that is not looked at."""
    other = RSAKey.generate_key(2048, {"kid": "one"})
    real = simulator.sign
    monkeypatch.setattr(simulator, "sign", lambda claims: real(claims, other))
    assert (await refused(desk))[0] == "federation.signature"


async def test_a_short_key_is_no_key(desk: Desk, simulator: Simulator) -> None:
    """Guards against a provider whose key can be computed."""
    with warnings.catch_warnings(action="ignore"):
        simulator.key = RSAKey.generate_key(1024, {"kid": "one"})
    assert (await refused(desk))[0] == "federation.key-size"


async def test_keys_that_change_are_found(
    desk: Desk, simulator: Simulator, clock: HandClock
) -> None:
    """Guards against a provider that rotates its keys and locks everybody out."""
    await desk.sign_in()
    simulator.rotate()
    clock.advance(seconds=PROVIDER_KEYS_PAUSE_SECONDS)
    await desk.sign_in()
    assert simulator.requests.count("certs") == 2


async def test_forgers_do_not_make_us_ask(
    desk: Desk, simulator: Simulator, clock: HandClock
) -> None:
    """Guards against a question to the provider for every invented name of a key."""
    await desk.sign_in()
    simulator.header = {"kid": "invented"}
    for _ in range(5):
        assert (await refused(desk))[0] == "federation.key"
    assert simulator.requests.count("certs") == 1


async def test_a_key_that_was_withdrawn_is_forgotten(
    desk: Desk, simulator: Simulator, clock: HandClock
) -> None:
    """Guards against a stolen key that is believed for ever."""
    await desk.sign_in()
    stolen = simulator.key
    simulator.rotate("one")
    clock.advance(seconds=PROVIDER_FRESH_SECONDS)
    withdrawn = simulator.sign
    simulator.sign = lambda claims: withdrawn(claims, stolen)  # type: ignore[method-assign]
    simulator.claims = {"exp": int(time.time()) + 9999}
    assert (await refused(desk))[0] == "federation.signature"


async def test_a_code_opens_once(desk: Desk, alice: str) -> None:
    """Guards against an answer that somebody saw, and sends again."""
    departure = await desk.federation.leave("psc")
    given = await desk.authorized(departure)
    assert (await desk.arrive(departure, given)).account == alice
    with pytest.raises(Refused) as found:
        await desk.arrive(departure, given)
    assert found.value.refusal.issues[0].rule == "federation.replayed"


async def test_an_answer_of_another_browser(desk: Desk) -> None:
    """Guards against a victim who is signed in as the attacker, by a link (RFC 9700, §4.7)."""
    departure = await desk.federation.leave("psc")
    given = await desk.authorized(departure)
    for cookie in ("", "AAAA", "é", (await desk.federation.leave("psc")).cookie):
        with pytest.raises(Refused) as found:
            await desk.federation.come_back("psc", Returned(given, cookie, ADDRESS))
        assert found.value.refusal.issues[0].rule == "federation.errand"


async def test_an_answer_that_comes_too_late(desk: Desk, clock: HandClock) -> None:
    """Guards against a browser left open, and a clock that was put back."""
    departure = await desk.federation.leave("psc")
    given = await desk.authorized(departure)
    for by in ({"minutes": 15}, {"minutes": -17}):
        clock.advance(**by)
        with pytest.raises(Refused) as found:
            await desk.arrive(departure, given)
        assert found.value.refusal.issues[0].rule == "federation.errand"


async def test_a_verifier_that_is_not_ours(
    desk: Desk, simulator: Simulator, monkeypatch: Any
) -> None:
    """Guards against a code injected from elsewhere: PKCE must be sent, and fit."""
    departure = await desk.federation.leave("psc")
    other = await desk.authorized(await desk.federation.leave("psc"))
    given = await desk.authorized(departure) | {"code": other["code"]}
    with pytest.raises(Refused) as found:
        await desk.arrive(departure, given)
    assert found.value.refusal.issues[0].rule == "federation.code.invalid_grant"


@pytest.mark.parametrize("issuer", ["https://ailleurs.example", None])
async def test_mix_up(issuer: str | None, desk: Desk, simulator: Simulator) -> None:
    """Guards against a code carried to another provider's token endpoint (RFC 9207)."""
    simulator.faults = {"iss"}
    departure = await desk.federation.leave("psc")
    given = await desk.authorized(departure) | ({"iss": issuer} if issuer else {})
    with pytest.raises(Refused) as found:
        await desk.arrive(departure, given)
    assert found.value.refusal.issues[0].rule == "federation.mix-up"
    assert "token" not in simulator.requests


async def test_somebody_who_gives_up(desk: Desk) -> None:
    """Guards against an error of the provider that is shown as it came."""
    departure = await desk.federation.leave("psc")
    state = (await desk.authorized(departure))["state"]
    with pytest.raises(Refused) as found:
        await desk.arrive(departure, {"state": state, "error": "<script>"})
    assert found.value.refusal.issues[0].rule == "federation.given-up"
    assert "script" not in found.value.refusal.issues[0].text("fr")


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("down", "503"),
        ("down wallet-openid-configuration", "503"),
        ("down token", "503"),
        ("down certs", "503"),
        ("down userinfo", "503"),
        ("huge wallet-openid-configuration", "too-long"),
        ("huge token", "too-long"),
        ("huge certs", "too-long"),
        ("nonsense wallet-openid-configuration", "discovery"),
        ("nonsense certs", "keys"),
        ("slow token", "slow"),
        ("slow certs", "slow"),
        ("issuer", "issuer"),
        ("clear", "address"),
    ],
)
async def test_a_provider_that_does_not_do_its_part(
    fault: str, rule: str, desk: Desk, simulator: Simulator, monkeypatch: Any
) -> None:
    """Guards against a broken provider that breaks us, or holds us up."""
    if fault.startswith("slow"):
        monkeypatch.setattr("hygie.access.federation.fetching.PROVIDER_SECONDS", 0.5)
    simulator.faults = {fault}
    assert await refused(desk) == (f"federation.down.{rule}", Category.BUSY)
    monkeypatch.undo()
    simulator.faults = set()
    assert (await desk.sign_in()).token


@pytest.mark.parametrize("fault", ["nonsense token", "nonsense userinfo"])
async def test_nonsense_signs_nobody_in(fault: str, desk: Desk, simulator: Simulator) -> None:
    """Guards against a bottomless answer that becomes a breakdown."""
    simulator.faults = {fault}
    assert (await refused(desk))[1] is Category.UNAUTHENTICATED


async def test_the_page_is_told_who_is_down(desk: Desk, simulator: Simulator) -> None:
    """Guards against a button that leads nowhere, without a word."""
    simulator.faults = {"down"}
    assert not desk.federation.offers()[0].down
    await refused(desk)
    assert desk.federation.offers()[0].down
    simulator.faults = set()
    await desk.sign_in()
    assert not desk.federation.offers()[0].down


async def test_signed_userinfo(desk: Desk, simulator: Simulator, monkeypatch: Any) -> None:
    """Guards against signed userinfo of somebody else's that is believed."""
    simulator.faults = {"signed"}
    assert (await desk.sign_in()).token
    simulator.told = {"aud": "ailleurs"}
    assert (await refused(desk))[0] == "federation.audience"


async def test_everything_is_traced(desk: Desk, simulator: Simulator, ledger: Ledger) -> None:
    """Guards against a sign-in, or a refusal, of which nothing stays."""
    await desk.sign_in()
    simulator.claims = {"nonce": "autre"}
    await refused(desk)
    last, first, *_ = await ledger.recent(limit=2)
    assert (first.entry.context.actor, first.entry.outcome) == ("alice", "permitted")
    assert first.entry.detail == "fed by:psc acr:eidas1 mfa"
    assert (last.entry.context.actor, last.entry.outcome) == ("unknown", "refused")
    assert (last.entry.reason, last.entry.detail) == ("federation.nonce", "by:psc")
    assert {first.entry.context.address, last.entry.context.address} == {ADDRESS}


async def test_a_dump_names_nobody(desk: Desk, dump: Any) -> None:
    """Guards against identifiers and tokens that whoever steals the database reads."""
    await desk.sign_in()
    text = await dump()
    assert RPPS not in text
    assert "eyJ" not in text
