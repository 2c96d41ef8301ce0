"""Guards against files left out, counted wrong, or imported twice."""

import json

import pytest

from hygie.fhir.definitions import r4
from hygie.fhir.xml import write_xml
from hygie.files import walk
from hygie.intake.folder import contents
from hygie.refusal import Refused

PATIENT = {"resourceType": "Patient", "id": "p1", "active": True}
INVALID = {"resourceType": "Patient", "id": "p2", "colour": "blue"}


@pytest.fixture
def folder(tmp_path):
    """A folder of its own: the keyring lies beside it."""
    (tmp_path / "drop").mkdir()
    return tmp_path / "drop"


def put(where, name, content):
    where.mkdir(parents=True, exist_ok=True)
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    (where / name).write_bytes(data)


async def test_a_folder_of_everything_is_accounted_for(gateway, write, everything, folder):
    """A file of which nobody can say what became of it."""
    put(folder / "adt", "1.hl7", write("ADT^A28"))
    put(folder / "adt", "batch.hl7", b"BHS|^~\\&|GAM\r" + b"".join(
        write("ADT^A28", person={3: f"{n}^^^CH&1.2.3&ISO^PI"}) for n in range(3)
    ) + b"BTS|3\r")  # fmt: skip
    put(folder / "fhir", "p.json", PATIENT)
    put(folder / "fhir", "bad.json", INVALID)
    put(folder / "fhir", "cut.json", b'{"resourceType": "Patient", "id"')
    put(folder / "fhir", "all.ndjson", b"\n".join(
        json.dumps({"resourceType": "Basic", "id": f"b{n}", "code": {"text": "x"}}).encode()
        for n in range(5)
    ))  # fmt: skip
    put(folder, "README.md", b"read me")
    put(folder, "empty.hl7", b"")
    put(folder, ".hidden", b"MSH|")
    seen = []
    summary = await gateway.ingest([folder], lambda done, total: seen.append((done, total)))
    assert (summary.files, summary.filed, summary.quarantined, summary.refused) == (8, 10, 2, 2)
    assert summary.reasons == {
        "structure.unknown-element": 1, "intake.unsupported-kind": 1, "intake.empty": 1,
        "json.truncated": 1,
    }  # fmt: skip
    size = sum(path.stat().st_size for path in walk([folder]))
    assert seen[-1] == (size, size)
    assert seen == sorted(seen)
    assert len(await everything("Patient")) == 5
    again = await gateway.ingest([folder])
    assert (again.filed, again.duplicates, again.quarantined) == (0, 12, 0)
    assert len(await everything("Patient")) == 5


async def test_xml_is_filed_as_the_json_of_the_same_resource(gateway, everything, folder):
    """A supplier that writes XML whose files are refused, or filed as something else."""
    patient = PATIENT | {"name": [{"family": "Durand <&>", "given": ["Ève"]}]}
    xml = write_xml(patient, r4())
    put(folder, "a.xml", xml)
    put(folder, "b.xml", write_xml(patient | {"id": "p3"}, r4(), pretty=True))
    entry = {"resource": patient | {"id": "p4"}, "request": {"method": "PUT", "url": "Patient/p4"}}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
    put(folder, "c.xml", write_xml(bundle, r4()))
    put(folder, "order.xml", xml.replace(b"<id ", b"<gendre value='a'/><id "))
    put(folder, "cut.xml", xml[:-20])
    put(folder, "entity.xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>' + xml)
    put(folder, "other.xml", b"<html/>")
    summary = await gateway.ingest([folder])
    assert (summary.filed, summary.quarantined, summary.refused) == (3, 3, 1)
    assert summary.reasons["xml.doctype"] == summary.reasons["xml.syntax"] == 1
    filed = await everything("Patient")
    assert sorted(one["id"] for one in filed) == ["p1", "p3", "p4"]
    assert all(one["name"] == patient["name"] for one in filed)
    again = await gateway.ingest([folder])
    assert (again.filed, again.duplicates) == (0, 6)


async def test_a_bundle_is_filed_whole_or_not_at_all(gateway, everything, folder):
    """A record of which a part is missing because its 50th resource was wrong."""
    entries = [
        {"resource": {"resourceType": "Basic", "code": {"text": f"{n}"}},
         "request": {"method": "POST", "url": "Basic"}}
        for n in range(60)
    ]  # fmt: skip
    wrong = [*entries[:50], {**entries[50], "resource": {"resourceType": "Basic"}}, *entries[51:]]
    bundle = {"resourceType": "Bundle", "type": "transaction"}
    put(folder, "wrong.json", bundle | {"entry": wrong})
    summary = await gateway.ingest([folder])
    assert (summary.filed, summary.quarantined) == (0, 1)
    assert await everything("Basic") == []
    [entry] = await gateway.quarantine(10)
    assert entry.place.startswith("Bundle.entry[50]")
    put(folder, "right.json", bundle | {"entry": entries})
    assert (await gateway.ingest([folder / "right.json"])).filed == 1
    assert (await gateway.ingest([folder / "right.json"])).duplicates == 1
    assert len(await everything("Basic")) == 60


async def test_a_collection_is_emptied_and_a_document_kept_whole(gateway, everything, folder):
    """A signed document taken apart; or a collection of patients filed as one Bundle."""
    entry = {"fullUrl": "http://example.org/Patient/p1", "resource": PATIENT}
    put(folder, "c.json", {"resourceType": "Bundle", "type": "collection", "entry": [entry]})
    composition = {
        "resourceType": "Composition", "id": "c", "status": "final", "type": {"text": "CR"},
        "date": "2026-01-10", "author": [{"display": "x"}], "title": "CR",
    }  # fmt: skip
    put(folder, "d.json", {
        "resourceType": "Bundle", "type": "document", "timestamp": "2026-01-10T10:00:00Z",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2"},
        "entry": [{"fullUrl": "http://example.org/Composition/c", "resource": composition}],
    })  # fmt: skip
    summary = await gateway.ingest([folder])
    assert (summary.filed, summary.reasons) == (2, {})
    assert [p["id"] for p in await everything("Patient")] == ["p1"]
    assert len(await everything("Bundle")) == 1
    assert await everything("Composition") == []


async def test_the_latest_version_wins_and_the_former_can_come_again(gateway, everything, folder):
    """A resource that cannot be set back because its content came once before."""
    put(folder, "a.json", PATIENT)
    put(folder, "b.json", PATIENT | {"active": False})
    await gateway.ingest([folder / "a.json", folder / "b.json", folder / "a.json"])
    [patient] = await everything("Patient")
    assert (patient["active"], patient["meta"]["versionId"]) == (True, "3")


async def test_one_invalid_resource_does_not_hold_back_a_file(gateway, everything, folder):
    """A thousand resources refused for one."""
    lines = [{"resourceType": "Basic", "id": f"b{n}", "code": {"text": "x"}} for n in range(30)]
    lines[7] = {"resourceType": "Basic", "id": "b7"}
    put(folder, "x.ndjson", b"\n".join(json.dumps(line).encode() for line in lines))
    summary = await gateway.ingest([folder])
    assert (summary.filed, summary.quarantined) == (29, 1)
    [entry] = await gateway.quarantine(10)
    assert (await gateway.entry(entry.id)).content == json.dumps(lines[7]).encode()


def test_folders_are_walked_in_order_and_links_are_not_followed(folder):
    """Messages filed out of order; or a loop of links walked for ever."""
    for name in ("b/2", "a/1", "a/3", "c"):
        put((folder / name).parent, (folder / name).name, b"x")
    (folder / "loop").symlink_to(folder)
    assert [str(p.relative_to(folder)) for p in walk([folder])] == ["a/1", "a/3", "b/2", "c"]


@pytest.mark.parametrize("content", [b"", b" \n", b"%PDF-1.4", b"<html></html>", b"id;name\n1;x"])
def test_other_files_are_refused_with_a_reason(folder, content):
    """A file passed over in silence."""
    put(folder, "x", content)
    with pytest.raises(Refused) as caught:
        list(contents(folder / "x"))
    assert caught.value.refusal.issues[0].text("fr")
