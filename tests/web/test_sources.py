"""Guards the page of sources: what is declared is what was meant, and a trial leaves nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.conftest import CONTEXT, Entrance, Page, Site, plain, token_of

from hygie.intake.sources.declaration import Folder, Http, Mllp, Sftp, Source, Tls
from hygie.intake.sources.watching import Silences
from hygie.web.charts.shares import Share, shares
from hygie.web.present.declared import as_form, as_source
from hygie.web.present.flowing import read_silences

WAYS = (
    None, Http(), Mllp(port=2575), Folder(path="/depot", after="delete", every_seconds=0.5),
    Mllp(port=1, host="0.0.0.0", peers=("10.0.0.0/8", "192.168.1.4"), connections=3,
         tls=Tls(certificate="/c.pem", key="/k.pem", authorities="/a.pem")),
    Sftp(host="h", user="u", directory="/d", host_key="ssh-ed25519 AAAA", key_file="/k"),
)  # fmt: skip


@given(
    st.builds(
        Source, name=st.just("gam"), title=st.just("Admissions"), way=st.sampled_from(WAYS),
        running=st.booleans(), order=st.sampled_from(["lenient", "strict"]),
        charset=st.just("8859/15"), acknowledge=st.sampled_from(["filed", "received"]),
        retention_days=st.integers(0, 400), silent_minutes=st.integers(0, 900),
        events=st.lists(st.sampled_from(["ADT^A01", "ORU^*", "CDA"]), unique=True).map(tuple),
        mapping=st.just("gam"), business_acknowledgement=st.just("retour"),
        messages_per_second=st.just(12.5),
    )
)  # fmt: skip
def test_what_the_form_shows_is_what_it_keeps(source: Source) -> None:
    """A technician changes the title, and the port is another afterwards."""
    assert as_source(as_form(source)) == (source, {})


@given(st.dictionaries(st.sampled_from([*as_form(Source(name="x", way=WAYS[4])), "voie"]),
                       st.text(max_size=20)))  # fmt: skip
def test_whatever_is_typed_is_read_or_refused(form: dict[str, str]) -> None:
    """A letter in a number must come back beside its field, not as a breakdown."""
    source, wrong = as_source(form)
    assert (source is None) == bool(wrong)


async def _declare(enter: Entrance, **typed: str) -> tuple[int, str]:
    browser = await enter("technician")
    token = token_of((await browser.get("/declaration/source")).text)
    fields = {"jeton": token, "version": "0", "voie": "mllp", "running": "oui", **typed}
    answer = await browser.post("/declaration/source", data=fields)
    return answer.status_code, answer.text


async def test_refusals_stand_beside_their_field(enter: Entrance) -> None:
    """« Déclaration invalide » at the top of twenty fields says nothing."""
    code, text = await _declare(enter, **{"name": "un nom", "mllp.port": "2575", "events": "XYZ"})
    assert code == 422
    wrong = {i["id"] for i in Page(text).all("input") if i.get("aria-invalid") == "true"}
    assert wrong == {"name", "mllp-port", "events"}
    described = {i["aria-describedby"] for i in Page(text).all("input") if i.get("aria-invalid")}
    ids = {attributes.get("id") for _, attributes in Page(text).elements}
    assert described <= ids
    assert (await _declare(enter, **{"name": "x", "mllp.port": "abc"}))[0] == 422


async def test_two_people_do_not_undo_each_other(site: Site, enter: Entrance) -> None:
    """Who saves second, from an old page, must be told."""
    code, text = await _declare(enter, **{"name": "gam", "mllp.port": "2590"})
    assert code == 422
    assert "alert" in text
    assert (await site.sources.require("gam")).value.title == "Gestion <b>"


async def test_a_source_is_declared_stopped_and_started(site: Site, enter: Entrance) -> None:
    """The daily gestures, with their trace."""
    assert (await _declare(enter, **{"name": "essai", "mllp.port": "2591"}))[0] == 303
    browser = await enter("technician")
    token = token_of((await browser.get("/sources/essai")).text)
    for action, running in (("arreter", False), ("demarrer", True)):
        await browser.post("/sources/essai/marche", data={"jeton": token, "action": action})
        assert (await site.sources.require("essai")).value.running is running
    text = plain((await browser.get("/sources/essai")).text)
    assert "Version 3" in text
    assert "En marche : non" in text
    await site.sources.remove("essai", CONTEXT)


async def test_only_technicians_run_sources(site: Site, enter: Entrance) -> None:
    """Stopping a feed stops the hospital's admissions."""
    for role in ("physician", "administrator"):
        browser = await enter(role)
        assert (await browser.get("/declaration/source")).status_code == 403
        for path in ("/sources/gam/marche", "/sources/gam/essai", "/declaration/source"):
            assert (await browser.post(path, data={"jeton": "x"})).status_code == 403


RAW = (
    "MSH|^~\\&|GAM|CH|HYGIE|CH|20261122080000||ADT^A28^ADT_A05|ESSAI1|P|2.5^FRA^2.11\n"
    "EVN||20261122080000\nPID|1||{ipp}^^^CH&1.2.3&ISO^PI||{name}^Zelie^^^^^L||19810203|F\n"
    "PV1|1|N\n"
)


async def _try(enter: Entrance, raw: str) -> str:
    browser = await enter("technician")
    token = token_of((await browser.get("/sources/gam")).text)
    answer = await browser.post("/sources/gam/essai", data={"jeton": token, "message": raw})
    assert answer.status_code == 200
    return answer.text


async def test_a_trial_says_what_would_be_and_leaves_nothing(site: Site, enter: Entrance) -> None:
    """A trial that files is a message that nobody sent."""
    before = await site.store.pool.fetchval("SELECT count(*) FROM hygie.inbox")
    text = plain(await _try(enter, RAW.format(ipp="70600001", name="CORMIER")))
    assert "Ce message serait classé" in text
    assert "patient nouveau" in text
    assert "CORMIER" in text
    assert await site.store.pool.fetchval("SELECT count(*) FROM hygie.inbox") == before
    wrong = plain(await _try(enter, RAW.format(ipp="70600001", name="X").replace("0203", "0230")))
    assert "arrêté en quarantaine" in wrong
    assert "PID-7" in wrong
    assert "n’est pas un message" in plain(await _try(enter, "bonjour <img src=x>"))


async def test_a_trial_opens_no_record(site: Site, enter: Entrance) -> None:
    """Pasting a message with somebody's identifier must not show that person's record."""
    known = RAW.replace("ESSAI1", "ESSAI2").format(ipp="70600002", name="SECRETNOM")
    receipt = await site.gateway.receive("gam", known.replace("\n", "\r").encode())
    assert receipt.state == "filed"
    text = await _try(enter, RAW.format(ipp="70600002", name="PRUNIER").replace("F\n", "M\n"))
    assert "PRUNIER" in text
    assert "SECRETNOM" not in text.replace("SECRETNOM^", "")
    assert "female" not in text


async def test_the_live_part_stands_alone(site: Site, enter: Entrance) -> None:
    """Asked for every few seconds: no audit entry of quarantine each time, no whole page."""
    browser = await enter("technician")
    before = len(await site.ledger.for_actor("technician", 500))
    text = (await browser.get("/flux/vif")).text
    assert 'id="vif"' in text
    assert "<html" not in text
    assert "Bilan du jour" in text
    assert len(await site.ledger.for_actor("technician", 500)) == before


async def test_the_balance_leaves_nothing_out(site: Site, enter: Entrance) -> None:
    """What came in and is nowhere is lost."""
    activities = await site.gateway.activities.now()
    today = sum(sum(one.today.values()) for one in activities)
    count = await site.store.pool.fetchval(
        "SELECT sum(count) FROM hygie.inbox WHERE received_at >= date_trunc('day', now(), $1)",
        site.store.zone.key,
    )
    assert abs(today - count) <= 5  # others write meanwhile


@pytest.mark.parametrize("width", [288, 1216])
def test_a_share_that_is_not_nothing_is_seen(width: int) -> None:
    """One message in quarantine among a hundred thousand is the one to see."""
    drawn = str(shares([Share("a", 100_000, "filed"), Share("b", 1, "stopped")],
                       title="t", width=width))  # fmt: skip
    assert 'class="share-stopped"' in drawn
    assert 'width="2' in drawn


async def test_an_unusual_silence_is_told(site: Site, enter: Entrance) -> None:
    """A feed that stops makes no error: nothing is all there is to see."""
    silent = Source(name="muette", way=Mllp(port=2592), silent_minutes=1)
    await site.sources.declare(silent, CONTEXT)
    past = datetime.now(UTC) - timedelta(hours=3)
    query = "UPDATE hygie.inbox SET received_at = $2 WHERE id = $1"
    receipt = await site.gateway.receive("muette", RAW.format(ipp="70600009", name="IF").encode())
    await site.store.pool.execute(query, receipt.id, past)
    [alert] = read_silences(
        [one for one in await Silences(site.store, site.sources).alerts(datetime.now(UTC))
         if one.source == "muette"],
        datetime.now(UTC), site.store.zone,
    )  # fmt: skip
    assert (alert.source, alert.lasting[:3]) == ("muette", "3\u00a0h")
    await site.sources.remove("muette", CONTEXT)
