"""Guards against messages lost, filed twice, half filed, or filed for somebody else."""

import asyncio

import pytest

from hygie.intake import settling
from hygie.refusal import Refused


async def test_a_message_is_filed_once_however_often_it_comes(gateway, write, everything, zbe):
    """A resent message that admits the patient twice."""
    raw = write("ADT^A01", visit="V1", extra=[zbe("M1", "202601101200")])
    first = await gateway.receive("gam", raw)
    second = await gateway.receive("another road", raw)
    assert first.issues == ()
    assert (first.state, second.state, second.answered) == ("filed", "duplicate", "filed")
    assert second.original == first.id
    assert len(await everything("Encounter")) == 1


async def test_the_same_message_at_the_same_time_is_filed_once(gateway, write, everything):
    """Two connections of one sender, both told AA, two patients made."""
    raw = write("ADT^A28")
    receipts = await asyncio.gather(*(gateway.receive("gam", raw) for _ in range(8)))
    assert sorted(receipt.state for receipt in receipts) == ["duplicate"] * 7 + ["filed"]
    assert len(await everything("Patient")) == 1


async def test_two_messages_about_a_new_person_make_one_patient(gateway, write, everything):
    """A race on a new identifier: one person, two records."""
    raws = [write("ADT^A28"), write("ADT^A31"), write("ADT^A28", person={7: "19760303"})]
    receipts = await asyncio.gather(*(gateway.receive("gam", raw) for raw in raws))
    assert {receipt.state for receipt in receipts} == {"filed"}
    assert len(await everything("Patient")) == 1


async def test_another_content_under_a_used_control_id_is_quarantined(gateway, write, everything):
    """A message taken for the repetition of another, and dropped."""
    await gateway.receive("gam", write("ADT^A28", control="7"))
    other = write("ADT^A28", control="7", person={3: "9999^^^CH&1.2.3&ISO^PI"})
    receipt = await gateway.receive("gam", other)
    assert receipt.state == "quarantined"
    assert receipt.issues[0].rule == "intake.control-id-reused"
    assert len(await everything("Patient")) == 1
    assert (await gateway.receive("labo", other.replace(b"MARTIN", b"MARTINE"))).state == "filed"


async def test_a_quarantined_message_is_shown_beside_its_reason_and_replayed(
    gateway, write, everything
):
    """A message nobody can find, understand or use once its cause is mended."""
    merge = write("ADT^A40", extra=["MRG|8002^^^CH&1.2.3&ISO^PI"])
    await gateway.receive("gam", write("ADT^A28"))
    receipt = await gateway.receive("gam", merge)
    assert receipt.state == "quarantined"
    [listed] = await gateway.quarantine(10)
    assert (listed.id, listed.place, listed.rule) == (receipt.id, "MRG-1", "merge.unknown-patient")
    shown = await gateway.entry(receipt.id)
    assert shown.content == merge.strip()
    assert shown.text().startswith("MSH|")
    assert "inconnu" in shown.reason("fr")
    await gateway.receive("gam", write("ADT^A28", person={3: "8002^^^CH&1.2.3&ISO^PI"}))
    assert (await gateway.replay(receipt.id)).state == "filed"
    assert await gateway.quarantine(10) == []
    with pytest.raises(Refused):
        await gateway.replay(receipt.id)
    assert sorted(p["active"] for p in await everything("Patient")) == [False, True]


@pytest.mark.parametrize(
    ("change", "rule", "place"),
    [
        ((b"^~\\&", b"^^\\&"), "hl7.encoding-characters", "MSH-2"),
        ((b"MSH|", b"MSX|"), "hl7.header-missing", "MSH"),
        ((b"ADT^A28", b"ADT^A77"), "event.unknown", "MSH-9"),
        ((b"19760302", b"19760231"), "hl7.time", "PID-7"),
        ((b"|F\r", b"|?\r"), "person.sex", "PID-8"),
        ((b"PID|", b"PIX|"), "hl7.segment-missing", "PID"),
        ((b"8001^^^CH&1.2.3&ISO^PI", b""), "identity.nobody", "PID-3"),
        ((b"UNICODE UTF-8", b"UNICODE UTF-16"), "hl7.character-set", "MSH-18"),
    ],
)
async def test_bad_messages_wait_with_their_reason_and_change_nothing(
    gateway, write, everything, change, rule, place
):
    """A wrong message dropped, half written, or kept without telling why."""
    raw = write("ADT^A28").replace(*change, 1)
    receipt = await gateway.receive("gam", raw, "hl7v2")
    assert receipt.state == "quarantined"
    entry = await gateway.entry(receipt.id)
    assert (entry.rule, entry.place) == (rule, place)
    assert entry.content.strip() == raw.strip()
    assert await everything("Patient") == []


async def test_what_is_no_health_message_is_refused_and_not_kept(gateway, store):
    """The inbox as a store of anything that anyone sends."""
    for raw in (b"", b"%PDF-1.7", b"<html/>", b"hello"):
        receipt = await gateway.receive("mail", raw)
        assert (receipt.state, receipt.id) == ("refused", 0)
    assert await store.pool.fetchval("SELECT count(*) FROM hygie.inbox") == 0


async def test_one_bad_message_leaves_the_others_of_its_round_alone(gateway, write, everything):
    """A round rolled back because of one message; or the bad one filed with the others."""
    raws = [write("ADT^A28", person={3: f"{n}^^^CH&1.2.3&ISO^PI"}) for n in range(6)]
    raws[2] = raws[2].replace(b"19760302", b"19760231")
    raws[4] = write("ADT^A28", person={3: "4^^^CH&1.2.3&ISO^PI", 11: "^^^^\\X00\\^FRA^H"})
    receipts = await gateway.receive_all("gam", raws)
    states = [receipt.state for receipt in receipts]
    assert states == ["filed", "filed", "quarantined", "filed", "quarantined", "filed"]
    assert len(await everything("Patient")) == 4


async def test_what_a_crash_left_waiting_is_settled_at_the_next_start(
    gateway, write, everything, leave
):
    """A message acknowledged as received, and never filed because the program died."""
    await leave(write("ADT^A28", control="1"))
    assert await everything("Patient") == []
    assert await gateway.resume() == 1
    assert len(await everything("Patient")) == 1
    assert await gateway.resume() == 0


async def test_a_resent_message_settles_the_one_that_waits(gateway, write, everything, leave):
    """A sender told "received" for ever while its first message lies unfiled."""
    raw = write("ADT^A28")
    await leave(raw)
    assert (await gateway.receive("gam", raw)).answered == "filed"
    assert len(await everything("Patient")) == 1


async def test_a_failure_between_filing_and_its_commit_leaves_nothing(
    gateway, write, everything, monkeypatch
):
    """Resources written, the inbox state not; or the reverse."""

    async def crash(*_):
        raise OSError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(type(gateway._inbox), "settle", crash)
        assert (await gateway.receive("gam", write("ADT^A28"))).state == "received"
    assert await everything("Patient") == []
    assert await gateway.resume() == 1
    assert len(await everything("Patient")) == 1


async def test_a_bug_met_by_one_message_quarantines_it(
    gateway, write, everything, monkeypatch, caplog
):
    """A feed stopped by one message; or its health data in the log."""

    def bug(*_):
        raise KeyError("MARTIN")

    raws = [write("ADT^A28", person={3: f"{n}^^^CH&1.2.3&ISO^PI"}) for n in range(3)]
    real = settling.file_arrival

    async def sometimes(work):
        return bug() if work.admission.arrival.raw == raws[1].strip() else await real(work)

    monkeypatch.setattr(settling, "file_arrival", sometimes)
    receipts = await gateway.receive_all("gam", raws)
    assert [receipt.state for receipt in receipts] == ["filed", "quarantined", "filed"]
    assert receipts[1].issues[0].rule == "intake.unexpected"
    assert "MARTIN" not in caplog.text + receipts[1].issues[0].text("fr")
    assert len(await everything("Patient")) == 2


async def test_counts_tell_what_flows_without_telling_of_whom(gateway, write):
    """A technician who cannot see that a feed has gone wrong."""
    await gateway.receive("gam", write("ADT^A28"))
    await gateway.receive("gam", write("ADT^A77"))
    await gateway.receive("gam", write("ADT^A77"))
    counts = await gateway.counts()
    assert counts.states == {"filed": 1, "quarantined": 2}
    assert counts.reasons == {"event.unknown": 2}
    flows = {(flow.source, flow.event, flow.state): flow.count for flow in counts.flows}
    assert flows == {("gam", "ADT^A28", "filed"): 1, ("gam", "ADT^A77", "quarantined"): 2}


async def test_the_inbox_shows_nothing_of_a_message(gateway, write, store):
    """A stolen database that tells who was admitted, from a file's name or a message's text."""
    await gateway.receive("/MARTIN Anne", write("ADT^A28"))
    await gateway.receive("/MARTIN Anne", write("ADT^A28", person={8: "MARTIN"}))
    await gateway.receive("gam", write("ADT^MARTIN"))
    await gateway.receive("gam", b'{"resourceType": "MARTIN"}')
    rows = await store.pool.fetch(
        "SELECT inbox::text AS row, encode(raw, 'escape') AS raw FROM hygie.inbox"
    )
    assert len(rows) == 4
    shown = "".join(row["row"] + row["raw"] for row in rows)
    for secret in ("MARTIN", "ANNE LUCIE", "19760302", b"MARTIN".hex(), b"ANNE LUCIE".hex()):
        assert secret not in shown


async def test_reading_an_entry_is_audited(gateway, write, trail):
    """Somebody who reads quarantined messages leaves no trace."""
    receipt = await gateway.receive("gam", write("ADT^A77"))
    await gateway.entry(receipt.id)
    assert any(e.action == "read" and e.detail == f"inbox/{receipt.id}" for e in trail.entries)


@pytest.mark.parametrize("kind", ["PI", "NH"])
async def test_a_person_of_two_thousand_identifiers_keeps_nobody_waiting(
    gateway, write, everything, kind
):
    """One message that takes all locks of the database, or a core for minutes: whoever comes with
    it, and after it, is not filed."""
    others = (f"{number}^^^CH&1.2.3&ISO^{kind}" for number in range(2_000))
    many = "~".join(["8001^^^CH&1.2.3&ISO^PI", *others])
    accepted = [
        await gateway.accept("gam", write("ADT^A28", person=one))
        for one in ({3: "1^^^CH&1.2.3&ISO^PI"}, {3: many}, {3: "8001^^^CH&1.2.3&ISO^PI"})
    ]
    receipts = await asyncio.wait_for(asyncio.gather(*(one.settled() for one in accepted)), 10)
    assert [one.state for one in receipts] == ["filed", "quarantined", "filed"]
    assert receipts[1].issues[0].rule == "identity.too-many"
    assert len(await everything("Patient")) == 2
