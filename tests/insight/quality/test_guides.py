"""Guards what a validation is given besides the files: packages, folders, definitions."""

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from hygie.fhir.packages import Library
from hygie.insight.quality.guides import with_guides
from hygie.refusal import Refused

URL = "https://x/p"
MANIFEST = {
    "name": "x.guide", "version": "1.2.0", "fhirVersions": ["4.0.1"],
    "dependencies": {"y.other": "3.0.0"},
}  # fmt: skip


def profile(url: str = URL) -> dict[str, Any]:
    return {"resourceType": "StructureDefinition", "url": url, "version": "1", "type": "Patient"}


def folder(path: Path) -> Path:
    path.mkdir(parents=True)
    (path / "package.json").write_text(json.dumps(MANIFEST))
    (path / "p.json").write_text(json.dumps(profile()))
    return path


def archive(path: Path) -> Path:
    with tarfile.open(path, "w:gz") as made:
        for name, content in (("package.json", MANIFEST), ("p.json", profile())):
            raw = json.dumps(content).encode()
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(raw)
            made.addfile(info, io.BytesIO(raw))
    return path


def test_a_package_is_the_same_packed_or_not(tmp_path: Path) -> None:
    """Guards: a guide that applies when packed and not when it lies in a folder."""
    folder(tmp_path / "unpacked" / "package")
    for path in (
        archive(tmp_path / "x.tgz"), tmp_path / "unpacked", tmp_path / "unpacked" / "package",
    ):  # fmt: skip
        library, names, issues = with_guides(Library(), [path])
        assert library.find("StructureDefinition", URL)
        assert names == ("x.guide#1.2.0",)
        assert [issue.rule for issue in issues] == ["package.dependencies"]
        assert issues[0].details["wanted"] == "y.other#3.0.0"


def test_single_definitions_and_folders_of_them(tmp_path: Path) -> None:
    """Guards: a profile being written that cannot be tried before it is packed."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.json").write_text(json.dumps(profile(f"{URL}/{name}")))
    (tmp_path / "notes.txt").write_text("notes")
    library, names, _ = with_guides(Library(), [tmp_path / "a.json", tmp_path])
    assert names == ("a.json", tmp_path.name)
    for name in ("a", "b"):
        assert library.find("StructureDefinition", f"{URL}/{name}")


def test_what_is_no_guide_is_refused(tmp_path: Path) -> None:
    """Guards: a validation that goes on without the guide it was asked to apply."""
    (tmp_path / "x.tgz").write_bytes(b"no archive")
    (tmp_path / "x.json").write_text('{"resourceType":"Patient"}')
    for name in ("x.tgz", "x.json"):
        with pytest.raises(Refused):
            with_guides(Library(), [tmp_path / name])


def test_the_library_given_does_not_grow(tmp_path: Path) -> None:
    """Guards: a guide of one run known to the next."""
    base = Library()
    with_guides(base, [folder(tmp_path / "g")])
    assert base.find("StructureDefinition", URL) is None
