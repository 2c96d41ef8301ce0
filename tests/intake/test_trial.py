"""A dry run: it tells what would be, and leaves nothing."""


async def test_a_trial_tells_what_would_be_written_and_writes_nothing(
    gateway, everything, write, context
):
    """A technician who tries a message on the live system changes a record."""
    trial = await gateway.try_out("gam", write("ADT^A01", visit="V1"), context)
    assert trial.state == "filed"
    kinds = {effect.after["resourceType"] for effect in trial.effects}
    assert {"Patient", "Encounter"} <= kinds
    assert all(effect.before is None for effect in trial.effects)
    assert await everything("Patient") == []
    assert await gateway.counts(1) == await gateway.counts(1)
    assert (await gateway.counts(1)).states == {}


async def test_a_trial_shows_what_stands_beside_what_would(gateway, everything, write, context):
    """A change of name nobody sees before it is made."""
    await gateway.receive("gam", write("ADT^A28"))
    named = {5: "MARTIN^ANNE^ANNE LUCIE^^^^L~DURAND^ANNE^^^^^D"}
    trial = await gateway.try_out("gam", write("ADT^A31", person=named), context)
    (effect,) = [e for e in trial.effects if e.after["resourceType"] == "Patient"]
    assert effect.before == (await everything("Patient"))[0]
    assert effect.before["name"] != effect.after["name"]


async def test_a_trial_tells_why_a_message_would_stop(gateway, write, context):
    """A fault seen only once the message lies in quarantine."""
    trial = await gateway.try_out("gam", write("ADT^A28", person={7: "never"}), context)
    assert trial.state == "quarantined"
    assert trial.issues[0].location == "PID-7"
    assert trial.effects == []


async def test_after_a_trial_the_message_is_filed_as_if_there_had_been_none(
    gateway, everything, write, context
):
    """Keys or places remembered of a transaction that was undone."""
    raw = write("ADT^A01", visit="V1", place="2110^101^P")
    await gateway.try_out("gam", raw, context)
    assert (await gateway.receive("gam", raw)).state == "filed"
    assert len(await everything("Location")) == 1
