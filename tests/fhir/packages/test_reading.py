"""Packages read from bytes that come from outside."""

import gzip
import tarfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fhir.packages.archives import MANIFEST, definition, tar_of, tgz

from hygie.fhir.codec import encode
from hygie.fhir.packages import Library, Package, archive, read_definitions, read_package
from hygie.refusal import Refused

SUITES = Path(__file__).parents[4] / "shared/suites"
GUIDES = sorted(SUITES.glob("ig-packages/*.tgz"))


def refusal_of(raw: bytes) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        read_package(raw, "guide.tgz")
    [issue] = refused.value.refusal.issues
    assert issue.text("fr")
    return issue.rule, issue.text("en")


def rules(package: Package) -> list[tuple[str, str]]:
    assert all(issue.text("fr") and issue.text("en") for issue in package.issues)
    return [(issue.rule, issue.location) for issue in package.issues]


def held(package: Package) -> set[str]:
    return {url for urls in package.shelf.contents.values() for url in urls}


def test_definitions_are_kept_and_the_rest_is_not() -> None:
    """Danger: an example taken for a rule; a definition lost among other files."""
    kept = definition("kept", version="1.0.0", text={"div": "prose"}, name="Kept")
    package = read_package(tgz({
        "package/StructureDefinition-kept.json": kept,
        "package/.index.json": {"files": []},
        "package/Patient-1.json": {"resourceType": "Patient", "id": "1"},
        "package/Endpoint-1.json": {"resourceType": "Endpoint", "url": "https://example.org"},
        "package/example/ValueSet-x.json": definition("example"),
        "package/other/x.json": b"{",
        "package/notes.txt": b"notes",
    }))  # fmt: skip
    assert held(package) == {kept["url"]}
    assert rules(package) == []
    library = Library(shelves=[package.shelf])
    found = library.find("StructureDefinition", kept["url"], near="test.guide#1.0.0")
    assert found is not None
    assert found.package == "test.guide#1.0.0"
    assert found.resource == {k: v for k, v in kept.items() if k != "text"}


def test_what_a_manifest_says_is_known() -> None:
    """Danger: dependencies that are not followed."""
    depends = {"hl7.fhir.r4.core": "4.0.1", "hl7.fhir.fr.core": "2.x"}
    manifest = read_package(tgz({}, dependencies=depends, title="Guide")).manifest
    assert (manifest.id, manifest.title) == ("test.guide#1.0.0", "Guide")
    assert manifest.dependencies == depends


def test_a_faulty_file_is_named_and_the_others_are_kept() -> None:
    """Danger: a whole guide lost for one file; a fault that nobody is told."""
    files = {f"package/good{number}.json": definition(f"good{number}") for number in range(3)}
    faulty: dict[str, Any] = {
        "package/cut.json": b'{"resourceType": "ValueSet", "url": "x"',
        "package/latin.json": '{"resourceType": "ValueSet", "url": "é"}'.encode("latin-1"),
        "package/deep.json": b"[" * 1_000,
        "package/again.json": definition("good0"),
        "package/five.json": definition("five", fhirVersion="5.0.0"),
    }
    package = read_package(tgz(files | faulty), "guide.tgz")
    assert held(package) == {definition(f"good{number}")["url"] for number in range(3)}
    assert rules(package) == [
        ("json.truncated", "guide.tgz/cut.json"),
        ("json.encoding", "guide.tgz/latin.json"),
        ("json.depth", "guide.tgz/deep.json"),
        ("package.twice", "guide.tgz/again.json"),
        ("package.fhir-version", "guide.tgz/five.json"),
    ]


def test_faulty_files_are_named_up_to_a_bound() -> None:
    """Danger: a report without end."""
    package = read_package(tgz({f"package/{n}.json": b"{" for n in range(150)}))
    assert len(package.issues) == 101
    assert package.issues[-1].rule == "package.more"


def member(name: str, type_: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = type_, link
    return info


@pytest.mark.parametrize(
    ("unsafe", "rule"),
    [
        (member("../outside.json"), "package.name"),
        (member("package/../../outside.json"), "package.name"),
        (member("/etc/passwd"), "package.name"),
        (member("package\\..\\x.json"), "package.name"),
        (member("C:/x.json"), "package.name"),
        (member("package/x.json", tarfile.SYMTYPE, "/etc/passwd"), "package.link"),
        (member("package/x.json", tarfile.LNKTYPE, "package/package.json"), "package.link"),
        (member("package/x.json", tarfile.CHRTYPE), "package.link"),
        (member("package/x.json", tarfile.BLKTYPE), "package.link"),
        (member("package/x.json", tarfile.FIFOTYPE), "package.link"),
    ],
)
def test_an_unsafe_archive_is_refused_whole(unsafe: tarfile.TarInfo, rule: str) -> None:
    """Danger: an archive that writes or reads outside of itself where it is unpacked."""
    assert refusal_of(tgz({"package/x.json": definition("x")}, unsafe))[0] == rule


def test_what_is_no_archive_is_refused() -> None:
    """Danger: a stack trace for a file of another kind."""
    assert refusal_of(b"")[0] == "package.gzip"
    assert refusal_of(b"PK\x03\x04")[0] == "package.gzip"
    assert refusal_of(b"\x1f\x8b\x08")[0] == "package.damaged"
    assert refusal_of(gzip.compress(b"no tar" * 1_000))[0] == "package.damaged"
    assert refusal_of(gzip.compress(tar_of({"package/a.json": {}})))[0] == "package.manifest"


def test_a_cut_archive_is_refused_wherever_it_is_cut() -> None:
    """Danger: half a guide taken for a whole one."""
    whole = tgz({f"package/{n}.json": definition(f"{n}", x="y" * 999) for n in range(5)})
    for length in range(2, len(whole) - 1):
        assert refusal_of(whole[:length])[0] == "package.damaged"


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Danger: a few kilobytes that fill the memory of the server."""
    monkeypatch.setattr(archive, "FREE_UNPACKED_BYTES", 1024 * 1024)
    assert refusal_of(tgz({"package/x.json": b"0" * 8_000_000}))[0] == "package.bomb"
    assert refusal_of(tgz({"example/x.json": b"0" * 8_000_000}))[0] == "package.bomb"
    assert refusal_of(gzip.compress(bytes(8_000_000)))[0] in {"package.bomb", "package.damaged"}


def test_sizes_and_numbers_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Danger: an archive of a million files, or a file of a gigabyte."""
    monkeypatch.setattr(archive, "MAX_PACKAGE_FILES", 4)
    assert refusal_of(tgz({f"package/{n}.json": {} for n in range(5)}))[0] == "package.files"
    monkeypatch.setattr(archive, "MAX_DEFINITION_BYTES", 200)
    package = read_package(tgz({"package/x.json": definition("x", y="z" * 300)}))
    assert rules(package) == [("package.file-size", "x.json")]
    monkeypatch.setattr(archive, "MAX_PACKAGE_BYTES", 10)
    assert refusal_of(tgz({}))[0] == "package.size"


@pytest.mark.parametrize(
    ("manifest", "rule"),
    [
        ({"fhirVersions": ["5.0.0"]}, "package.fhir-version"),
        ({"fhirVersions": ["3.0.2"]}, "package.fhir-version"),
        ({"fhirVersions": ["4.3.0"]}, "package.fhir-version"),
        ({"fhirVersions": 4}, "package.manifest"),
        ({"name": "../guide"}, "package.manifest"),
        ({"name": ""}, "package.manifest"),
        ({"version": "1/../2"}, "package.manifest"),
        ({"version": None}, "package.manifest"),
        ({"dependencies": ["a"]}, "package.manifest"),
        ({"dependencies": {"a": 1}}, "package.manifest"),
        ({"dependencies": {"../a": "1"}}, "package.manifest"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(manifest: dict[str, Any], rule: str) -> None:
    """Danger: rules of another FHIR applied here; a name that leads to another file."""
    found, text = refusal_of(tgz({}, **manifest))
    assert found == rule
    assert rule != "package.fhir-version" or "test.guide#1.0.0" in text


def test_a_manifest_that_says_less_is_accepted() -> None:
    """Danger: an older guide refused for what manifests did not say in its time."""
    assert read_package(tgz({}, fhirVersions=["4.0.1", "5.0.0"])).issues == ()
    assert rules(read_package(tgz({}, fhirVersions=None))) == [("package.fhir-version", "")]
    older = {"name": "a", "version": "1", "fhir-version-list": ["4.0.0"], "dependencies": None}
    assert read_package(gzip.compress(tar_of({"package/package.json": older}))).issues == ()


def test_a_file_by_itself_holds_definitions_or_is_refused() -> None:
    """Danger: a profile given alone that is not used, and nobody told."""
    bundle = {"resourceType": "Bundle", "entry": [
        {"resource": definition("a")}, {"resource": {"resourceType": "Patient"}}, {}, 1,
    ]}  # fmt: skip
    [alone], none = read_definitions(encode(definition("a", version="2")), "a.json")
    assert (alone.version, alone.package, none) == ("2", "", ())
    [bundled], _ = read_definitions(encode(bundle))
    assert bundled.url == alone.url
    for other in (b'{"resourceType": "Patient"}', b"[]", b"", encode(definition("a") | {"url": 1})):
        with pytest.raises(Refused):
            read_definitions(other)


def refused_or_read(read: Callable[[bytes], object], raw: bytes) -> None:
    with suppress(Refused):
        read(raw)


@given(st.data())
def test_a_damaged_archive_is_refused_or_read(data: st.DataObject) -> None:
    """Danger: bytes changed on the way that end in a stack trace."""
    raw = bytearray(tar_of({"package/package.json": MANIFEST, "package/a.json": definition("a")}))
    for _ in range(data.draw(st.integers(1, 8))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    refused_or_read(read_package, gzip.compress(bytes(raw)))


@given(st.binary())
def test_any_bytes_are_refused(raw: bytes) -> None:
    """Danger: as above, for bytes of no form at all."""
    refused_or_read(read_package, raw)
    refused_or_read(read_package, b"\x1f\x8b\x08\x00" + raw)
    refused_or_read(read_package, gzip.compress(raw))


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_real_guides_are_read_whole(guide: Path) -> None:
    """Danger: a published guide that is refused or read in part."""
    package = read_package(guide.read_bytes(), guide.name)
    assert package.issues == ()
    with tarfile.open(guide) as whole:
        names = {name for name in whole.getnames() if name.startswith("package/Structure")}
    definitions = list(package.shelf.definitions("StructureDefinition"))
    assert {f"package/StructureDefinition-{d.resource['id']}.json" for d in definitions} == names
