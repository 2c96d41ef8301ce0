"""Guards `hygie packages`, and that `hygie validate --data` knows what it keeps."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.fhir.packages.archives import tgz

from hygie.cli.packages import packages
from hygie.cli.validate import validate

STAY = "https://example.org/StructureDefinition/short-name"
PROFILE = {
    "resourceType": "StructureDefinition", "url": STAY, "type": "Patient", "kind": "resource",
    "version": "1.0.0", "derivation": "constraint", "abstract": False, "fhirVersion": "4.0.1",
    "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
    "differential": {"element": [{"path": "Patient.birthDate", "min": 1}]},
}  # fmt: skip


def run(*words: object) -> Result:
    return CliRunner().invoke(packages, [str(word) for word in words])


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    path = tmp_path / "guide.tgz"
    files = {"package/StructureDefinition-x.json": PROFILE, "package/bad.json": b"{"}
    path.write_bytes(tgz(files, title="Guide", dependencies={"other.guide": "1.0.0"}))
    return path


def test_add_list_and_remove(tmp_path: Path, guide: Path) -> None:
    """Guards: a guide that cannot be seen or withdrawn, and doubts that nobody is told."""
    data = tmp_path / "data"
    added = run("add", guide, "--data", data)
    assert "test.guide#1.0.0" in added.stdout
    assert "guide.tgz/bad.json" in added.stderr
    assert "other.guide#1.0.0" in added.stderr
    listed = run("list", "--data", data).stdout
    assert "test.guide#1.0.0" in listed
    assert "other.guide#1.0.0" in listed
    told = json.loads(run("list", "--json", "--data", data).stdout)
    assert (told["definitions"], told["missing"]) == (1, ["other.guide#1.0.0"])
    again = json.loads(run("add", guide, "--json", "--data", data).stdout)
    assert (again["package"], again["state"]) == ("test.guide#1.0.0", "unchanged")
    assert {issue["rule"] for issue in again["issues"]} == {
        "json.truncated",
        "package.dependencies",
    }
    assert run("remove", "test.guide#1.0.0", "--data", data).exit_code == 0
    assert run("list", "--data", data).stdout == ""


def test_validation_knows_the_packages_of_its_data(tmp_path: Path, guide: Path) -> None:
    """Guards: a check on files that knows less than the house."""
    data, patient = tmp_path / "data", tmp_path / "p.json"
    patient.write_text(json.dumps({"resourceType": "Patient", "meta": {"profile": [STAY]}}))
    run("add", guide, "--data", data)
    assert CliRunner().invoke(validate, [str(patient)]).exit_code == 0
    known = CliRunner().invoke(validate, ["--json", "--data", str(data), str(patient)])
    assert known.exit_code == 1
    assert "birthDate" in known.stdout
