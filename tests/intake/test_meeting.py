"""Guards against what two do who meet over one message: an import and a server, two imports, a
server that starts. Here each is stopped where the other may come in between."""

import json

import pytest

from hygie.fhir.validate import base_validator
from hygie.identity import Identity
from hygie.intake import Gateway, settling
from hygie.store.interactions import Repository

CREATING = {
    "resourceType": "Bundle",
    "type": "transaction",
    "entry": [
        {
            "resource": {"resourceType": "Basic", "code": {"text": "x"}},
            "request": {"method": "POST", "url": "Basic"},
        }
    ],
}


@pytest.fixture
def other(store) -> Gateway:
    """A second gateway on the same store, as another process has."""
    return Gateway(store, Repository(store, base_validator()), Identity(store))


@pytest.fixture
def meanwhile(monkeypatch):
    """meanwhile(owner, "method", act): `act` runs once, just before that method first does."""

    def arrange(owner, name, act):
        real = getattr(owner, name)

        async def after(*given):
            monkeypatch.setattr(owner, name, real)
            await act()
            return await real(*given)

        monkeypatch.setattr(owner, name, after)

    return arrange


def folder_of(tmp_path, **files):
    drop = tmp_path / "drop"
    drop.mkdir()
    for name, raw in files.items():
        (drop / name).write_bytes(raw)
    return drop


async def test_two_imports_of_one_folder_add_up(
    gateway, other, write, everything, meanwhile, tmp_path
):
    """A message that one import kept and the other filed, told by neither as filed."""
    raws = {f"m{n}": write("ADT^A28", person={3: f"{n}^^^CH&1.2.3&ISO^PI"}) for n in range(3)}
    drop = folder_of(tmp_path, **raws)
    told = []

    async def import_too():
        told.append(await other.ingest([drop]))

    meanwhile(gateway.settler, "settle", import_too)
    told.append(await gateway.ingest([drop]))
    assert sum(one.filed for one in told) == len(raws), told
    assert sum(one.duplicates for one in told) == len(raws), told
    assert [one.reasons for one in told] == [{}, {}]
    assert len(await everything("Patient")) == len(raws)


async def test_who_kept_a_message_is_told_what_another_made_of_it(gateway, other, write, meanwhile):
    """An acknowledgement "received" of a message that waits in quarantine."""
    raw = write("ADT^A40", extra=["MRG|8002^^^CH&1.2.3&ISO^PI"])
    meanwhile(gateway.settler, "settle", lambda: other.receive("gam", raw))
    receipt = await gateway.receive("gam", raw)
    assert (receipt.state, receipt.issues[0].rule) == ("quarantined", "merge.unknown-patient")


async def test_a_bundle_is_carried_out_once(gateway, other, everything, meanwhile):
    """What a transaction creates, made by each of the two that had it in hand."""
    raw = json.dumps(CREATING).encode()
    told = []

    async def send_too():
        told.append(await other.receive("labo", raw))

    meanwhile(gateway.settler, "_bundle", send_too)
    told.append(await gateway.receive("labo", raw))
    assert [receipt.state for receipt in told] == ["duplicate", "filed"]
    assert len(await everything("Basic")) == 1


async def test_a_failure_does_not_undo_what_another_filed(
    gateway, other, write, everything, meanwhile, monkeypatch
):
    """A message filed and in quarantine at once, which somebody then replays."""

    real, fails = settling.file_arrival, iter([True])

    async def fails_once(work):
        if next(fails, False):
            raise KeyError("MARTIN")
        return await real(work)

    raw = write("ADT^A28")
    monkeypatch.setattr(settling, "file_arrival", fails_once)
    meanwhile(gateway.settler, "_failed", lambda: other.receive("gam", raw))
    receipt = await gateway.receive("gam", raw)
    assert (receipt.state, receipt.issues) == ("filed", ())
    assert (await gateway.entry(receipt.id)).state == "filed"
    assert len(await everything("Patient")) == 1


async def test_a_server_that_starts_leaves_what_an_import_has_just_filed(
    gateway, other, meanwhile, leave
):
    """A Bundle filed, its content let go, and then quarantined as empty."""
    raw = json.dumps(CREATING).encode()
    await leave(raw)
    meanwhile(gateway.settler, "settle", lambda: other.receive("labo", raw))
    await gateway.resume()
    assert (await gateway.counts()).states == {"filed": 1, "duplicate": 1}


async def test_what_was_left_waiting_is_filed_before_what_comes_after_it(
    gateway, write, zbe, leave, monkeypatch
):
    """A discharge filed before the admission that a crash left behind."""
    admitted = write("ADT^A01", visit="V1", extra=[zbe("M1", "202601101200")])
    left = write("ADT^A03", visit="V1", extra=[zbe("M2", "202601111200")])
    await leave(admitted)
    filed = []
    real = settling.file_arrival

    async def noted(work):
        filed.append(work.admission.arrival.event)
        return await real(work)

    monkeypatch.setattr(settling, "file_arrival", noted)
    receipts = await gateway.receive_all("gam", [left, admitted])
    assert [receipt.state for receipt in receipts] == ["filed", "duplicate"]
    assert filed == ["ADT^A01", "ADT^A03"]


async def test_two_imports_of_one_file_of_resources_add_up(
    gateway, other, meanwhile, everything, tmp_path
):
    """Resources that both imports say they filed, and one did."""
    lines = [{"resourceType": "Basic", "id": f"b{n}", "code": {"text": "x"}} for n in range(5)]
    raw = b"\n".join(json.dumps(line).encode() for line in lines)
    drop = folder_of(tmp_path, **{"x.ndjson": raw})
    told = []

    async def import_too():
        told.append(await other.ingest([drop]))

    meanwhile(gateway.importer._repository, "load", import_too)
    told.append(await gateway.ingest([drop]))
    assert sum(one.filed for one in told) == len(lines), told
    assert sum(one.duplicates for one in told) == len(lines), told
    assert {r["meta"]["versionId"] for r in await everything("Basic")} == {"1"}
