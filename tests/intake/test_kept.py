"""Guards against messages of other trades that block their feed, vanish, or are filed by guess."""

from datetime import UTC, datetime

import pytest

from hygie.intake.acknowledgement import acknowledgement
from hygie.intake.filing.events import EVENTS
from hygie.intake.filing.identities import file_identity
from hygie.refusal import Refused

DFT = "FT1|1|||20260110||CG|YYYY600^CONSULTATION^CCAM|||1"
ZAM = (
    "MSH|^~\\&|PFI|CH|HYGIE|CH|20260110120000||{event}^ZAM_Z01|{control}|P|2.6\r"
    "EVN||20260110120000\r"
    "OBX|1|CWE|{code}^Accusé^AckMetierZAM|C015|{done}^^HL70136||||||F\r"
    "ERR|||207^Application internal error^HL70357|E|DMPClosed^DMP fermé^DMPERRORCODE\r"
)


@pytest.mark.parametrize("event", ["DFT^P03", "BAR^P01", "MFN^M02", "PPR^PC1"])
async def test_a_known_event_of_another_trade(gateway, write, everything, event):
    """A bill in quarantine every minute, or written into a record."""
    raw = write(event, extra=[DFT])
    receipt = await gateway.receive("gam", raw)
    assert (receipt.state, receipt.issues) == ("kept", ())
    assert b"MSA|AA|" in acknowledgement(raw, receipt, datetime.now(UTC))
    assert await everything("Patient") == []
    assert (await gateway.entry(receipt.id)).content == raw.rstrip(b"\r")
    assert (await gateway.counts()).states == {"kept": 1}
    assert (await gateway.receive("gam", raw)).answered == "kept"


async def test_an_event_of_no_table_waits_for_a_person(gateway, write):
    """An invention of a sender lost among what nobody looks at."""
    receipt = await gateway.receive("gam", write("DFT^P99"))
    assert (receipt.state, receipt.issues[0].rule) == ("quarantined", "event.unknown")


@pytest.mark.parametrize(
    ("event", "code", "done", "expected"),
    [
        ("ZAM^Z01", "ACK_RECEPTION_DMP", "N", ("delivery.dmp", "warning")),
        ("ZAM^Z02", "ACK_RECEPTION_MSS", "Y", ("delivery.mailbox", "information")),
        ("ZAM^Z03", "ACK_LECTURE_MSS", "Y", ("delivery.read", "information")),
    ],
)
async def test_what_became_of_a_document_sent_on(gateway, event, code, done, expected):
    """A document the DMP refused, and nobody who hears of it."""
    raw = ZAM.format(event=event, control="19", code=code, done=done).encode()
    receipt = await gateway.receive("pfi", raw)
    [issue] = receipt.issues
    assert (receipt.state, issue.rule, issue.severity) == ("kept", *expected)
    assert "C015" in issue.text("fr")
    assert ("DMP fermé" in issue.text("fr")) == (done == "N")


async def test_what_is_kept_is_filed_once_it_is_understood(gateway, write, everything, monkeypatch):
    """A year of messages that a new version of Hygie could file, out of reach."""
    receipt = await gateway.receive("gam", write("DFT^P03", extra=[DFT]))
    monkeypatch.setitem(EVENTS, "DFT^P03", file_identity)
    again = await gateway.replay(receipt.id)
    assert (receipt.state, again.state) == ("kept", "filed")
    assert len(await everything("Patient")) == 1
    with pytest.raises(Refused):
        await gateway.replay(receipt.id)
