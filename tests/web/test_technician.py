"""Guards the technician's work: what is stopped is seen, understood, and can be tried again."""

import re
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.web.conftest import Entrance, Page, Site, plain, token_of

from hygie.intake.values import FlowCount
from hygie.web.present.inbox import day_counts, flow_rows, say_event

TODAY = date(2026, 11, 22)
flows = st.lists(
    st.builds(
        FlowCount,
        st.integers(0, 13).map(lambda back: TODAY - timedelta(days=back)),
        st.sampled_from(["gam", "labo"]),
        st.just("hl7v2"),
        st.sampled_from(["ADT^A01", "ORU^R01"]),
        st.sampled_from(["received", "filed", "quarantined", "refused", "duplicate"]),
        st.integers(1, 1000),
    )
)


@given(flows)
def test_no_message_is_lost_in_the_counts(counted: list[FlowCount]) -> None:
    """A total that leaves some out hides a feed that fails."""
    total = sum(flow.count for flow in counted)
    assert sum(row.total for row in flow_rows(counted, lambda flow: flow.source)) == total
    days = day_counts(counted, TODAY, 14)
    assert sum(day.good + day.bad for day in days) == total
    assert [day.label for day in days][-1] == "22/11"
    assert len(days) == 14


def test_events_are_named() -> None:
    """« A12 » is not a word."""
    assert say_event("hl7v2", "ADT^A12") == "ADT^A12, annulation de mutation"
    assert say_event("fhir", "Bundle") == "FHIR Bundle"
    assert say_event("fhir", "message^observation-provide") == "FHIR, message observation-provide"
    assert say_event("fhir", "message^?") == "FHIR, message d’un autre événement"
    assert say_event("cda", "CDA") == "CDA"
    assert say_event("hl7v2", "") == "HL7 v2, message non identifié"


async def test_flows_are_counted(enter: Entrance) -> None:
    """A technician must see at a glance that something is stopped."""
    text = plain((await (await enter("technician")).get("/flux")).text)
    (stopped,) = re.findall(r"en quarantaine (\d+)", text)
    assert int(stopped) >= 2
    assert "gam" in text


async def test_the_message_stands_beside_its_reason(enter: Entrance) -> None:
    """A reason without the message, or the message without its place, repairs nothing."""
    browser = await enter("technician")
    found = {path: (await browser.get(path)).text for path in ("/quarantaine/1", "/quarantaine/2")}
    hl7, json = found["/quarantaine/1"], found["/quarantaine/2"]
    marked = [a for tag, a in Page(hl7).elements if a.get("class") == "faulty"]
    assert len(marked) == 1
    assert "19810230" in plain(hl7)
    assert "PID-7" in plain(hl7)
    assert "inconnu" in plain(json)
    assert "Patient.gender" in plain(json)
    assert "<script>" not in json.replace("<script src=", "")


async def test_a_message_tried_again_stays_when_nothing_changed(enter: Entrance) -> None:
    """A replay must not pretend to have worked."""
    browser = await enter("technician")
    token = token_of((await browser.get("/quarantaine/1")).text)
    answer = await browser.post("/quarantaine/1/rejeu", data={"jeton": token})
    assert answer.status_code == 200
    assert "encore arrêté" in plain(answer.text)


async def test_a_clinician_cannot_replay(enter: Entrance) -> None:
    """Changing what is filed is the technician's job."""
    browser = await enter("physician")
    token = token_of((await browser.get("/")).text)
    answer = await browser.post("/quarantaine/1/rejeu", data={"jeton": token})
    assert answer.status_code == 403


async def test_a_filed_message_is_no_longer_shown(site: Site, enter: Entrance) -> None:
    """Once filed it is part of a record, which a technician does not open."""
    raw = b'{"resourceType":"Patient","id":"classe","name":[{"family":"SECRETNAME"}]}'
    receipt = await site.gateway.receive("gam", raw)
    assert receipt.state == "filed"
    answer = await (await enter("technician")).get(f"/quarantaine/{receipt.id}")
    assert answer.status_code == 200
    assert "SECRETNAME" not in answer.text


async def test_numbers_that_are_none_are_survived(enter: Entrance) -> None:
    """An address typed by hand must not break the page."""
    browser = await enter("technician")
    assert (await browser.get("/quarantaine/999999999")).status_code == 404
    assert (await browser.get("/quarantaine/99999999999999999999999")).status_code == 404
    for before in ("abc", "-1", "9" * 40, "²"):
        assert (await browser.get("/quarantaine", params={"avant": before})).status_code == 200


async def test_what_technicians_read_is_traced(site: Site, enter: Entrance) -> None:
    """A message in quarantine is about somebody too."""
    await (await enter("technician")).get("/quarantaine/1")
    (latest, *_) = await site.ledger.for_actor("technician", 5)
    assert latest.entry.detail == "inbox/1"
