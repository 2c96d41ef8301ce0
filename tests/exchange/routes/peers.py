"""MLLP peers that answer as told, for routes that send to them."""

import asyncio
import contextlib

from hygie.hl7v2.framing import frame


def control_of(message: bytes) -> str:
    return message.decode("latin-1").split("\r")[0].split("|")[9]


def acknowledgement(code: str, control: str, error: str = "") -> bytes:
    err = f"ERR|||{error}\r" if error else ""
    return f"MSH|^~\\&|E||||||ACK|1|P|2.5\rMSA|{code}|{control}\r{err}".encode()


class Peer:
    """Keeps what it got, in order, and answers as told: a code, bytes as they are, or
    `None` (nothing), `...` (closes); then AA."""

    def __init__(self, *answers: object, pause: float = 0.0) -> None:
        self.answers = list(answers)
        self.got: list[bytes] = []
        self.pause = pause
        self.arrived = asyncio.Event()
        self.at_once = 0
        self.most_at_once = 0

    @property
    def controls(self) -> list[str]:
        return [control_of(message) for message in self.got]

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                message = (await reader.readuntil(b"\x1c\r"))[1:-2]
                self.got.append(message)
                self.arrived.set()
                self.at_once += 1
                self.most_at_once = max(self.most_at_once, self.at_once)
                await asyncio.sleep(self.pause)
                self.at_once -= 1
                answer = self.answers.pop(0) if self.answers else "AA"
                if answer is ...:
                    return
                if isinstance(answer, str):
                    code, _, error = answer.partition(" ")
                    answer = frame(acknowledgement(code, control_of(message), error))
                if isinstance(answer, bytes):
                    writer.write(answer)
                    await writer.drain()

    async def until(self, count: int, seconds: float = 10.0) -> None:
        async with asyncio.timeout(seconds):
            while len(self.got) < count:
                self.arrived.clear()
                await self.arrived.wait()
