"""Snapshots made from published differentials, beside those that their publishers made.

What differs, and why, once a profile whose base is in another package is left out:
- R4's `bp` writes the children of a type slice under the choice itself, which R4's other profiles
  and later tools do not (57 elements); `cholesterol` and its kin copy the constraints of
  SimpleQuantity, which that profile makes anyway (3);
- FR Core is made on vital signs whose binding its tool had loosened (29), and `fr-core-patient-ins`
  leaves out elements that its base writes out (8), as do two profiles of the directory (48);
- the directory copies all that the profile of a slice says into the slice (126): that profile is
  checked anyway.
"""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from tests.fhir.packages.snapshots.comparing import differences

from hygie.fhir.packages import Definition, Library, base_library, read_package
from hygie.fhir.packages.snapshots import regenerated
from hygie.refusal import Refused

ROOT = Path(__file__).parents[5]
SUITES = ROOT / "shared/suites"


def compared(definitions: Iterable[Definition], library: Library) -> tuple[int, int]:
    """Elements in all, and those that differ. A profile that is refused differs whole."""
    total = different = 0
    for definition in definitions:
        resource = definition.resource
        if resource.get("derivation") != "constraint" or not resource.get("snapshot"):
            continue
        if not library.find("StructureDefinition", resource["baseDefinition"], definition.package):
            continue
        elements, found = differences(resource, regenerated(definition, library).resource)
        total += elements
        different += len(found)
    return total, different


@pytest.fixture(scope="module")
def library() -> Library:
    """R4, FR Core and the guides that are here."""
    known = base_library().copy()
    for file in sorted(SUITES.glob("fr-core-2.2.0/package/StructureDefinition-*.json")):
        known.add(Definition(json.loads(file.read_bytes()), "hl7.fhir.fr.core#2.2.0"))
    for guide in sorted(SUITES.glob("ig-packages/*.tgz")):
        known.put(read_package(guide.read_bytes()).shelf)
    return known


@pytest.mark.parametrize(
    ("package", "elements", "most"),
    [
        ("hl7.fhir.r4.core#4.0.1", 5_200, 60),
        ("hl7.fhir.fr.core#2.2.0", 2_500, 38),
        ("ans.fhir.fr.annuaire#1.2.0-snapshot-2", 3_800, 175),
        ("ans.fhir.fr.cds#2.0.1", 750, 0),
        ("ans.fhir.fr.eprescription#1.1.0-ballot", 600, 2),
    ],
)
def test_published_snapshots(library: Library, package: str, elements: int, most: int) -> None:
    """Danger: a rule of differentials that is read otherwise than by who wrote it."""
    profiles = [one for one in library.all("StructureDefinition") if one.package == package]
    if not profiles:
        pytest.skip(f"{package} is not here")
    total, different = compared(profiles, library)
    assert total > elements
    assert different <= most


def test_a_profile_without_its_base_says_which_is_missing(library: Library) -> None:
    """Danger: a guide that does not work, and nobody knows which package it lacks."""
    guide = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/"
    profile = library.find("StructureDefinition", guide + "pdsm-simplified-publish")
    if profile is None:
        pytest.skip("the guide is not here")
    with pytest.raises(Refused) as refused:
        regenerated(profile, library)
    [issue] = refused.value.refusal.issues
    assert issue.rule == "snapshot.base"
    assert "IHE.MHD.SimplifiedPublish.DocumentReference" in issue.text("fr")
