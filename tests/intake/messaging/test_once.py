"""Each FHIR message once in effect, whatever stops, and whoever comes at the same time."""

import asyncio
import json

from tests.intake.messaging.conftest import observation, patient

from hygie.intake.values import Filters


async def test_what_was_received_is_filed_after_a_crash(leave, bundle, gateway, everything):
    """An acknowledged message that a power cut takes away; or files twice."""
    raw = json.dumps(bundle(patient(), observation())).encode()
    await leave(raw)
    assert await everything("Observation") == []
    assert await gateway.resume() == 1
    assert await gateway.resume() == 0
    assert len(await everything("Observation")) == 1


async def test_those_who_come_together_make_one(send, bundle, everything):
    """A patient, a surgeon and a result, each as many times as messages name them."""
    doctor = {
        "resourceType": "Practitioner", "id": "d", "name": [{"family": "SEUL"}],
        "identifier": [{"system": "https://rpps.esante.gouv.fr", "value": "10001"}],
    }  # fmt: skip
    told = observation(performer=[{"reference": "Practitioner/d"}])
    messages = [bundle(patient(), told, doctor, number=f"M{n}") for n in range(12)]
    receipts = await asyncio.gather(*(send(one, f"lab{n % 3}") for n, one in enumerate(messages)))
    assert {receipt.state for receipt in receipts} == {"filed"}
    for kind in ("Patient", "Practitioner", "Observation"):
        assert len(await everything(kind)) == 1, kind


async def test_by_file_as_by_wire(bundle, gateway, everything, tmp_path):
    """A message put into a folder, and kept there whole as if it were a document."""
    plain = observation()
    del plain["identifier"]
    (tmp_path / "one.json").write_text(json.dumps(bundle(patient(), plain)))
    summary = await gateway.ingest([tmp_path])
    assert (summary.filed, summary.quarantined) == (1, 0)
    assert (await gateway.ingest([tmp_path])).duplicates == 1
    assert await everything("Bundle") == []
    assert len(await everything("Observation")) == 1


async def test_filed_again_it_is_the_same(send, bundle, gateway, everything, context):
    """A replay after a rule changed that doubles every result without a number."""
    plain = observation()
    del plain["identifier"]
    message = bundle(patient(), plain)
    for entry in message["entry"]:
        entry["fullUrl"] = entry["fullUrl"].replace("http://lab.example.org/fhir/", "urn:x:")
    message["entry"][0]["resource"]["focus"] = [{"reference": "urn:x:Observation/o"}]
    message["entry"][2]["resource"]["subject"] = {"reference": "urn:x:Patient/p"}
    receipt = await send(message)
    assert receipt.state == "filed", receipt.issues
    before = await everything("Observation")
    await gateway.replays.ask(Filters(), "la table a changé", context)
    await gateway.replaying.once()
    (run,) = await gateway.replays.runs()
    assert (run.done, run.filed) == (1, 1)
    assert await everything("Observation") == before
    assert len(await everything("Patient")) == 1
