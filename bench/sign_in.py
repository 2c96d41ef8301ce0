"""Signing in while a thousand tries a second guess passwords: a real server, real argon2id."""

import asyncio
import os
import re
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from bench.harness import Figure, Result
from bench.house import directory, house, served

PASSWORD: Final = "Cheval-Agrafe-2026"
PEOPLE: Final = 20
SECONDS: Final = 30
PAUSE_S: Final = 10
"""Between two of one person's sign-ins."""
TRIES_PER_S: Final = 1_000
ADDRESSES: Final = 500
"""Of attackers, in twenty networks; each tries as often as the others."""
GOAL_MS: Final = 1_000
_PROOF: Final = re.compile(r'name="jeton" value="([^"]+)"')


def run() -> Result:
    os.environ["HYGIE_SECOND_FACTOR"] = "optional"  # what is measured is the password
    with directory() as folder:
        asyncio.run(_fill(folder))
        with served(folder) as server:
            port = int(server.address.rpartition(":")[2])
            calm = asyncio.run(_honest(port, 15))
            command = [sys.executable, "-m", "bench.sign_in", str(port)]
            attack = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            time.sleep(3)  # until it is in full swing
            under = asyncio.run(_honest(port, SECONDS))
            told = attack.communicate()[0].split()
    tries, answers = float(told[0]), " ".join(told[1:])
    return Result(
        bench="sign_in",
        data=f"{PEOPLE} people sign in every {PAUSE_S} s, from devices that are known; {ADDRESSES} "
        f"addresses guess passwords of real and invented names (answers: {answers})",
        figures=(
            Figure(name="tries of the attack", ours=round(tries), unit="/s", goal=TRIES_PER_S),
            _figure("sign-in in calm, p95", calm),
            _figure("sign-in under attack, p95", under, GOAL_MS),
            Figure(
                name="sign-ins refused", ours=sum(one is None for one in under), unit="", goal=0
            ),
        ),
    )


def _figure(name: str, times: list[float | None], goal: float | None = None) -> Figure:
    good = sorted(one for one in times if one is not None)
    slow = good[int(len(good) * 0.95)] * 1000
    note = f"median {statistics.median(good) * 1000:.0f} ms of {len(good)}"
    return Figure(name=name, ours=round(slow), unit="ms", goal=goal, note=note)


async def _fill(folder: Path) -> None:
    async with house(folder) as opened:
        for number in range(PEOPLE):
            await opened.access.create_account(
                f"personne{number}", f"Personne {number}", "physician", PASSWORD
            )


# --- Who works here -----------------------------------------------------------------------------


async def _honest(port: int, seconds: float) -> list[float | None]:
    """Seconds that each sign-in took; None for one that was not let in."""
    ends = time.monotonic() + seconds
    people = (_person(port, number, ends) for number in range(PEOPLE))
    return [one for times in await asyncio.gather(*people) for one in times]


async def _person(port: int, number: int, ends: float) -> list[float | None]:
    times: list[float | None] = []
    device = _DEVICES.get(number, "")
    await asyncio.sleep(number * PAUSE_S / PEOPLE)
    while time.monotonic() < ends:
        browser = await Browser.at(port, "127.0.0.1")
        await browser.ask("GET", "/connexion")
        if device:
            browser.cookies["hygie-appareil"] = device
        start = time.perf_counter()
        status = await browser.sign_in(f"personne{number}", PASSWORD)
        took = time.perf_counter() - start
        if device:
            times.append(took if status == 303 else None)
        device = _DEVICES[number] = browser.cookies.get("hygie-appareil", device)
        browser.close()
        await asyncio.sleep(PAUSE_S)
    return times


_DEVICES: Final[dict[int, str]] = {}


# --- Who does not -------------------------------------------------------------------------------


async def _attack(port: int) -> None:
    """Prints the tries a second that were answered, and with what."""
    every = [f"127.{1 + n % 20}.0.{1 + n // 20}" for n in range(ADDRESSES)]
    browsers = await asyncio.gather(*(Browser.at(port, address) for address in every))
    for browser in browsers:
        await browser.ask("GET", "/connexion")
    seen: Counter[int] = Counter()
    start = time.monotonic()
    ends = start + SECONDS + 4
    tries = (_guess(b, n, start, ends, seen) for n, b in enumerate(browsers))
    await asyncio.gather(*tries)
    rate = sum(seen.values()) / (time.monotonic() - start)
    print(f"{rate:.0f}", *(f"{status}:{count}" for status, count in seen.most_common()))


async def _guess(
    browser: "Browser", number: int, start: float, ends: float, seen: Counter[int]
) -> None:
    every = ADDRESSES / TRIES_PER_S
    due = start + number / TRIES_PER_S
    while time.monotonic() < ends:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        due += every
        name = f"personne{number % PEOPLE}" if number % 2 else f"inconnu{due:.6f}"
        seen[await browser.sign_in(name, "Mot-De-Passe-Essaye-1")] += 1


class Browser:
    """As little of one as signs in."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.cookies: dict[str, str] = {}
        self.proof = ""

    @classmethod
    async def at(cls, port: int, address: str) -> "Browser":
        connection = socket.socket()
        connection.setblocking(False)  # noqa: FBT003 - its own name for it
        connection.bind((address, 0))
        await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", port))
        return cls(*await asyncio.open_connection(sock=connection))

    async def sign_in(self, name: str, password: str) -> int:
        """The status of the answer."""
        fields = {"jeton": self.proof, "compte": name, "secret": password}
        return await self.ask("POST", "/connexion", urlencode(fields))

    async def ask(self, method: str, path: str, body: str = "") -> int:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self._writer.write(
            f"{method} {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {cookies}\r\n"
            f"content-type: application/x-www-form-urlencoded\r\ncontent-length: {len(body)}"
            f"\r\n\r\n{body}".encode()
        )
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode()
        lines = head.split("\r\n")
        length = 0
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            if name == "content-length":
                length = int(value)
            elif name == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        text = (await self._reader.readexactly(length)).decode()
        if found := _PROOF.search(text):
            self.proof = found[1]
        return int(lines[0].split()[1])

    def close(self) -> None:
        self._writer.close()


if __name__ == "__main__":
    asyncio.run(_attack(int(sys.argv[1])))
