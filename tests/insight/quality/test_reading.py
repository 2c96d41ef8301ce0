"""Guards the reading of files: whatever is in one, it becomes resources or issues."""

from pathlib import Path

import pytest

from hygie.insight.quality.reading import Read, read_file

PATIENT = b'{"resourceType":"Patient","active":true}'


def read(path: Path, raw: bytes) -> list[Read]:
    path.write_bytes(raw)
    return list(read_file(path))


def rules(found: list[Read]) -> list[str]:
    return [issue.rule for one in found for issue in one.issues]


def test_one_resource_of_either_form(tmp_path: Path) -> None:
    """Guards: XML taken for broken JSON."""
    xml = b'<Patient xmlns="http://hl7.org/fhir"><active value="true"/></Patient>'
    for name, raw in (("a.json", PATIENT), ("a.xml", xml), ("a", b"\n" + xml)):
        (one,) = read(tmp_path / name, raw)
        assert one == Read(0, {"resourceType": "Patient", "active": True}, ())


def test_each_line_is_a_resource_of_its_own(tmp_path: Path) -> None:
    """Guards: one bad line that hides the others, or lines that are miscounted."""
    found = read(tmp_path / "a.ndjson", PATIENT + b"\n\nnot json\n" + PATIENT + b"\n")
    assert [one.line for one in found] == [1, 3, 4]
    assert [one.resource is None for one in found] == [False, True, False]


def test_a_line_beyond_the_limit_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards: memory filled by one line, and a file given up because of it."""
    monkeypatch.setattr("hygie.insight.quality.reading.MAX_LINE_BYTES", 100)
    monkeypatch.setattr("hygie.lines.read_lines.__defaults__", (100,))
    found = read(tmp_path / "a.ndjson", PATIENT + b"\n{" + b" " * 200 + b"}\n" + PATIENT + b"\n")
    assert rules(found) == ["file.line"]
    assert [one.line for one in found] == [1, 2, 3]


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"", "format.empty"),
        (b" \n ", "format.empty"),
        (b"{", "json.truncated"),
        (b"[]", "json.resource-type"),
        (b"{\xff}", "json.encoding"),
        (b"bonjour", "format.unknown"),
        (b"<", "xml.syntax"),
    ],
)
def test_what_is_no_resource_is_an_issue(tmp_path: Path, raw: bytes, rule: str) -> None:
    """Guards: a crash on the first odd file of a folder of thousands."""
    assert rules(read(tmp_path / "a.json", raw)) == [rule]


def test_what_cannot_be_opened_is_an_issue(tmp_path: Path) -> None:
    """Guards: a run given up because of one file that went away, or is a folder."""
    for path in (tmp_path / "absent.json", tmp_path):
        assert rules(list(read_file(path))) == ["file.unreadable"]
