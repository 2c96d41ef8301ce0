"""Guards what is told to services of others, and what they say on a record's pages."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import KeySet
from tests.web.conftest import PASSWORD, Page, Site, token_of

from hygie.exchange.hooks.calling import Calling
from hygie.exchange.hooks.declaration import Declared
from hygie.outbound.outbound import Outbound
from hygie.outbound.permission import read_permission

pytestmark = pytest.mark.asyncio(loop_scope="session")
CARD = {
    "summary": "Voir <script>alert(1)</script> l’interaction", "indicator": "warning",
    "source": {"label": "Base <b>"}, "detail": "**gras** ![x](https://evil.example/x.png)",
    "links": [
        {"label": "Lire", "url": "https://aide.example/x", "type": "absolute"},
        {"label": "Mauvais", "url": "javascript:alert(1)", "type": "absolute"},
    ],
    "suggestions": [{"label": "Prescrire"}],
}  # fmt: skip


@dataclass
class Service:
    """Another's, on this machine: keeps what it is sent, answers what it is told to."""

    body: bytes = json.dumps({"cards": [CARD]}).encode()
    seconds: float = 0
    port: int = 0
    heads: list[str] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            int(line.split(":")[1])
            for line in head.lower().split("\r\n")
            if "content-length" in line
        )
        self.heads.append(head)
        self.calls.append(json.loads(await reader.readexactly(length)))
        await asyncio.sleep(self.seconds)
        said = f"HTTP/1.1 200 OK\r\nContent-Length: {len(self.body)}\r\n\r\n".encode()
        writer.write(said + self.body)
        writer.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/cds-services/essai"


@pytest_asyncio.fixture(loop_scope="session")
async def service() -> AsyncIterator[Service]:
    service = Service()
    server = await asyncio.start_server(service.answer, "127.0.0.1", 0)
    service.port = server.sockets[0].getsockname()[1]
    yield service
    server.close()


@pytest_asyncio.fixture(loop_scope="session")
async def advised(site: Site, service: Service) -> AsyncIterator[Site]:
    """The site, where physicians are advised."""
    outbound = Outbound(read_permission("127.0.0.1"))
    yield site.rebuilt(calling=calling(site, service, outbound, "physician"))
    await outbound.close()


def calling(site: Site, service: Service, outbound: Outbound, role: str) -> Calling:
    declared = Declared(
        name="essai", title="Essai", url=service.url, roles=(role,),
        scopes="patient/Patient.r patient/Observation.s?category=laboratory",
        prefetch={
            "patient": "Patient/{{context.patientId}}",
            "results": "Observation?patient={{context.patientId}}",
            "everybody": "Observation?_count=5",
        },
    )  # fmt: skip
    return Calling(site.store, site.access, outbound, (declared,), "http://localhost")


@asynccontextmanager
async def entered(site: Site, role: str) -> AsyncIterator[httpx.AsyncClient]:
    async with site.visitor() as browser:
        page = await browser.get("/connexion")
        fields = {"jeton": token_of(page.text), "compte": role, "secret": PASSWORD}
        assert (await browser.post("/connexion", data=fields)).status_code == 303
        yield browser


async def test_a_record_is_advised_after_it_is_shown(advised: Site, service: Service) -> None:
    """Guards: a page that waits for a service of others, or runs what it says."""
    async with entered(advised, "physician") as browser:
        page = await browser.get("/patients/aubin")
        assert 'hx-get="/patients/aubin/aides"' in page.text
        assert service.calls == []
        text = (await browser.get("/patients/aubin/aides")).text
    assert "Voir &lt;script&gt;" in text
    assert "<script>alert" not in text
    assert "evil.example" in text
    assert "<img" not in text
    assert [a["href"] for a in Page(text).all("a") if a.get("rel")] == ["https://aide.example/x"]
    assert "Mauvais" not in text
    assert "Prescrire" not in text


async def test_what_is_sent_is_what_was_agreed(advised: Site, service: Service) -> None:
    """Guards: data of other patients, or of other kinds than were declared, sent away."""
    async with entered(advised, "physician") as browser:
        await browser.get("/patients/aubin/aides")
    (call,) = service.calls
    assert call["hook"] == "patient-view"
    assert call["context"]["patientId"] == "aubin"
    assert call["context"]["userId"].startswith("Practitioner/")
    assert "physician" not in json.dumps(call["context"])
    assert call["prefetch"]["patient"]["id"] == "aubin"
    for name in ("results", "everybody"):
        found = [one["resource"] for one in call["prefetch"][name]["entry"]]
        assert found
        assert {one["subject"]["reference"] for one in found} == {"Patient/aubin"}
        codes = {one["category"][0]["coding"][0]["code"] for one in found}
        assert codes == {"laboratory"}
    assert "fhirServer" not in call


async def test_the_sending_is_signed_and_on_record(advised: Site, service: Service) -> None:
    """Guards: a service that cannot tell us from others; and data that left without a trace."""
    async with entered(advised, "physician") as browser:
        await browser.get("/patients/aubin/aides")
    header = next(one for one in service.heads[0].split("\r\n") if one.startswith("Authorization:"))
    keys = KeySet.import_key_set({"keys": await advised.access.smart.issuing.published()})
    claims = jwt.decode(header.split()[-1], keys, algorithms=["RS256"]).claims
    assert (claims["iss"], claims["aud"]) == ("http://localhost", service.url)
    assert claims["exp"] - claims["iat"] == 60
    entries = [one.entry for one in await advised.ledger.recent(20)]
    sent = next(one for one in entries if one.action == "ask-advice")
    assert sent.context.actor == "physician"
    assert sent.patient == advised.store.keyring.reference("Patient", "aubin")
    assert service.url in sent.detail
    assert "patient, results, everybody" in sent.detail


async def test_a_service_that_fails_is_said_to(advised: Site, service: Service) -> None:
    """Guards: silence that is read as « rien à signaler », and pages that hang."""
    async with entered(advised, "physician") as browser:
        service.body = b'{"cards": []}'
        assert "rien à signaler" in (await browser.get("/patients/aubin/aides")).text
        service.body = b"<html>"
        assert "pas de réponse" in (await browser.get("/patients/aubin/aides")).text
        service.body, service.seconds = b'{"cards": []}', 5
        begun = asyncio.get_running_loop().time()
        assert "pas de réponse" in (await browser.get("/patients/aubin/aides")).text
        assert asyncio.get_running_loop().time() - begun < 4


async def test_roles_that_were_not_named_ask_nobody(advised: Site, service: Service) -> None:
    """Guards: data sent because of somebody whom the agreement does not name."""
    outbound = Outbound(read_permission("127.0.0.1"))
    others = advised.rebuilt(calling=calling(advised, service, outbound, "nurse"))
    async with entered(others, "physician") as browser:
        assert "/aides" not in (await browser.get("/patients/aubin")).text
        page = await browser.get("/patients/aubin/aides")
        assert "Aucune aide n’est déclarée" in page.text
    async with entered(others, "nurse") as browser:  # of whom this patient is not in the care
        assert (await browser.get("/patients/aubin/aides")).status_code == 303
    async with entered(others, "technician") as browser:
        assert (await browser.get("/patients/aubin/aides")).status_code == 403
    assert service.calls == []
    await outbound.close()


async def test_an_unseen_record_is_not_told_of(advised: Site, service: Service) -> None:
    """Guards: ids that are sent away without there being such a record."""
    async with entered(advised, "physician") as browser:
        assert (await browser.get("/patients/nobody/aides")).status_code == 404
    assert service.calls == []
