"""The server of a house on a database of its own, asked as clients and browsers ask it."""

import os
import random
import re
import tempfile
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

import httpx
from starlette.applications import Starlette
from starlette.types import ASGIApp
from tests.worlds.asking import Ask

from hygie.access import csrf
from hygie.api import FhirApp, Rooms, fhir_app
from hygie.bootstrap.front import pages_of, routes
from hygie.bootstrap.house import House, furnished
from hygie.exchange.bulk.worker import Worker
from hygie.settings import Settings
from hygie.store.keys.envelope import unlock
from hygie.web.cookies import SESSION

BASE: Final = "http://hospital.test"
PAGES: Final = 40
"""Followed of one answer, at most."""
OURS: Final = ("etag", "last-modified", "location", "link", "content-type", "content-location",
               "allow", "www-authenticate", "retry-after", "hx-redirect", "x-progress")  # fmt: skip
MASKS: Final = (
    (re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"), "ID"),
    (re.compile(r"_cursor=[^\"&\s>;]*"), "_cursor=C"),
    (re.compile(r'name="jeton" value="[^"]*"'), "JETON"),
    (re.compile(r'("(?:lastUpdated|lastModified|recorded|timestamp)":)"[^"]*"'), r"\1T"),
    (re.compile(r'"effectivePeriod":\{[^}]*\}'), "PERIOD"),
    (re.compile(r"courbes-[0-9a-f]{8}"), "courbes"),
    (re.compile(r"Imprimé par [^<.]*"), "Imprimé"),
    (re.compile(r'<(lastUpdated|instant) value="[^"]*"'), r"<\1 T"),
    (re.compile(r"\b20[2-9]\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(?:Z|\+\d\d:\d\d)"), "T"),
    (re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} [\d:]{8} GMT"), "T"),
    (re.compile(r"audit-?\d+|trace-?\d+"), "TRACE"),
)  # fmt: skip
"""What differs between two houses whatever there is: ids made at random, the time, numbers of
traces, which count what everybody did."""
NEXT: Final = re.compile(r'"relation":"next","url":"([^"]*)"')


_chance: ContextVar[random.Random | None] = ContextVar("chance", default=None)


class _Chance:
    """`os`, as the module `uuid` sees it: what a request makes has the same ids in both houses, so
    that it is found in the same order."""

    @staticmethod
    def urandom(size: int) -> bytes:
        chance = _chance.get()
        return os.urandom(size) if chance is None else chance.randbytes(size)


uuid.os = _Chance  # type: ignore[attr-defined]


class Site:
    """One house, served to one actor: `bearer` on the API, `session` on the pages."""

    def __init__(self, house: House, fhir: FhirApp, app: ASGIApp) -> None:
        self.house = house
        self.fhir = fhir
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url=BASE, timeout=60)
        self._asked = 0
        self.bearer = self.session = ""
        self.statuses: Counter[tuple[str, int]] = Counter()

    async def told(self, ask: Ask) -> str:
        """The answer, page after page, without what differs anyway."""
        said, path = "", ask.path
        self._draw()
        for _ in range(PAGES):
            answer = await self._send(ask._replace(path=path))
            self.statuses[kind_of(ask), answer.status_code] += 1
            said += f"{answer.status_code} {_headers(answer)} {answer.text}\n"
            more = NEXT.search(answer.text)
            if more is None or ask.method != "GET":
                break
            path = more[1].removeprefix(BASE)
        return plain(said)

    async def json(self, ask: Ask) -> Any:
        self._draw()
        return (await self._send(ask)).json()

    def _draw(self) -> None:
        self._asked += 1
        _chance.set(random.Random(f"ask {self._asked}"))

    async def _send(self, ask: Ask) -> httpx.Response:
        headers, body = dict(ask.headers), ask.body
        given: dict[str, Any] = {}
        if ask.path.startswith(("/fhir", "/cds-services")):
            headers["authorization"] = f"Bearer {self.bearer}"
            given = {"content": body} if isinstance(body, str) else {"json": body}
        else:
            headers |= {"cookie": f"{SESSION}={self.session}", "sec-fetch-site": "same-origin"}
            if ask.method == "POST":
                given = {"data": {**body, "jeton": csrf(self.session)}}
        if body is None and ask.method != "POST":
            given = {}
        return await self._client.request(ask.method, ask.path, headers=headers, **given)

    async def export(self, path: str) -> str:
        """What comes out of it, line by line."""
        asked = Ask("GET", path, None, (("prefer", "respond-async"),))
        answer = await self._send(asked)
        if answer.status_code != 202:
            return plain(f"{answer.status_code} {answer.text}")
        await Worker(self.house.store, self.house.exports, settle_seconds=0).once()
        where = answer.headers["content-location"].removeprefix(BASE)
        found = await self._send(Ask("GET", where))
        lines: list[str] = []
        for one in (*found.json().get("output", ()), *found.json().get("deleted", ())):
            file = await self._send(Ask("GET", one["url"].removeprefix(BASE)))
            lines += [f"{one['type']} {line}" for line in file.text.splitlines()]
        return plain(f"{found.status_code} {found.text[:0]}" + "\n".join(sorted(lines)))

    async def close(self) -> None:
        await self._client.aclose()


def kind_of(ask: Ask) -> str:
    """What was asked, without whom it is about: "GET Observation/?"."""
    path = ask.path.partition("?")[0].removeprefix("/fhir")
    return f"{ask.method} " + re.sub(r"[a-z]+\d+(-\d+)?\b|\bself\b", "?", path)


def plain(text: str) -> str:
    for pattern, instead in MASKS:
        text = pattern.sub(instead, text)
    return text


def _headers(answer: httpx.Response) -> dict[str, str]:
    return {name: answer.headers[name] for name in OURS if name in answer.headers}


@asynccontextmanager
async def opened(dsn: str, folder: Path) -> AsyncIterator[Site]:
    """`folder`: of all houses. They have one master key, for one is a copy of another."""
    with tempfile.TemporaryDirectory(dir=folder) as own:
        async with _opened(dsn, Settings(data=Path(own), second_factor="optional"), folder) as site:
            yield site


@asynccontextmanager
async def _opened(dsn: str, settings: Settings, folder: Path) -> AsyncIterator[Site]:
    keys = await unlock(dsn, folder / "master.key", generate=True)
    async with furnished(settings, keys, dsn) as house:
        rooms = Rooms(
            store=house.store, repository=house.repository, access=house.access,
            standards=house.standards, terminology=house.terminology, exports=house.exports,
            imports=house.imports, subscriptions=house.subscriptions, sources=house.sources,
            posts=house.posts, ledger=house.ledger,
        )  # fmt: skip
        fhir, pages = fhir_app(rooms, version="0"), Starlette(routes=routes(house, pages_of(house)))

        async def app(scope: Any, receive: Any, send: Any) -> None:
            await (fhir if scope["path"].startswith("/fhir") else pages)(scope, receive, send)

        site = Site(house, fhir, app)
        try:
            yield site
        finally:
            await site.close()
