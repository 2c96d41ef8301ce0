"""CodeSystem resources loaded from their files."""

import json
from pathlib import Path

import pytest
from tests.fhir.terminology.making import ANIMALS, system
from tests.nomenclature.loading.test_tables import zipped
from tests.nomenclature.shelves import load, opened, written
from tests.nomenclature.test_shelf import refused

from hygie.nomenclature.shelf import Shelf

NOS = Path("../shared/suites/nos")
XML = """<CodeSystem xmlns="http://hl7.org/fhir"><url value="https://a.test/x"/>
<identifier><system value="urn:ietf:rfc:3986"/><value value="urn:oid:1.2.3"/></identifier>
<version value="2"/><name value="X"/><status value="active"/><content value="complete"/>
<concept><code value="a"/><display value="Un"/><concept><code value="b"/></concept></concept>
</CodeSystem>"""


def test_json_xml_bundles_and_archives(tmp_path: Path) -> None:
    """Guards: a system that is published in a form that is not read."""
    bundle = {
        "resourceType": "Bundle", "type": "collection",
        "entry": [{"resource": {**ANIMALS, "version": "1", "name": "Animals"}}, {"resource": {}}],
    }  # fmt: skip
    files = {"a.json": json.dumps(bundle).encode(), "b.xml": XML.encode(), "README.md": b"#"}
    loaded = load(tmp_path, "fhir", zipped(tmp_path / "a.zip", files))
    assert [(one.header.name, one.header.concepts) for one in loaded] == [
        ("Animals#1", 7),
        ("X#2", 2),
    ]
    assert loaded[1].header.urls == ("https://a.test/x", "urn:oid:1.2.3")
    assert list(opened(tmp_path, "X#2").below("a")) == ["b"]


def test_what_is_no_system_with_its_codes(tmp_path: Path) -> None:
    """Guards: a system of which only the name is known, loaded as one without codes."""
    absent = {**system(content="not-present"), "version": "1"}
    path = written(tmp_path / "a.json", json.dumps(absent))
    assert refused(tmp_path, "fhir", path) == ("nomenclature.fhir", "a.json")
    path = written(tmp_path / "b.json", '{"resourceType": "Patient"}')
    assert refused(tmp_path, "fhir", path)[0] == "nomenclature.kind"
    path = written(tmp_path / "c.json", '{"resourceType": ')
    assert refused(tmp_path, "fhir", path)[1] == "c.json"
    path = written(tmp_path / "d.json", json.dumps(system("a", url="")))
    assert refused(tmp_path, "fhir", path)[0] == "nomenclature.url"
    path = written(tmp_path / "e.json", json.dumps(system("a", version="2024")))
    assert refused(tmp_path, "fhir", path, expected="2025")[0] == "nomenclature.other-version"


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    ],
)
def test_entities_are_not_expanded(tmp_path: Path, declaration: str) -> None:
    """Guards: files of the machine in a label (XXE), memory filled by ten lines."""
    content = declaration + XML.replace("Un", "&a;").replace('value="X"', 'value="&b;"')
    refused(tmp_path, "fhir", written(tmp_path / "a.xml", content))


@pytest.mark.slow  # 20 s
@pytest.mark.skipif(not NOS.is_dir(), reason="the French reference sets are not here")
def test_the_french_reference_sets(tmp_path: Path) -> None:
    """Guards: a published system that cannot be loaded."""
    loaded = load(tmp_path, "fhir", NOS)
    assert len(loaded) > 100
    assert all(one.header.concepts for one in loaded)
    assert all(shelved.header for shelved in Shelf(tmp_path).listed(examined=True))
