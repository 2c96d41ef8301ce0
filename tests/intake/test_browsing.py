"""Guards against messages that are kept, and that nobody finds again."""

import pytest

from hygie.intake.sources.declaration import Source
from hygie.intake.values import Filters
from hygie.refusal import Refused

OTHER = {3: "8002^^^CH&1.2.3&ISO^PI", 5: "DURAND^PAUL^PAUL^^^^L", 8: "M"}


async def test_a_message_is_committed_before_it_is_settled(gateway, write, everything):
    """An acknowledgement of a message that is nowhere."""
    accepted = await gateway.accept(Source(name="gam"), write("ADT^A28"))
    assert accepted.receipt.state == "received"
    assert (await gateway.entry(accepted.id)).source == "gam"
    assert (await accepted.settled()).state == "filed"
    assert (await gateway.accept("gam", b"hello")).receipt.state == "refused"
    assert len(await everything("Patient")) == 1


@pytest.fixture
async def kept(gateway, write):
    """Four messages of two sources about two patients, the last in quarantine."""
    sent = [
        await gateway.receive("gam", write("ADT^A28")),
        await gateway.receive("gam", write("ADT^A28", person=OTHER)),
        await gateway.receive("labo", write("ADT^A31")),
        await gateway.receive("gam", write("ADT^A31", person={7: "19760231"})),
    ]
    return [receipt.id for receipt in sent]


@pytest.mark.parametrize(
    ("filters", "ranks"),
    [
        (Filters(), [3, 2, 1, 0]),
        (Filters(states=("quarantined", "discarded")), [3]),
        (Filters(source="gam"), [3, 1, 0]),
        (Filters(event="ADT^A31", source="labo"), [2]),
        (Filters(event="ADT^*", states=("filed",)), [2, 1, 0]),
        (Filters(event="ADT^A3"), []),
        (Filters(source="'; DROP TABLE"), []),
    ],
)
async def test_messages_are_found_by_what_restricts_them(gateway, kept, filters, ranks):
    """A technician shown messages of another source, state or event."""
    found = await gateway.messages(filters)
    assert [entry.id for entry in found] == [kept[rank] for rank in ranks]
    assert all(entry.content is None for entry in found)
    if len(ranks) > 1:
        rest = await gateway.messages(filters, before=kept[ranks[0]])
        assert [entry.id for entry in rest] == [kept[rank] for rank in ranks[1:]]


async def test_the_messages_of_a_patient_and_a_period_are_found(gateway, kept, trail):
    """A message filed for somebody, that a search for this person does not show; untraced."""
    first = await gateway.entry(kept[0])
    found = await gateway.messages(Filters(patient=first.subject))
    assert [entry.id for entry in found] == [kept[2], kept[0]]
    assert trail.entries[-1].patient != 0
    assert trail.entries[-1].count == 2
    after = await gateway.messages(Filters(since=first.received_at, until=first.received_at))
    assert after == []
    assert len(await gateway.messages(Filters(since=first.received_at))) == 4


async def test_the_message_before_is_of_the_same_source_and_patient(gateway, write, kept):
    """A comparison with the message of somebody else."""
    later = await gateway.receive("gam", write("ADT^A31", person={13: "0102030405"}))
    before = await gateway.previous(later.id)
    assert before is not None
    assert before.id == kept[0]
    assert before.content is not None
    assert await gateway.previous(kept[0]) is None
    with pytest.raises(Refused):
        await gateway.entry(10_000)
