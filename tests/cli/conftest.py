"""One directory, and one server on it, for the tests of commands."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.house import ADMISSION, HYGIE, WRONG, free_port, run, wait_for


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory into which two messages were ingested, one of them wrong."""
    directory = tmp_path_factory.mktemp("house") / "data"
    messages = tmp_path_factory.mktemp("messages")
    (messages / "admission.hl7").write_text(ADMISSION)
    (messages / "wrong.hl7").write_text(WRONG)
    done = run(directory, "ingest", str(messages), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["filed"] == 1
    assert json.loads(done.stdout)["quarantined"] == 1
    return directory


@pytest.fixture(scope="session")
def server(data: Path) -> Iterator[str]:
    """The address of `hygie serve` on that directory."""
    port = free_port()
    command = [*HYGIE, "serve", "--data", str(data), "--port", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        yield wait_for(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        assert process.wait(30) == 0
        assert not (data / "postgres" / "postmaster.pid").exists(), "PostgreSQL was left running"
