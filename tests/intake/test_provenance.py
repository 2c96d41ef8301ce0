"""From a resource to the message that brought it, and back."""

from hygie.intake.filing.provenance import entry_of, targets_of


async def test_every_resource_of_a_message_leads_back_to_it(gateway, everything, write, zbe):
    """A wrong value nobody can trace to its sender."""
    receipt = await gateway.receive(
        "gam", write("ADT^A01", visit="V1", extra=[zbe("M1", "202601101200")])
    )
    (found,) = await everything("Provenance")
    assert entry_of(found) == receipt.id
    patient, encounter = (await everything("Patient"))[0], (await everything("Encounter"))[0]
    assert {f"Patient/{patient['id']}", f"Encounter/{encounter['id']}"} <= set(targets_of(found))
    assert found["agent"][0]["who"]["identifier"]["value"] == "gam"
    assert found["activity"]["text"] == "ADT^A01"


async def test_a_message_that_wrote_nothing_vouches_for_nothing(gateway, everything, write):
    """A provenance of what was refused."""
    receipt = await gateway.receive("gam", write("ADT^A01", person={7: "never"}, visit="V1"))
    assert receipt.state == "quarantined"
    assert await everything("Provenance") == []


async def test_the_provenance_is_of_the_patient(gateway, store, everything, write):
    """A provenance that outlives the erasure of its patient."""
    await gateway.receive("gam", write("ADT^A28"))
    (found,) = await everything("Provenance")
    assert found["target"][0]["reference"].startswith("Patient/")
    key = store.keyring.reference("Provenance", found["id"])
    query = "SELECT patient FROM hygie.resource WHERE key = $1 AND NOT patient = 0"
    assert await store.pool.fetchval(query, key) is not None


async def test_a_merge_names_both_patients(gateway, everything, write):
    """A merge nobody can trace to who asked for it."""
    other = {3: "8002^^^CH&1.2.3&ISO^PI"}
    for person in ({}, other):
        await gateway.receive("gam", write("ADT^A28", person=person))
    receipt = await gateway.receive("gam", write("ADT^A40", extra=["MRG|8002^^^CH&1.2.3&ISO^PI"]))
    assert receipt.state == "filed"
    merge = next(p for p in await everything("Provenance") if entry_of(p) == receipt.id)
    assert set(targets_of(merge)) == {f"Patient/{p['id']}" for p in await everything("Patient")}
