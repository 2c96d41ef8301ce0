"""Exports that are interrupted by `kill -9`, gone on with, and compared with the store."""

import json
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from tests.acceptance import house as served
from tests.acceptance.house import House

SLOWLY = """
import asyncio
from hygie.exchange.bulk import folder, making, parts, worker
from hygie.store.reading import moment

async def slowly(self, *given, **more):
    await asyncio.sleep(0.1)
    return await whole(self, *given, **more)

whole = making.Making.part
making.Making.part = slowly
making.MAX_EXPORT_FILE_BYTES = 10_000
moment.ROWS = 50
worker.Worker.__init__.__defaults__ = (0.2,)
folder.FolderExport.run.__defaults__ = (0.2,)

from hygie.cli import main
main()
"""
"""The command, with parts small and slow enough to be interrupted between them."""
COUNT, PARTS = 600, 3
SECONDS = 60
Lines = set[str]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A served store of some resources, each changed once."""
    monkeypatch.setattr(served, "HYGIE", [sys.executable, "-c", SLOWLY])
    source = tmp_path / "resources.ndjson"
    with House(tmp_path) as house:
        token = house.run("token", "create", "--scope", "system/*.cruds", "--name", "all")
        house.tokens = {"all": token.strip()}
        for text in ("before", "after"):
            source.write_text("".join(basic(number, text) for number in range(COUNT)))
            house.run("ingest", str(source), "--jobs", "1")
        yield house


def basic(number: int, text: str) -> str:
    resource = {"resourceType": "Basic", "id": f"b{number}", "code": {"text": text}}
    return json.dumps(resource) + "\n"


def local(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path.removeprefix('/fhir')}?{parts.query}"


def until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def parts_made(house: House) -> int:
    return int(house.value("SELECT count(*) FROM hygie.export_file WHERE type = 'Basic'"))


def downloaded(client: httpx.Client, where: str) -> Lines:
    """All lines of an export, once it is finished; each once."""
    until(lambda: client.get(where).status_code == 200)
    lines: list[str] = []
    for file in client.get(where).json()["output"]:
        lines += client.get(local(file["url"])).text.splitlines()
    assert len(lines) == len(set(lines))
    return set(lines)


def written(folder: Path) -> Lines:
    files = json.loads((folder / "manifest.json").read_text())["output"]
    lines: list[str] = []
    for file in files:
        lines += (folder / file["url"]).read_text().splitlines()
    assert len(lines) == len(set(lines)) == sum(file["count"] for file in files)
    return set(lines)


def test_an_export_goes_on_after_kill_9(own: House, tmp_path: Path) -> None:
    """Guards: an export lost with the server, or one that comes back with holes or twice the same,
    or with what was written since."""
    with own.client() as client:
        answer = client.get("/$export", headers={"Prefer": "respond-async"})
        where = local(answer.headers["content-location"])
        until(lambda: parts_made(own) >= PARTS)
    own.kill()
    own.start()
    kept = parts_made(own)
    assert kept >= PARTS
    with own.client() as client:
        assert client.get(where).status_code == 202
        change = {"resourceType": "Basic", "id": "b7", "code": {"text": "meanwhile"}}
        assert client.put("/Basic/b7", json=change).status_code == 200
        found = downloaded(client, where)
        assert client.put("/Basic/b7", json=change | {"code": {"text": "after"}}).is_success
    assert parts_made(own) > kept
    assert len(found) == COUNT
    assert all('"text":"after"' in line for line in found)
    own.run("export", "--to", str(tmp_path / "out"))
    present = written(tmp_path / "out")
    assert {line for line in found if '"id":"b7"' not in line} == {
        line for line in present if '"id":"b7"' not in line
    }


def test_a_folder_is_finished_after_kill_9(own: House, tmp_path: Path) -> None:
    """Guards: an export begun anew each time, or a folder that looks whole and is not."""
    own.run("export", "--to", str(tmp_path / "whole"), "--json")
    folder = tmp_path / "cut"
    running = own.launch("export", "--to", str(folder))
    until(lambda: len(list(folder.glob("Basic.*.ndjson"))) >= PARTS)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert not (folder / "manifest.json").exists()
    first = (folder / "Basic.0001.ndjson").stat().st_mtime_ns
    other = own.launch("export", "--to", str(folder), "--type", "Basic")
    assert other.wait(SECONDS) == 1  # another export does not mix with this one
    other.communicate()
    own.run("export", "--to", str(folder))
    assert (folder / "Basic.0001.ndjson").stat().st_mtime_ns == first
    assert written(folder) == written(tmp_path / "whole")
    assert {path.stat().st_mode & 0o077 for path in folder.iterdir()} == {0}
