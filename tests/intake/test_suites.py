"""The public suites through the gateway: nothing lost, nothing refused without a true reason."""

import os
from pathlib import Path

import pytest

from hygie.intake.mapping.cda import read_header

SHARED = Path(os.environ.get("HYGIE_SHARED", Path(__file__).parents[3] / "shared")) / "suites"
DOCUMENTS, EXAMPLES = SHARED / "ans-cda", SHARED / "r4-examples"


def needs(folder: Path):
    return pytest.mark.skipif(
        not folder.is_dir(), reason=f"the public suite {folder.name} is absent"
    )


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
