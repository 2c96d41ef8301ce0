"""An import that is interrupted: by Ctrl-C, by `kill -9`, by the loss of one of its processes."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

HYGIE = [sys.executable, "-c", "from hygie.cli import main; main()"]
LINES = 24_000

pytestmark = pytest.mark.slow


def command(data: Path, *words: str) -> list[str]:
    return [*HYGIE, "ingest", *words, "--data", str(data), "--jobs", "2", "--json"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "all.ndjson"
    lines = (
        json.dumps({"resourceType": "Basic", "id": f"b{n}", "code": {"text": f"{n}"}})
        for n in range(LINES)
    )
    path.write_text("\n".join(lines))
    return path


def begun(data: Path, file: Path) -> "subprocess.Popen[str]":
    """An import under way, some of which is stored."""
    running = subprocess.Popen(
        command(data, str(file)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while len(children(running.pid)) < 2 or busy(running.pid) < 0.5:
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return running


def children(pid: int) -> list[int]:
    """Processes of ours that file for it: forked, so of the same command."""
    own = Path(f"/proc/{pid}/cmdline").read_bytes()
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(c) for c in found if Path(f"/proc/{c}/cmdline").read_bytes() == own]


def busy(pid: int) -> float:
    """Seconds of processor time that its processes have used."""
    ticks = 0
    for child in children(pid):
        fields = Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def again(data: Path, file: Path) -> dict[str, int]:
    done = subprocess.run(
        command(data, str(file)), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    summary: dict[str, int] = json.loads(done.stdout)
    return summary


def test_ctrl_c_ends_it_with_an_account(tmp_path: Path, file: Path) -> None:
    """Guards: an interruption that leaves nobody knowing what was filed."""
    data = tmp_path / "data"
    running = begun(data, file)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert "Interrompu" in err
    filed = json.loads(out)["filed"]
    assert 0 < filed < LINES
    summary = again(data, file)
    assert (summary["duplicates"], summary["filed"]) == (filed, LINES - filed)


def test_a_killed_import_is_taken_up(tmp_path: Path, file: Path) -> None:
    """Guards: resources lost, or stored twice, after `kill -9`; processes that live on."""
    data = tmp_path / "data"
    running = begun(data, file)
    others = children(running.pid)
    running.kill()
    running.communicate(timeout=60)
    deadline = time.monotonic() + 60
    while any(Path(f"/proc/{pid}").exists() for pid in others):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    summary = again(data, file)
    assert summary["filed"] + summary["duplicates"] == LINES
    assert summary["duplicates"] > 0


def test_a_lost_process_is_said(tmp_path: Path, file: Path) -> None:
    """Guards: an import that waits for ever, or ends well, without one of its processes."""
    data = tmp_path / "data"
    running = begun(data, file)
    os.kill(children(running.pid)[0], signal.SIGKILL)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 1
    assert "run the same command again" in err
    assert "Traceback" not in err
    summary = again(data, file)
    assert summary["filed"] + summary["duplicates"] == LINES
