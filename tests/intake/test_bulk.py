"""Guards against losses in bulk: lines that are cut, wrong, doubled, or that change meanwhile."""

import json

import pytest

from hygie.intake import dispatch
from hygie.intake.folder import contents
from hygie.limits import MAX_LISTED_REFUSALS
from hygie.refusal import Refused


def basic(name, text="x"):
    return json.dumps({"resourceType": "Basic", "id": name, "code": {"text": text}}).encode()


@pytest.fixture
def ingest(gateway, tmp_path, monkeypatch):
    """ingest(line, …) -> summary, in batches of a few lines."""
    monkeypatch.setattr(dispatch, "RESOURCES_TOGETHER", 7)
    folder = tmp_path / "drop"
    folder.mkdir()

    async def run(*lines, end=b"\n"):
        (folder / "x.ndjson").write_bytes(b"\n".join(lines) + end)
        return await gateway.ingest([folder])

    return run


WRONG = {
    "json.truncated": b'{"resourceType":"Basic","id":"w","code":{"te',
    "json.encoding": b'{"resourceType":"Basic","id":"w","code":{"text":"\xe9"}}',
    "json.syntax": b'{"resourceType":"Basic","id":"w","code":{"text":"\x00"}}',
    "json.surrogate": b'{"resourceType":"Basic","id":"w","code":{"text":"\\ud800"}}',
    "json.duplicate-key": b'{"resourceType":"Basic","id":"w","id":"v","code":{"text":"x"}}',
    "json.trailing": b'{"resourceType":"Basic","id":"w","code":{"text":"x"}}}',
    "json.depth": b'{"resourceType":"Basic","x":' + b"[" * 70 + b"]" * 70 + b"}",
    "json.resource-type": b'{"id":"w"}',
    "value.control": b'{"resourceType":"Basic","id":"w","code":{"text":"\\u0000"}}',
    "structure.required": b'{"resourceType":"Basic","id":"w"}',
    "structure.resource-type": b'{"resourceType":"Unicorn","id":"w"}',
}


async def test_each_wrong_line_is_kept_with_its_reason_and_place(ingest, gateway, everything):
    """A file held back, or cut short, by one of its lines; a line that nobody finds again."""
    lines = [line for wrong in WRONG.values() for line in (basic(f"b{len(wrong)}"), wrong, b" ")]
    good = {line for line in lines if line.endswith(b'"x"}}') and b'"b' in line}
    summary = await ingest(*lines)
    assert summary.quarantined == len(WRONG)
    assert summary.filed == len(good)
    entries = await gateway.quarantine(100)
    assert {entry.rule for entry in entries} == set(summary.reasons) == set(WRONG)
    for entry in entries:
        number = int(entry.name.rpartition(":")[2])
        kept = await gateway.entry(entry.id)
        assert kept.content == lines[number - 1] == WRONG[entry.rule]
    assert len(await everything("Basic")) == len(good)


async def test_doubles_and_versions_in_one_file(ingest, everything):
    """A version made of nothing; or an older one that wins."""
    summary = await ingest(
        basic("a", "1"), basic("a", "1"), basic("b"), basic("a", "2"), basic("b"), basic("a", "1"),
    )  # fmt: skip
    assert (summary.filed, summary.duplicates) == (4, 2)
    found = {r["id"]: r for r in await everything("Basic")}
    assert {name: r["meta"]["versionId"] for name, r in found.items()} == {"a": "3", "b": "1"}
    assert found["a"]["code"]["text"] == "1"


async def test_what_has_no_id_is_created(ingest, everything):
    """Resources without id that are lost, or merged into one."""
    line = b'{"resourceType":"Basic","code":{"text":"x"}}'
    assert (await ingest(*[line] * 20)).filed == 20
    assert len(await everything("Basic")) == 20


async def test_conditional_references_are_resolved(ingest, everything):
    """A reference kept as a question, because it came in bulk."""
    system = "urn:oid:1.2.3"
    patient = {
        "resourceType": "Patient",
        "id": "p",
        "identifier": [{"system": system, "value": "1"}],
    }
    asking = {"reference": f"Patient?identifier={system}|1"}
    flag = {"resourceType": "Flag", "status": "active", "code": {"text": "x"}, "subject": asking}
    await ingest(json.dumps(patient).encode())
    summary = await ingest(json.dumps(flag).encode())
    assert (summary.filed, summary.reasons) == (1, {})
    assert [f["subject"]["reference"] for f in await everything("Flag")] == ["Patient/p"]


async def test_what_comes_one_by_one_is_known_again_as_well(ingest, gateway, everything):
    """A resource that needed resolving, said to be filed anew at every import of its file."""
    asking = {"reference": "Patient?identifier=urn:oid:1.2.3|1"}
    patient = {"resourceType": "Patient", "id": "p",
               "identifier": [{"system": "urn:oid:1.2.3", "value": "1"}]}  # fmt: skip
    flag = {"resourceType": "Flag", "id": "f", "status": "active", "code": {"text": "x"}}
    await ingest(json.dumps(patient).encode())
    line = json.dumps(flag | {"subject": asking}).encode()
    first, again = await ingest(line), await ingest(line)
    assert [(one.filed, one.duplicates) for one in (first, again)] == [(1, 0), (0, 1)]
    assert [found["meta"]["versionId"] for found in await everything("Flag")] == ["1"]
    assert (await gateway.counts()).states == {"filed": 2, "duplicate": 1}


async def test_counts_say_how_many_resources_came(ingest, gateway):
    """A page of flows that counts commits for resources."""
    await ingest(*(basic(f"b{n}") for n in range(20)), b"{")
    await ingest(*(basic(f"b{n}") for n in range(15)))
    counts = await gateway.counts()
    assert counts.states == {"filed": 20, "quarantined": 1, "duplicate": 15}
    assert sum(flow.count for flow in counts.flows) == 36


async def test_reports_are_bounded(gateway, tmp_path):
    """A report that fills the memory, or the screen, with what is wrong."""
    many = MAX_LISTED_REFUSALS + 50
    folder = tmp_path / "drop"
    folder.mkdir()
    for number in range(many):
        (folder / f"{number}.pdf").write_bytes(b"%PDF")
    summary = await gateway.ingest([folder])
    assert (summary.refused, len(summary.refusals)) == (many, MAX_LISTED_REFUSALS)


def test_a_file_that_changes_is_read_as_far_as_it_goes(tmp_path):
    """A crash, or a reading without end, when somebody still writes the file."""
    path = tmp_path / "x.ndjson"
    lines = [basic(f"b{n}") for n in range(5_000)]
    path.write_bytes(b"\n".join(lines))
    reading = contents(path)
    assert next(reading).raw == lines[0]
    with path.open("r+b") as file:
        file.truncate(200_001)
    seen = [content.raw for content in reading]
    assert seen[:-1] == lines[1 : len(seen)]
    assert lines[len(seen)].startswith(seen[-1])


def test_a_file_that_goes_away_is_refused(tmp_path):
    """A traceback in place of a sentence."""
    (tmp_path / "x.ndjson").symlink_to(tmp_path / "nowhere")
    with pytest.raises(Refused) as caught:
        list(contents(tmp_path / "x.ndjson"))
    assert caught.value.refusal.issues[0].rule == "intake.unreadable"


async def test_a_faulty_line_met_again_is_still_faulty(gateway, tmp_path):
    """Danger: an import that a crash interrupted tells a line in quarantine as one it has filed."""
    (tmp_path / "one.ndjson").write_text('{"resourceType":"Basic","id":"a","code":{}}\n{"x":1}\n')
    first, again = [await gateway.ingest([tmp_path]) for _ in range(2)]
    assert (first.quarantined, first.waiting) == (2, 0)
    assert (again.duplicates, again.waiting) == (2, 2)
    assert {one.path for one in again.quarantine} == {one.path for one in first.quarantine}
