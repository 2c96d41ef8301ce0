"""The public suites through the gateway: nothing lost, nothing refused without a true reason."""

import base64
import os
from pathlib import Path

import pytest

from hygie.hl7v2.parse import parse
from hygie.intake.mapping.cda import read_header

SHARED = Path(os.environ.get("HYGIE_SHARED", Path(__file__).parents[3] / "shared")) / "suites"
MESSAGES, DOCUMENTS, EXAMPLES = (SHARED / n for n in ("ans-hl7v2", "ans-cda", "r4-examples"))


def whole(text: str) -> bytes:
    """The bytes of Base64, none when it is cut."""
    return base64.b64decode(text) if len(text) % 4 == 0 else b""


def needs(folder: Path):
    return pytest.mark.skipif(
        not folder.is_dir(), reason=f"the public suite {folder.name} is absent"
    )


EXPLAINED = {
    "intake.unsupported-kind",  # read-me files
    "event.acknowledgement",  # ACK answers other systems
    "intake.control-id-reused",  # the examples all say 015
    "document.base64",  # shortened for print
    "identity.ins-mismatch", "identity.conflict",  # PatA becomes PatientA; one IPP for several
    "report.of-another",  # one report number for several patients
}  # fmt: skip


@needs(MESSAGES)
async def test_the_french_agency_s_messages(gateway, everything):
    """The national formats of documents in HL7 v2, not understood."""
    summary = await gateway.ingest([MESSAGES])
    assert set(summary.reasons) <= EXPLAINED
    found = summary.filed + summary.kept + summary.quarantined + summary.refused
    found += summary.duplicates
    assert (found, summary.files) == (84, 84)
    assert summary.filed >= 12
    states = {d["status"] for d in await everything("DocumentReference")}
    assert {"current", "entered-in-error"} <= states
    contents = {base64.b64decode(b["data"]) for b in await everything("Binary")}
    sent = {
        content
        for path in MESSAGES.rglob("*")
        if path.is_file() and path.read_bytes().startswith(b"MSH")
        for obx in parse(path.read_bytes()).all("OBX")
        if (content := whole(obx.text(5, 5)))
    }
    files = {path.read_bytes() for path in MESSAGES.rglob("*.XML")}
    assert contents <= sent | files


@needs(DOCUMENTS)
@pytest.mark.parametrize(
    "path", sorted((DOCUMENTS / "exemples").glob("*.xml")), ids=lambda path: path.name
)
def test_headers_of_the_french_agency_s_documents(path, zone):
    """A published French CDA that Hygie cannot file."""
    header = read_header(path.read_bytes(), zone)
    assert header.id
    assert header.code
    assert header.person.traits.birth_name or header.person.traits.used_name


@needs(EXAMPLES)
async def test_the_official_examples(gateway):
    """A valid FHIR resource that Hygie does not take."""
    summary = await gateway.ingest([EXAMPLES])
    assert summary.files == summary.filed + summary.quarantined + summary.refused
    assert summary.filed > 0.96 * summary.files
    for entry in await gateway.quarantine(1000):
        assert entry.rule != "intake.unexpected", entry.name
