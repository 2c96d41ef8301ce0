"""Guards what is read from files: all of it, strictly, and told where it is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from hygie.fhir.codec import decode
from hygie.insight.views import sources
from hygie.insight.views.sources import batches, resources_of
from hygie.refusal import Refused


def patient(name: str) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": name, "multipleBirthInteger": 1}


BUNDLE = {
    "resourceType": "Bundle", "type": "collection",
    "entry": [
        {"resource": patient("a")}, {"fullUrl": "urn:x"},
        {"resource": {"resourceType": "Observation"}}, {"resource": patient("b")},
    ],
}  # fmt: skip


def ids(path: Path) -> list[str]:
    return [decode(body)["id"] for body in resources_of(path, "Patient")]


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("one.json", json.dumps(patient("a")), ["a"]),
        ("pretty.json", json.dumps(patient("a"), indent=2), ["a"]),
        ("list.json", json.dumps([patient("a"), BUNDLE]), ["a", "a", "b"]),
        ("bundle.json", json.dumps(BUNDLE), ["a", "b"]),
        (
            "lines.ndjson",
            "\n".join(map(json.dumps, (patient("a"), BUNDLE, patient("c")))),
            ["a", "a", "b", "c"],
        ),
        (
            "lines.txt",
            "\n\n".join(map(json.dumps, (patient("a"), patient("b")))) + "\n",
            ["a", "b"],
        ),
        ("one.ndjson", json.dumps(patient("a")), ["a"]),
        ("mark.ndjson", "\ufeff" + json.dumps(patient("a")) + "\n", ["a"]),
        ("other.json", json.dumps({"resourceType": "Organization"}), []),
        ("empty.ndjson", "", None),
    ],
)
def test_each_kind_of_file(tmp_path: Path, name: str, text: str, found: list[str] | None) -> None:
    """Guards: resources missed because of the form of their file."""
    path = tmp_path / name
    path.write_text(text)
    if found is None:
        with pytest.raises(Refused, match=r"json\.empty"):
            ids(path)
    else:
        assert ids(path) == found


def test_digits_are_kept(tmp_path: Path) -> None:
    """Guards: a measurement that loses a digit because it came in a bundle."""
    path = tmp_path / "x.json"
    path.write_text(
        '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","x":72.50}}]}'
    )
    assert b"72.50" in next(resources_of(path, "Patient"))


BAD = ('{"resourceType":"Patient"', '{"resourceType":"Patient","a":1,"a":2}', "[]", "x")


def test_a_bad_line_is_told_with_its_place_and_the_others_are_read(tmp_path: Path) -> None:
    """Guards: a bad line that nobody can find, or that takes the good ones along."""
    path = tmp_path / "x.ndjson"
    path.write_text("\n".join((json.dumps(patient("a")), *BAD, json.dumps(patient("b")))))
    with pytest.raises(Refused) as refused:
        ids(path)
    assert refused.value.refusal.issues[0].location == f"{path}:2"
    told: list[str] = []
    good = list(
        resources_of(path, "Patient", lambda one: told.append(one.refusal.issues[0].location))
    )
    assert [decode(body)["id"] for body in good] == ["a", "b"]
    assert told == [f"{path}:{number}" for number in (2, 3, 4, 5)]


def test_a_line_without_end_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards: memory filled by one line."""
    monkeypatch.setattr("hygie.lines.read_lines.__defaults__", (50,))
    path = tmp_path / "x.ndjson"
    path.write_text(json.dumps(patient("a" * 60)) + "\n" + '{"resourceType":"Patient","id":"b"}')
    told: list[str] = []
    assert (
        len(list(resources_of(path, "Patient", lambda r: told.append(r.refusal.issues[0].rule))))
        == 1
    )
    assert told == ["view.line"]


def test_batches_are_bounded_and_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards: memory that grows with the files; rows out of order."""
    monkeypatch.setattr(sources, "BATCH_RESOURCES", 3)
    for number in range(4):
        lines = (json.dumps(patient(f"{number}{place}")) for place in range(2))
        (tmp_path / f"{number}.ndjson").write_text("\n".join(lines))
    heard: list[int] = []
    found = list(batches(sorted(tmp_path.iterdir()), "Patient", read=heard.append))
    assert [batch.num_rows for batch in found] == [3, 3, 2]
    texts = [text.as_py() for batch in found for text in batch.column("resource")]
    assert [json.loads(text)["id"] for text in texts] == [
        "00",
        "01",
        "10",
        "11",
        "20",
        "21",
        "30",
        "31",
    ]
    assert sum(heard) == sum(path.stat().st_size for path in tmp_path.iterdir())
