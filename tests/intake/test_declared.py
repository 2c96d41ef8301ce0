"""What a technician declares of a source is heeded, however its messages come in."""

from datetime import date

import msgspec
import pytest

from hygie.identity import Identity
from hygie.insight.quality.standards import standards_of
from hygie.intake import Gateway
from hygie.intake.sources.declaration import Source
from hygie.store.interactions import Repository

LATIN = Source(name="old", charset="8859/1")
LAB = Source(name="lab", events=("ORU^R01", "MDM^*"))


@pytest.fixture
def declared(store, tmp_path):
    standards = standards_of(tmp_path, lambda: date(2026, 6, 1))
    repository = Repository(store, standards.under(""), standards.under)
    sources = {"old": LATIN, "lab": LAB}

    async def named(name):
        return sources.get(name, Source(name=name))

    return Gateway(store, repository, Identity(store), named=named), sources


async def test_the_declared_character_set_is_believed(declared, write, store, context):
    """Names garbled for ever because a sender lies in MSH-18."""
    gateway, _ = declared
    raw = write("ADT^A28", person={5: "BÉRÉNICE^ÉLOÏSE^^^^^L"}).decode().encode("latin-1")
    refused = await gateway.receive("new", raw)
    assert (refused.state, refused.issues[0].rule) == ("quarantined", "hl7.characters")
    receipt = await gateway.receive("old", raw.replace(b"|C1|", b"|C2|"))
    assert receipt.state == "filed"
    entry = await gateway.entry(receipt.id)
    body = (await store.read(context, "Patient", entry.subject.partition("/")[2])).body
    assert "BÉRÉNICE" in body.decode()


async def test_what_is_not_allowed_is_quarantined(declared, write):
    """A laboratory that admits patients; or a message dropped because nobody foresaw it."""
    gateway, sources = declared
    receipt = await gateway.receive("lab", write("ADT^A28"))
    assert (receipt.state, receipt.issues[0].rule) == ("quarantined", "event.not-allowed")
    assert "ORU^R01" in receipt.issues[0].text("fr")
    sources["lab"] = msgspec.structs.replace(LAB, events=())
    assert (await gateway.replay(receipt.id)).state == "filed"


async def test_a_source_handed_over_is_believed_without_looking(declared, write):
    """A listener that goes by another declaration than the one it was started with."""
    gateway, _ = declared
    accepted = await gateway.accept(LAB, write("ADT^A28"))
    assert (await accepted.settled()).issues[0].rule == "event.not-allowed"
