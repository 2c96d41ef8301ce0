"""Clients of another make (PyPI `hl7`, with its `mllp_send`) feed the gateway."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from datetime import UTC, datetime

import pytest
from hl7.client import MLLPClient
from hl7.mllp import open_hl7_connection
from tests.intake.listening.wires import free_port, until

from hygie.hl7v2.framing import frame
from hygie.intake.listening.gauge import Gauge
from hygie.intake.listening.mllp import MllpListener, Wires
from hygie.intake.listening.receiving import Receiving
from hygie.intake.sources.declaration import Mllp, Source


@pytest.fixture
async def port(gateway):
    """Of a listener in front of a real gateway."""
    source = Source(name="gam", way=Mllp(port=free_port()))
    gauge = Gauge("gam")
    listener = MllpListener(Wires(lambda: datetime.now(UTC)))
    task = asyncio.create_task(listener.run(source, Receiving(source, gateway), gauge))
    await until(lambda: gauge.phase == "listening")
    yield source.way.port
    task.cancel()
    await asyncio.wait({task})


async def test_its_blocking_client_is_answered(port, write, gateway):
    """An agreement only with ourselves."""

    def send() -> list[bytes]:
        with MLLPClient("127.0.0.1", port) as client:
            return [client.send_message(write("ADT^A28", control=f"C{n}")) for n in range(3)]

    answers = await asyncio.to_thread(send)
    assert [b"MSA|AA|C%d" % n in answer for n, answer in enumerate(answers)] == [True] * 3
    assert (await gateway.counts()).states["filed"] == 3


async def test_its_asyncio_client_reads_the_acknowledgement(port, write):
    """An acknowledgement that another parser does not read."""
    reader, writer = await open_hl7_connection("127.0.0.1", port, encoding="utf-8")
    writer.writeblock(write("ADT^A28", control="C9"))
    await writer.drain()
    answer = await asyncio.wait_for(reader.readmessage(), 10)
    assert (str(answer.segment("MSA")[1]), str(answer.segment("MSA")[2])) == ("AA", "C9")
    writer.close()
    await writer.wait_closed()


async def test_its_command_loads_a_file(port, write, tmp_path):
    """A file of a technician that the usual tool cannot send."""
    file = tmp_path / "messages.hl7"
    file.write_bytes(b"".join(frame(write("ADT^A28", control=f"F{n}")) for n in range(3)))
    code = "from hl7.client import mllp_send; mllp_send()"
    told = ("--file", str(file), "--port", str(port), "127.0.0.1")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, *told, stdout=PIPE, stderr=PIPE
    )
    out, err = await asyncio.wait_for(process.communicate(), 30)
    assert (out.count(b"MSA|AA|F"), err) == (3, b"")
