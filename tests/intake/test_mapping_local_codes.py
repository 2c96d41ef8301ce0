"""What was decided of local codes holds for what comes in, whatever way it takes."""

import json

import pytest

from hygie.fhir.codec import decode
from hygie.fhir.validate import base_validator
from hygie.identity import Identity
from hygie.intake import Gateway
from hygie.nomenclature.mapping.correspondences import Correspondences, Target
from hygie.store.interactions import Repository

LOCAL, LOINC = "urn:oid:1.2.3", "http://loinc.org"
TABLE = Correspondences({(LOCAL, "NA"): (Target(LOINC, "2951-2", "Sodium"),)})
OBSERVATION = {
    "resourceType": "Observation", "id": "one", "status": "final",
    "code": {"coding": [{"system": LOCAL, "code": "NA"}]},
}  # fmt: skip
BUNDLE = {
    "resourceType": "Bundle", "type": "transaction",
    "entry": [{"resource": OBSERVATION, "request": {"method": "PUT", "url": "Observation/one"}}],
}  # fmt: skip


@pytest.fixture
def mapping_gateway(store):
    async def current():
        return TABLE

    return Gateway(store, Repository(store, base_validator()), Identity(store), current)


@pytest.mark.parametrize("content", [OBSERVATION, BUNDLE], ids=["resource", "bundle"])
async def test_a_message_is_mapped(mapping_gateway, store, context, content):
    """Danger: what was mapped last year is local again for all that comes tomorrow."""
    receipt = await mapping_gateway.receive("lab", json.dumps(content).encode())
    assert receipt.state == "filed"
    stored = decode((await store.read(context, "Observation", "one")).body)
    assert [one["code"] for one in stored["code"]["coding"]] == ["NA", "2951-2"]


async def test_a_file_is_mapped_and_known_again(mapping_gateway, store, context, tmp_path):
    """Danger: the fast way of files leaves codes local, or files a resource again each time."""
    (tmp_path / "one.ndjson").write_text(json.dumps(OBSERVATION) + "\n")
    assert (await mapping_gateway.ingest([tmp_path])).filed == 1
    assert (await mapping_gateway.ingest([tmp_path])).duplicates == 1
    stored = decode((await store.read(context, "Observation", "one")).body)
    assert [one["code"] for one in stored["code"]["coding"]] == ["NA", "2951-2"]
