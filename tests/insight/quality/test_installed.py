"""The packages of a data directory."""

import os
from pathlib import Path
from typing import Any

import pytest
from tests.fhir.packages.archives import definition, tgz

from hygie.fhir.packages import Manifest, base_library
from hygie.fhir.packages.shelf import Shelf, pack
from hygie.insight.quality.installed import Packages, load_library
from hygie.refusal import Refused

URL = definition("stay")["url"]


def archive(folder: Path, file: str = "guide.tgz", *, says: str = "", **manifest: Any) -> Path:
    path = folder / file
    path.write_bytes(tgz({"package/stay.json": definition("stay", name=says)}, **manifest))
    return path


def rule(refused: pytest.ExceptionInfo[Refused]) -> str:
    issue = refused.value.refusal.issues[0]
    assert issue.text("fr")
    assert issue.text("en")
    return issue.rule


def kept(data: Path) -> list[str]:
    return sorted(path.name for path in (data / "packages").iterdir() if path.name != ".lock")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_a_package_is_kept_and_found_again(tmp_path: Path, data: Path) -> None:
    """Danger: a guide that was added and that validation does not know."""
    assert load_library(data) is base_library()
    [added] = Packages(data).add([archive(tmp_path, title="Guide")])
    assert (added.manifest.id, added.state, added.issues) == ("test.guide#1.0.0", "added", ())
    found = load_library(data).find("StructureDefinition", URL)
    assert found is not None
    assert found.package == "test.guide#1.0.0"
    [listed] = Packages(data).listed()
    assert (listed.package, listed.title, listed.definitions) == ("test.guide#1.0.0", "Guide", 1)
    assert base_library().find("StructureDefinition", URL) is None


def test_nobody_else_reads_what_is_kept(tmp_path: Path, data: Path) -> None:
    """Danger: files of the house that any account of the machine reads or changes."""
    Packages(data).add([archive(tmp_path)])
    for name in kept(data):
        assert (data / "packages" / name).stat().st_mode & 0o777 == 0o600
    assert (data / "packages").stat().st_mode & 0o777 == 0o700


def test_adding_again_changes_nothing_and_other_content_is_refused(
    tmp_path: Path, data: Path
) -> None:
    """Danger: a published version replaced by another content, and nobody told."""
    packages = Packages(data)
    packages.add([archive(tmp_path)])
    before = (data / "packages/test.guide#1.0.0.tgz").stat()
    assert packages.add([archive(tmp_path)])[0].state == "unchanged"
    assert (data / "packages/test.guide#1.0.0.tgz").stat() == before
    other = archive(tmp_path, says="Other")
    with pytest.raises(Refused) as refused:
        packages.add([other])
    assert rule(refused) == "package.other"
    assert packages.add([other], replace=True)[0].state == "replaced"
    found = load_library(data).find("StructureDefinition", URL)
    assert found is not None
    assert found.resource["name"] == "Other"


def test_all_are_added_or_none(tmp_path: Path, data: Path) -> None:
    """Danger: half of the guides of a command that failed."""
    (tmp_path / "bad.tgz").write_bytes(b"no archive")
    with pytest.raises(Refused) as refused:
        Packages(data).add([archive(tmp_path), tmp_path / "bad.tgz"])
    assert rule(refused) == "package.gzip"
    assert refused.value.refusal.issues[0].location == "bad.tgz"
    assert load_library(data) is base_library()


def test_dependencies_that_are_missing_are_told_or_refused(tmp_path: Path, data: Path) -> None:
    """Danger: a guide taken for whole without what it stands on."""
    packages = Packages(data)
    guide = archive(tmp_path, dependencies={"other.guide": "2.0.x", "hl7.fhir.r4.core": "4.0.1"})
    with pytest.raises(Refused) as refused:
        packages.add([guide], strict=True)
    assert rule(refused) == "package.dependencies"
    assert packages.listed() == ()
    [added] = packages.add([guide])
    assert [issue.rule for issue in added.issues] == ["package.dependencies"]
    assert "other.guide#2.0.x" in added.issues[0].text("fr")
    other = archive(tmp_path, "other.tgz", name="other.guide", version="2.0.4")
    assert packages.add([guide, other], strict=True)[0].issues == ()
    assert [one.missing for one in packages.listed()] == [(), ()]


def test_a_package_is_removed_and_what_needs_it_is_told(tmp_path: Path, data: Path) -> None:
    """Danger: a guide that cannot be withdrawn, or is, from under another."""
    packages = Packages(data)
    guide = archive(tmp_path, dependencies={"other.guide": "2.x"})
    packages.add([guide, archive(tmp_path, "other.tgz", name="other.guide", version="2.1")])
    [issue] = packages.remove("other.guide#2.1")
    assert (issue.rule, issue.location) == ("package.dependencies", "test.guide#1.0.0")
    assert packages.remove("test.guide#1.0.0") == ()
    assert kept(data) == []
    for unknown in ("test.guide#1.0.0", "../../etc/passwd", ""):
        with pytest.raises(Refused) as refused:
            packages.remove(unknown)
        assert rule(refused) == "package.not-here"


@pytest.mark.parametrize("damage", [b"", b"HYGIE DEFINITIONS 0\n", None])
def test_what_was_opened_is_made_anew(tmp_path: Path, data: Path, damage: bytes | None) -> None:
    """Danger: definitions of an older Hygie, or half written, taken as they are."""
    Packages(data).add([archive(tmp_path)])
    opened = data / "packages/test.guide#1.0.0.lib"
    before = opened.read_bytes()
    if damage is None:
        opened.unlink()
    else:
        opened.write_bytes(damage)
    assert load_library(data).find("StructureDefinition", URL) is not None
    assert opened.read_bytes() == before


def test_a_crash_while_adding_leaves_what_was_there(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Danger: a half-written archive, or definitions of one archive beside another."""
    packages = Packages(data)
    packages.add([archive(tmp_path)])
    other = archive(tmp_path, says="Other")
    written: list[str] = []
    whole = os.fsync

    def stop_at(number: int) -> None:
        def fsync(file: int) -> None:
            written.append("x")
            if len(written) == number:
                raise KeyboardInterrupt
            whole(file)

        written.clear()
        monkeypatch.setattr(os, "fsync", fsync)

    for number in (1, 2, 3, 4):
        stop_at(number)
        with pytest.raises(KeyboardInterrupt):
            packages.add([other], replace=True)
        monkeypatch.setattr(os, "fsync", whole)
        found = load_library(data).find("StructureDefinition", URL)
        assert found is not None
        assert found.resource["name"] == ("" if number == 1 else "Other")
        packages.add([archive(tmp_path, "first.tgz")], replace=True)


def test_a_reader_that_may_not_write_still_reads(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Danger: a server on a read-only disk that does not start."""
    Packages(data).add([archive(tmp_path)])
    (data / "packages/test.guide#1.0.0.lib").unlink()

    def refuse_to_write(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("hygie.insight.quality.installed.write_whole", refuse_to_write)
    assert load_library(data).find("StructureDefinition", URL) is not None


def test_an_archive_that_was_damaged_since_is_named(tmp_path: Path, data: Path) -> None:
    """Danger: a guide that silently no longer counts."""
    Packages(data).add([archive(tmp_path)])
    (data / "packages/test.guide#1.0.0.lib").unlink()
    (data / "packages/test.guide#1.0.0.tgz").write_bytes(b"\x1f\x8b")
    with pytest.raises(Refused) as refused:
        load_library(data)
    assert rule(refused) == "package.damaged"
    assert refused.value.refusal.issues[0].location == "test.guide#1.0.0.tgz"


def test_there_is_room_for_so_many(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Danger: a start that takes minutes."""
    monkeypatch.setattr("hygie.insight.quality.installed.MAX_PACKAGES", 1)
    Packages(data).add([archive(tmp_path)])
    with pytest.raises(Refused) as refused:
        Packages(data).add([archive(tmp_path, name="second.guide")])
    assert rule(refused) == "package.many"


def test_definitions_in_xml_are_read_where_there_is_no_json(tmp_path: Path, data: Path) -> None:
    """Danger: a guide in XML that counts for nothing; one in both forms that counts twice."""
    xml = (
        b'<StructureDefinition xmlns="http://hl7.org/fhir"><url value="%s"/></StructureDefinition>'
    )
    path = tmp_path / "guide.tgz"
    path.write_bytes(
        tgz({
            "package/stay.json": definition("stay"),
            "package/stay.xml": xml % URL.encode(),
            "package/ward.xml": xml % b"https://example.org/ward",
            "package/cut.xml": b"<StructureDefinition",
        })
    )  # fmt: skip
    [added] = Packages(data).add([path])
    assert [issue.location for issue in added.issues] == ["guide.tgz/cut.xml"]
    library = load_library(data)
    assert library.find("StructureDefinition", "https://example.org/ward") is not None
    assert [one.definitions for one in Packages(data).listed()] == [2]


def test_a_shelf_opens_only_what_was_packed() -> None:
    """Danger: any bytes taken for definitions."""
    whole = pack(Manifest("a", "1"), [definition("stay")])
    assert Shelf(whole).size == 1
    for raw in (b"", whole[:10], whole[:30], b"x" * 100, whole[:28] + b"\0" * 40):
        with pytest.raises(ValueError, match="shelf"):
            Shelf(raw)
