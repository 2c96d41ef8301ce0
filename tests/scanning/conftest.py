"""A real clamd, which knows one signature: that of the EICAR test file."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hygie.scanning import Clamd, read_clamd

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""In two parts: a scanner of the developer's own would take this file away."""
NAME = "Eicar-Test-Signature.UNOFFICIAL"
STARTED_SECONDS = 60
CONFIGURATION = """
LocalSocket {folder}/clamd.sock
DatabaseDirectory {folder}/db
PidFile {folder}/clamd.pid
Foreground yes
StreamMaxLength 1M
"""


@pytest.fixture(scope="session")
def clamd_socket() -> Iterator[Path]:
    program = shutil.which("clamd", path="/usr/sbin:/usr/bin")
    if program is None:
        pytest.skip("clamd (Debian: clamav-daemon) is not installed")
    folder = Path(tempfile.mkdtemp(prefix="clamd"))  # short: sockets' paths are
    (folder / "db").mkdir()
    (folder / "db" / "eicar.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n")
    (folder / "clamd.conf").write_text(CONFIGURATION.format(folder=folder))
    server = subprocess.Popen(
        [program, "--config-file", str(folder / "clamd.conf")],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield _started(server, folder / "clamd.sock")
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _started(server: "subprocess.Popen[bytes]", socket: Path) -> Path:
    for _ in range(STARTED_SECONDS * 10):
        if socket.exists():
            return socket
        if server.poll() is not None:
            break
        time.sleep(0.1)
    pytest.fail("clamd did not start")


@pytest.fixture
def clamd(clamd_socket: Path) -> Clamd:
    return Clamd(read_clamd(f"unix:{clamd_socket}"))
