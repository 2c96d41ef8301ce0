"""Replays of many messages."""

import pytest

from hygie.intake import Filters
from hygie.refusal import Refused

WHY = "la table des services a changé"


async def test_all_that_waited_for_one_reason_is_replayed_in_order(gateway, write, context):
    """A morning spent replaying one message after another."""
    late = [write("ADT^A40", extra=[f"MRG|900{n}^^^CH&1.2.3&ISO^PI"]) for n in range(3)]
    receipts = await gateway.receive_all("gam", late)
    assert {receipt.state for receipt in receipts} == {"quarantined"}
    for n in (None, 0, 1, 2):
        person = {} if n is None else {3: f"900{n}^^^CH&1.2.3&ISO^PI"}
        await gateway.receive("gam", write("ADT^A28", person=person))
    await gateway.replays.ask(Filters(states=("quarantined",), source="gam"), WHY, context)
    await gateway.replaying.once()
    (run,) = await gateway.replays.runs()
    assert (run.state, run.total, run.done, run.filed, run.stopped) == ("done", 3, 3, 3, 0)
    assert run.asked.motive == WHY
    assert await gateway.quarantine() == []


async def test_what_was_filed_is_filed_again_without_doubles(gateway, write, everything, context):
    """A replay after a change of mapping that makes everything a second time."""
    await gateway.receive_all("gam", [write("ADT^A01", visit=f"V{n}") for n in range(4)])
    before = len(await everything("Encounter"))
    await gateway.replays.ask(Filters(), WHY, context)
    await gateway.replaying.once()
    (run,) = await gateway.replays.runs()
    assert (run.done, run.filed) == (4, 4)
    assert len(await everything("Encounter")) == before


async def test_what_arrives_meanwhile_is_not_part_of_it(gateway, write, context):
    """A replay that never ends on a busy feed."""
    await gateway.receive("gam", write("ADT^A28"))
    await gateway.replays.ask(Filters(), WHY, context)
    later = await gateway.receive("gam", write("ADT^A31"))
    await gateway.replaying.once()
    assert (await gateway.replays.runs())[0].done == 1
    assert (await gateway.entry(later.id, context)).attempts == 1


async def test_two_replays_at_once_and_a_replay_of_nothing_are_refused(gateway, write, context):
    """Two replays that undo each other's order."""
    with pytest.raises(Refused):
        await gateway.replays.ask(Filters(), WHY, context)
    await gateway.receive("gam", write("ADT^A28"))
    number = await gateway.replays.ask(Filters(), WHY, context)
    with pytest.raises(Refused):
        await gateway.replays.ask(Filters(), WHY, context)
    await gateway.replays.stop(number)
    await gateway.replaying.once()
    (run,) = await gateway.replays.runs()
    assert (run.state, run.done) == ("stopped", 0)
