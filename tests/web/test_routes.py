"""Guards the page of routes: what leaves is what was meant, and what failed is sent again."""

from hypothesis import given
from hypothesis import strategies as st
from tests.web.conftest import CONTEXT, Entrance, Page, Site, plain, token_of

from hygie.exchange.routes.declaration import (
    Condition,
    Folder,
    Forward,
    Header,
    Http,
    Mllp,
    Produce,
    Route,
)
from hygie.exchange.routes.departures import Made
from hygie.web.present.declared_route import as_form, as_route

CONTENTS = (
    None, Forward(), Produce(),
    Forward(sources=("gam",), events=("ADT^*", "ORU^R01"), where=(
        Condition(field="PV1-2", values=("I", "O")), Condition(field="PV1-3.1", values=("22",)))),
    Produce(messages=("adt",), criteria=("Encounter?class=IMP", "Patient"), units=("2210",),
            except_sources=("gam",)),
)  # fmt: skip
DESTINATIONS = (
    Mllp(host="h", port=1, tls=True, connections=4), Mllp(host="::1"), Folder(path="/d"),
    Http(url="https://h/p", token_file="/t"),
)  # fmt: skip
HEADERS = (Header(), Header(application="HYGIE", version="2.5", charset="8859/15", processing="T"))


@given(
    st.builds(
        Route, name=st.just("labo"), title=st.just("Labo"), running=st.booleans(),
        content=st.sampled_from(CONTENTS), destination=st.sampled_from(DESTINATIONS),
        header=st.sampled_from(HEADERS), retention_days=st.integers(0, 90),
        timeout_seconds=st.just(12.5), adaptations=st.just("a"),
    )
)  # fmt: skip
def test_what_the_form_shows_is_what_it_keeps(route: Route) -> None:
    """A technician changes the title, and messages go elsewhere afterwards."""
    assert as_route(as_form(route)) == (route, {})


TYPED = (
    "envoi", "voie", "mllp.port", "forward.where", "produce.messages", "timeout_seconds", "name",
)  # fmt: skip
WORDS = ("", "forward", "produce", "mllp", "http", "x", "PV1-2", "=", "9" * 30)


@given(st.dictionaries(st.sampled_from(TYPED), st.sampled_from(WORDS)))
def test_whatever_is_typed_is_read_or_refused(form: dict[str, str]) -> None:
    """A word in place of a number must come back beside its field, not as a breakdown."""
    route, wrong = as_route(form)
    assert (route is None) == bool(wrong)


async def _post(enter: Entrance, path: str, **fields: str) -> tuple[int, str]:
    browser = await enter("technician")
    token = token_of((await browser.get("/declaration/route")).text)
    answer = await browser.post(path, data={"jeton": token, **fields})
    return answer.status_code, answer.text


DECLARED = {
    "version": "0", "name": "labo", "title": "Vers le <i>labo", "envoi": "forward",
    "forward.events": "ADT^*", "voie": "mllp", "mllp.host": "127.0.0.1", "mllp.port": "2999",
}  # fmt: skip


async def test_a_route_is_declared_and_run(site: Site, enter: Entrance) -> None:
    """The daily gestures, with their trace; a new route of a name that is taken is refused."""
    assert (await _post(enter, "/declaration/route", **DECLARED))[0] == 303
    code, text = await _post(enter, "/declaration/route", **DECLARED)
    assert code == 422
    assert "alert" in text
    code, text = await _post(enter, "/declaration/route", **DECLARED | {"mllp.port": "x"})
    assert code == 422
    assert [i["id"] for i in Page(text).all("input") if "aria-invalid" in i] == ["mllp-port"]
    for action, running in (("demarrer", True), ("arreter", False)):
        await _post(enter, "/routes/labo/marche", action=action)
        assert (await site.routes.require("labo")).value.running is running
    page = plain((await (await enter("technician")).get("/routes/labo")).text)
    assert "fait suivre ADT^*, de toutes les sources" in page
    assert "Version 2" in page
    assert "Vers le <i>labo" in page
    assert "/routes/labo" in (await (await enter("technician")).get("/routes")).text
    form = (await (await enter("technician")).get("/declaration/route/labo")).text
    assert "2999" in form
    await site.routes.remove("labo", CONTEXT)


async def _dead(site: Site, route: str) -> int:
    """A departure that was not taken, with an answer that quotes the patient."""
    content = b"MSH|^~\\&|A|B|C|D|20261122||ADT^A01|D1|P|2.5\rPID|1||1||SECRETNOM\r"
    async with site.store.pool.acquire() as connection:
        made = Made(route, "ADT^A01", content, "D1", "cause", site.routes.departures.lane("x"))
        await site.routes.departures.make(connection, [made])
    notes = site.routes.departures.open_notes(
        await site.store.pool.fetchval("SELECT notes FROM hygie.departure WHERE route = $1", route)
    )
    notes.answer = "MSH|^~\\&|C|D\rMSA|AE|D1|refuse\rERR||PID^1^5|101|E||||SECRETNOM absent\r"
    return await site.store.pool.fetchval(
        "UPDATE hygie.departure SET state = 'dead', rule = 'route.rejected', notes = $2 "
        "WHERE route = $1 RETURNING id",
        route, site.routes.departures.seal_notes(notes),
    )  # fmt: skip


async def test_what_was_not_taken_is_seen_and_sent_again(site: Site, enter: Entrance) -> None:
    """A dead letter nobody sees is a patient without a bracelet."""
    fields = DECLARED | {"name": "echecs"}
    assert (await _post(enter, "/declaration/route", **fields))[0] == 303
    number = await _dead(site, "echecs")
    browser = await enter("technician")
    page = (await browser.get("/routes/echecs")).text
    assert "route.rejected" in plain(page)
    assert "MSA|AE|D1|refuse" in plain(page)
    assert "SECRETNOM" not in page
    assert "Cochez" in (await _post(enter, "/routes/echecs", action="renvoyer"))[1]
    ticked = {f"depart-{number}": "oui"}
    for action, etat, state in (
        ("ecarter", "dead", "discarded"), ("reprendre", "discarded", "waiting"),
        ("ecarter", "waiting", "discarded"), ("renvoyer", "discarded", "discarded"),
    ):  # fmt: skip
        code, _ = await _post(enter, "/routes/echecs", action=action, etat=etat, **ticked)
        assert code == (422 if action == "renvoyer" else 200)
        found = await site.store.pool.fetchval(
            "SELECT state FROM hygie.departure WHERE id = $1", number
        )
        assert found == state
    await site.routes.remove("echecs", CONTEXT)


async def test_only_technicians_run_routes(enter: Entrance) -> None:
    """Stopping a route leaves the laboratory without patients."""
    for role in ("physician", "administrator"):
        browser = await enter(role)
        for path in ("/routes", "/routes/x", "/declaration/route"):
            assert (await browser.get(path)).status_code == 403
        for path in ("/routes/x", "/routes/x/marche", "/declaration/route"):
            assert (await browser.post(path, data={"jeton": "x"})).status_code == 403
