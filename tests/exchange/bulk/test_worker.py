"""Guards exports against crashes, cancels, erasures, full disks, altered files."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from tests.disk import small_disk

from hygie.exchange.bulk import files, making, worker
from hygie.exchange.bulk.asked import Asked
from hygie.exchange.bulk.exports import Exports
from hygie.exchange.bulk.files import require_whole
from hygie.exchange.bulk.parts import Parts
from hygie.exchange.bulk.worker import Worker
from hygie.refusal import Refused
from hygie.sight import EVERYTHING
from hygie.store.keys.erasure import destroy
from hygie.store.reading import moment
from hygie.trace import Context

CLIENT = Context(actor="warehouse", kind="client", sight=EVERYTHING)
OBSERVATIONS = Asked(url="http://x/$export", types=("Observation", "Patient"))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file for every few resources."""
    monkeypatch.setattr(moment, "ROWS", 5)
    monkeypatch.setattr(making, "MAX_EXPORT_FILE_BYTES", 1_000)


async def everything(_token):
    """What the token of an export gives to see."""
    return EVERYTHING


@pytest.fixture
def exports(store, tmp_path):
    return Exports(store, tmp_path, everything)


@pytest.fixture
def work(store, exports):
    return Worker(store, exports, settle_seconds=0)


@pytest.fixture
async def ward(store, context):
    """Patients of ten observations each."""
    resources = []
    for patient in ("ada", "bob", "eve"):
        resources.append({"resourceType": "Patient", "id": patient})
        resources += [observation(f"{patient}-{number}", patient) for number in range(10)]
    for resource in resources:
        await store.update(context, resource)
    await asyncio.sleep(0.003)


def observation(name, patient):
    return {
        "resourceType": "Observation", "id": name, "status": "final", "code": {"text": "x" * 200},
        "subject": {"reference": f"Patient/{patient}"},
    }  # fmt: skip


async def ids(exports, job, kind="output"):
    """In order of the files; fails when a file is not whole."""
    progress = await exports.progress(CLIENT, job)
    found = []
    for file in progress.files:
        if file.kind == kind and file.count:
            require_whole(exports.place(progress.export, file.number), file.digest)
            lines = b"".join(exports.content(progress.export, file)).splitlines()
            assert len(lines) == file.count
            found += [json.loads(line)["id"] for line in lines]
    return found


async def state(exports, job):
    progress = await exports.progress(CLIENT, job)
    return progress.export.state, progress.export.rule


WHOLE = {f"{p}-{n}" for p in ("ada", "bob", "eve") for n in range(10)} | {"ada", "bob", "eve"}


async def test_an_export_is_in_bounded_files(work, exports, ward, small):
    """A file that grows without bound; a resource twice, or in none."""
    job = await exports.ask(CLIENT, OBSERVATIONS)
    await work.once()
    found = await ids(exports, job)
    assert sorted(found) == sorted(WHOLE)
    sizes = [file.size for file in (await exports.progress(CLIENT, job)).files]
    assert len(sizes) > 5
    assert max(sizes) < 6_000


async def test_what_was_begun_is_gone_on_with(store, work, exports, ward, small, monkeypatch):
    """An export begun anew, cut short, or with parts of two moments, after a crash."""
    job = await exports.ask(CLIENT, OBSERVATIONS)
    made = []
    whole = Parts.make

    async def cut(self, *given, **more):
        if len(made) == 3:
            raise ConnectionError  # as when the database goes away
        made.append(await whole(self, *given, **more))
        return made[-1]

    monkeypatch.setattr(Parts, "make", cut)
    with pytest.raises(ConnectionError):
        await work.once()
    monkeypatch.undo()
    before = await exports.progress(CLIENT, job)
    assert before.export.state == "asked"
    assert len(before.files) == 3
    await store.update(CLIENT, observation("later", "ada"))
    await store.delete(CLIENT, "Observation", "eve-9")
    other = Worker(store, Exports(store, exports.folder.parent, everything), settle_seconds=0)
    await other.once()
    assert sorted(await ids(exports, job)) == sorted(WHOLE)
    after = await exports.progress(CLIENT, job)
    assert [file.digest for file in after.files[:3]] == [file.digest for file in before.files]


async def test_two_processes_make_one_export_once(store, exports, ward, small):
    """Two processes that write over each other's files."""
    workers = [
        Worker(store, Exports(store, exports.folder.parent, everything), settle_seconds=0)
        for _ in range(3)
    ]
    jobs = [await exports.ask(CLIENT, OBSERVATIONS) for _ in range(3)]
    while [await state(exports, job) for job in jobs] != [("done", "")] * 3:
        await asyncio.gather(*(one.once() for one in workers))
    for job in jobs:
        assert sorted(await ids(exports, job)) == sorted(WHOLE)


async def test_a_large_export_lets_others_through(work, exports, ward, small, monkeypatch):
    """A small export that waits for hours behind a large one."""
    monkeypatch.setattr(worker, "TURN_SECONDS", 0)
    large = await exports.ask(CLIENT, OBSERVATIONS)
    tiny = await exports.ask(CLIENT, Asked(url="", types=("Patient",)))
    await work.once()
    await work.once()
    assert (await state(exports, tiny))[0] == "done"
    assert (await state(exports, large))[0] == "asked"


async def test_cancelled_midway_it_stops_and_leaves_nothing(
    work, exports, ward, small, monkeypatch
):
    """A cancelled export that goes on, or leaves data behind."""
    job = await exports.ask(CLIENT, OBSERVATIONS)
    whole, made = Parts.make, []

    async def cancelled(self, *given, **more):
        made.append(1)
        if len(made) == 2:
            await exports.cancel(CLIENT, job)
        return await whole(self, *given, **more)

    monkeypatch.setattr(Parts, "make", cancelled)
    await work.once()
    assert len(made) == 2
    assert not exports.folder.exists() or list(exports.folder.iterdir()) == []
    with pytest.raises(Refused, match=r"export\.unknown"):
        await exports.progress(CLIENT, job)


async def test_an_erased_patient_leaves_finished_files(store, work, exports, ward, small):
    """Data of somebody who was erased, given out of a file made before."""
    job = await exports.ask(CLIENT, OBSERVATIONS)
    await work.once()
    before = await exports.progress(CLIENT, job)
    await destroy(store, CLIENT, "bob", "asked", settle_seconds=0)
    assert not (await exports.progress(CLIENT, job)).finished
    refused = [
        file for file in before.files if file.count and not await is_given(exports, job, file)
    ]
    assert 2 <= len(refused) < len(before.files)
    await work.once()
    assert (await exports.progress(CLIENT, job)).finished
    assert set(await ids(exports, job)) == {one for one in WHOLE if not one.startswith("bob")}
    kept = {path.name for path in (exports.folder / str(job)).iterdir()}
    after = await exports.progress(CLIENT, job)
    assert kept == {str(file.number) for file in after.files if file.count}


async def test_only_who_asked_sees_it(work, exports, ward):
    """Another client that follows, reads or cancels what is not its own."""
    job = await exports.ask(CLIENT, OBSERVATIONS)
    await work.once()
    other = Context(actor="somebody", kind="client", sight=EVERYTHING)
    for asked in (
        exports.progress(other, job), exports.file(other, job, 1), exports.cancel(other, job)
    ):  # fmt: skip
        with pytest.raises(Refused, match=r"export\.unknown"):
            await asked
    assert (await state(exports, job))[0] == "done"


async def is_given(exports, job, file):
    try:
        await exports.file(CLIENT, job, file.number)
    except Refused as refused:
        return refused.refusal.issues[0].rule != "export.file-remade"
    return True


async def test_what_expired_is_removed(store, work, exports, ward):
    """Data that stay on the disk for ever; folders that nothing leads to."""
    job = await exports.ask(CLIENT, OBSERVATIONS)
    await work.once()
    progress = await exports.progress(CLIENT, job)
    assert progress.export.expires - progress.export.finished == timedelta(hours=24)
    lost = exports.folder / str(UUID(int=1))
    lost.mkdir()
    query = "UPDATE hygie.export SET expires = now() - interval '1 s'"
    await store.pool.execute(query)
    await work.once()
    assert list(exports.folder.iterdir()) == []
    assert await store.pool.fetchval("SELECT count(*) FROM hygie.export_file") == 0


async def test_what_does_not_open_is_named_and_the_rest_exported(store, work, exports, ward):
    """An export that fails for one altered row, or that hides it."""
    key = store.keyring.reference("Observation", "ada-3")
    await store.pool.execute(
        "UPDATE hygie.resource SET body = set_byte(body, 20, get_byte(body, 20) # 1) "
        "WHERE key = $1", key,
    )  # fmt: skip
    job = await exports.ask(CLIENT, OBSERVATIONS)
    await work.once()
    assert sorted(await ids(exports, job)) == sorted(WHOLE - {"ada-3"})
    progress = await exports.progress(CLIENT, job)
    (error,) = [file for file in progress.files if file.kind == "error"]
    (line,) = b"".join(exports.content(progress.export, error)).splitlines()
    assert json.loads(line)["resourceType"] == "OperationOutcome"


async def test_a_full_disk_is_said_and_leaves_nothing(store, ward, small, tmp_path, monkeypatch):
    """Half an export taken for the whole; a disk that the database cannot write to any more."""
    with small_disk(tmp_path, megabytes=1) as disk:
        monkeypatch.setattr(files, "MIN_FREE_DISK_BYTES", 0)
        exports = Exports(store, disk, everything)
        (disk / "ballast").write_bytes(bytes(1024 * 1024 - 12 * 1024))
        job = await exports.ask(CLIENT, OBSERVATIONS)
        await Worker(store, exports, settle_seconds=0).once()
        assert await state(exports, job) == ("failed", "export.disk-full")
        assert list(exports.folder.iterdir()) == []
        assert (await exports.progress(CLIENT, job)).files == []


async def test_room_is_left_for_the_database(store, ward, exports, work, monkeypatch):
    """An export that takes the last byte of PostgreSQL's disk."""
    monkeypatch.setattr(files, "MIN_FREE_DISK_BYTES", 2**62)
    job = await exports.ask(CLIENT, OBSERVATIONS)
    await work.once()
    assert await state(exports, job) == ("failed", "export.disk-full")


async def test_nothing_is_plain_on_the_disk(work, exports, ward):
    """Health data that whoever takes the disk can read."""
    await exports.ask(CLIENT, OBSERVATIONS)
    await work.once()
    written = [path for path in exports.folder.rglob("*") if path.is_file()]
    assert written
    for path in written:
        assert b"Observation" not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("harm", ["swapped", "cut", "absent", "chunks"])
async def test_a_file_that_is_not_what_was_written_is_refused(
    work, exports, ward, small, monkeypatch, harm
):
    """Another's file, or half of one, given out as this one."""
    monkeypatch.setattr(files, "CHUNK_BYTES", 512)
    job = await exports.ask(CLIENT, OBSERVATIONS)
    await work.once()
    progress = await exports.progress(CLIENT, job)
    file, other = [one for one in progress.files if one.count][:2]
    do_harm(harm, *(exports.place(progress.export, one.number).path for one in (file, other)))
    with pytest.raises(Refused, match=r"export\.file-altered"):
        await exports.file(CLIENT, job, file.number)
    if harm != "absent":  # and without the digest in the database
        with pytest.raises(Refused, match=r"export\.file-altered"):
            b"".join(exports.content(progress.export, file))


def do_harm(harm: str, path: Path, other: Path) -> None:
    raw = path.read_bytes()
    match harm:
        case "swapped":
            path.write_bytes(other.read_bytes())
        case "cut":
            path.write_bytes(raw[: _first_chunk(raw)])
        case "chunks":
            first = _first_chunk(raw)
            second = _first_chunk(raw[first:])
            path.write_bytes(raw[first : first + second] + raw[:first] + raw[first + second :])
        case "absent":
            path.unlink()


def _first_chunk(raw: bytes) -> int:
    return 4 + int.from_bytes(raw[:4], "big")
