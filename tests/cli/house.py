"""A data directory, and the commands on it, as real processes."""

import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx

HYGIE = [sys.executable, "-c", "from hygie.cli import main; main()"]
ADMISSION = """\
MSH|^~\\&|GAM|CLINIQUE|HYGIE|CLINIQUE|20260102101500||ADT^A01^ADT_A01|CLI-1|P|2.5^FRA^2.11|||||FRA|\
UNICODE UTF-8|||2.11^IHE_FRANCE-2.11-PAM
EVN||20260102101500
PID|||900001^^^CLINIQUE&1.2.250.1.999.1&ISO^PI||DUVALLON^ZÉLIE^ZÉLIE^^^^L||19700304|F\
||||||||||||||||||||||||PROV
PV1||I|MED^101^1^CLINIQUE||||||||||||||||V900001^^^CLINIQUE&1.2.250.1.999.2&ISO^VN\
|||||||||||||||||||||||||20260102101500
ZBE|MVT900001^CLINIQUE|20260102101500||INSERT|N||^^^^^^UF^^^MED|||HMS
"""
WRONG = ADMISSION.replace("CLI-1", "CLI-2").replace("ADT^A01^ADT_A01", "ADT^A99^ADT_A01")


def run(data: Path, *words: str, answer: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HYGIE_DATA": str(data), "LC_ALL": "C.UTF-8", **more}
    environment.pop("HYGIE_DATABASE_URL", None)
    return subprocess.run(
        [*HYGIE, *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        input=answer,
    )


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for(address: str) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            if httpx.get(f"{address}/health").status_code == 200:
                return address
        time.sleep(0.1)
    raise AssertionError("the server did not start")
