"""Guards what a data directory holds resources to: its packages and its policy."""

import io
import json
import tarfile
from datetime import date
from pathlib import Path

import pytest
from tests.nomenclature.shelves import FRACTURES, fractures, load, written

from hygie.fhir.packages import base_library
from hygie.fhir.policy.standards import Standards
from hygie.insight.quality.installed import Packages
from hygie.insight.quality.standards import standards_of
from hygie.nomenclature.shelf import Shelf
from hygie.refusal import Refused

URL = "https://x/group"
GROUP = {"resourceType": "Group", "type": "person", "actual": False}
MANIFEST = {"name": "x.guide", "version": "1.0.0", "fhirVersions": ["4.0.1"]}
PROFILE = {
    "resourceType": "StructureDefinition", "url": URL, "version": "1", "name": "G",
    "status": "active", "kind": "resource", "abstract": False, "type": "Group",
    "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Group", "derivation": "constraint",
    "differential": {
        "element": [
            {"id": "Group", "path": "Group"},
            {"id": "Group.name", "path": "Group.name", "min": 1},
        ]
    },
}  # fmt: skip


def today() -> date:
    return date(2026, 6, 1)


def archive(path: Path) -> Path:
    with tarfile.open(path, "w:gz") as made:
        for name, content in (("package.json", MANIFEST), ("p.json", PROFILE)):
            raw = json.dumps(content).encode()
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(raw)
            made.addfile(info, io.BytesIO(raw))
    return path


def test_a_package_that_was_added_holds_who_claims_its_profiles(tmp_path: Path) -> None:
    """Guards: a guide that is added and never applied, or applied to who does not claim it."""
    data = tmp_path / "data"
    assert standards_of(data, today).library is base_library()
    Packages(data).add([archive(tmp_path / "x.tgz")])
    standards = standards_of(data, today)
    assert standards.knows(URL)
    assert standards.knows(f"{URL}|1")
    assert not standards.knows(f"{URL}|2")
    held = standards.under("LABO").validate({**GROUP, "meta": {"profile": [URL]}})
    assert [issue.rule for issue in held if issue.severity == "error"] == ["profile.minimum"]
    free = standards.under("LABO").validate(GROUP)
    assert [issue for issue in free if issue.severity == "error"] == []


def test_a_doubtful_policy_stops_the_start(tmp_path: Path) -> None:
    """Guards: a server that starts with half of its rules."""
    (tmp_path / "policy.json").write_text("{")
    with pytest.raises(Refused):
        standards_of(tmp_path, today)


def told(standards: Standards, code: str, display: str = "") -> list[str]:
    coding = {"system": FRACTURES, "code": code, **({"display": display} if display else {})}
    group = {**GROUP, "code": {"coding": [coding]}}
    found = standards.tell(group, "LABO")
    return [issue.rule for issue in found if issue.location.startswith("Group.code")]


def test_codes_are_held_against_the_nomenclatures_that_are_loaded(tmp_path: Path) -> None:
    """Guards: CIM-10 on the disk, and codes that it does not have in the record."""
    fractures(tmp_path)
    standards = standards_of(tmp_path, today)
    assert told(standards, "S72.0", "Fracture du col du fémur") == []
    assert told(standards, "S72.0", "Fracture cervicale") == []
    assert told(standards, "S72.0", "Fracture of femoral neck") == []
    assert told(standards, "S72.9") == ["coding.unknown-code"]
    assert told(standards, "S72.0", "Fracture du crâne") == ["coding.display"]
    held = standards.under("LABO").validate(
        {**GROUP, "code": {"coding": [{"system": FRACTURES, "code": "S72.9"}]}}
    )
    assert [issue.rule for issue in held] == ["coding.unknown-code"]


def test_a_running_server_sees_a_nomenclature_that_is_loaded(tmp_path: Path) -> None:
    """Guards: a code of this year that stays unknown until somebody restarts the server."""
    written(tmp_path / "a.csv", "code;display\nA;Un\n")
    load(tmp_path, "csv", tmp_path / "a.csv", url="https://a.test/other", version="1")
    standards = standards_of(tmp_path, today)
    assert told(standards, "S72.9") == ["coding.system-unknown"]
    fractures(tmp_path)
    assert told(standards, "S72.9") == ["coding.unknown-code"]
    Shelf(tmp_path).remove("Fractures#2025")
    assert told(standards, "S72.9") == ["coding.system-unknown"]
