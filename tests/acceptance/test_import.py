"""An import that a served house makes with processes of its own, interrupted by `kill -9`."""

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from tests.acceptance.house import House

COUNT, WRONG = 4_000, 1_234
SECONDS = 90
Json = dict[str, object]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def source(tmp_path: Path) -> Iterator[str]:
    """Where a file of many resources is, one of its lines wrong."""
    lines = [
        json.dumps({"resourceType": "Basic", "id": f"b{number}", "code": {"text": "x"}})
        for number in range(1, COUNT + 1)
    ]
    lines[WRONG - 1] = lines[WRONG - 1][:-1]
    served = tmp_path / "served"
    served.mkdir()
    (served / "1.ndjson").write_text("\n".join(lines))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(served)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/1.ndjson"
    server.shutdown()
    server.server_close()


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A house that may import from this machine."""
    house = House(tmp_path)
    named = {"HYGIE_IMPORT_SOURCES": "127.0.0.1", "HYGIE_OUTBOUND_ALLOW": "127.0.0.1"}
    known = house._environment()
    monkeypatch.setattr(
        house, "_environment", lambda: known | named | {"HYGIE_DATA": str(house.data)}
    )
    with house:
        token = house.run("token", "create", "--scope", "system/*.cruds", "--name", "all")
        house.tokens = {"all": token.strip()}
        yield house


def local(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path.removeprefix('/fhir')}?{parts.query}"


def running(house: House) -> list[int]:
    """Processes that make an import of this house."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            ours = b"HYGIE_DATA=%b" % str(house.data).encode()
            if b"imports" in words and ours in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def filed(house: House) -> int:
    return int(house.value("SELECT count(*) FROM hygie.resource"))


def finished(client: httpx.Client, where: str) -> Json:
    deadline = time.monotonic() + SECONDS
    while (answer := client.get(where)).status_code == 202:
        assert time.monotonic() < deadline
        time.sleep(0.5)
    assert answer.status_code == 200, answer.text
    result: Json = answer.json()
    return result


def test_an_import_goes_on_after_kill_9(own: House, source: str) -> None:
    """Guards: an import that is lost with a process, or files twice; a wrong line that is not told,
    or that holds up the others."""
    with own.client() as client:
        body = {"input": [{"type": "Basic", "url": source}]}
        answer = client.post("/$import", json=body, headers={"Prefer": "respond-async"})
        assert answer.status_code == 202, answer.text
        where = local(answer.headers["content-location"])
        deadline = time.monotonic() + SECONDS
        while filed(own) < COUNT // 8:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        killed = running(own)
        assert killed
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        result = finished(client, where)
        (output,) = result["output"]  # type: ignore[misc]
        assert output["count"] == COUNT - 1
        (error,) = result["error"]  # type: ignore[misc]
        (told,) = client.get(local(error["url"])).text.splitlines()
        assert json.loads(told)["issue"][0]["details"]["text"].startswith(f"Ligne {WRONG} :")
    assert filed(own) == COUNT - 1
