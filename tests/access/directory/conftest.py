"""A directory, and a house that follows it."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.access.directory.server import (
    BASE,
    GROUPS,
    MISSING,
    PASSWORD,
    READER,
    Slapd,
    available,
    running,
)

from hygie.access import Access
from hygie.access.directory.asking import talk
from hygie.access.directory.declaration import Directory
from hygie.access.directory.people import Person
from hygie.access.directory.reading import everybody
from hygie.access.directory.registry import NAME, read_directory
from hygie.access.directory.synchronising import Synchronised
from hygie.outbound.outbound import Outbound
from hygie.outbound.permission import read_permission
from hygie.trace import Context

NIGHT = Context("console:night", "system", "administration")


@pytest.fixture
def slapd(tmp_path: Path) -> Iterator[Slapd]:
    if not available():
        pytest.skip(MISSING)
    with running(tmp_path / "slapd") as server:
        yield server


def declared(url: str, more: str = "", before: str = "") -> str:
    return f"""
name = "annuaire"
url = "{url}"
ca = "ca.pem"
bind = "{READER}"
secret = "annuaire.secret"
base = "{BASE}"
{before}
[attributes]
national = "employeeNumber"
unit = "departmentNumber"
[[role]]
group = "cn=Medecins, {GROUPS}"
role = "physician"
[[role]]
group = "cn=infirmiers,{GROUPS}"
role = "nurse"
[[role]]
group = "cn=informatique,{GROUPS}"
role = "administrator"
{more}
"""


@dataclass
class Ground:
    """The data directory of a house."""

    data: Path
    access: Access
    outbound: Outbound

    @property
    def secrets(self) -> tuple[Path, ...]:
        return (self.data / "secrets",)

    def declare(self, text: str) -> Directory:
        (self.data / NAME).write_text(text)
        return self.directory()

    def directory(self) -> Directory:
        return read_directory(self.data, self.secrets, self.access.rights)

    async def read(self) -> tuple[Person, ...]:
        one = self.directory()
        return await talk(
            one, self.outbound, self.data, self.secrets, lambda bound: everybody(one, bound)
        )

    async def sync(self, **how: Any) -> Synchronised:
        people = await self.read()
        return await self.access.synchronising.run(self.directory(), people, by=NIGHT, **how)

    async def told(self, **how: Any) -> list[tuple[str, str]]:
        result = await self.sync(**how)
        return sorted((step.kind, step.account) for step in result.plan.steps)


@pytest.fixture
async def bare(tmp_path: Path, access: Access) -> AsyncIterator[Ground]:
    """Without a directory."""
    data = tmp_path / "data"
    (data / "secrets").mkdir(parents=True)
    secret = data / "secrets" / "annuaire.secret"
    secret.write_text(PASSWORD + "\n")
    secret.chmod(0o600)
    outbound = Outbound(read_permission("127.0.0.1,localhost"))
    yield Ground(data, access, outbound)
    await outbound.close()


@pytest.fixture
def ground(bare: Ground, slapd: Slapd) -> Ground:
    (bare.data / "ca.pem").write_bytes(slapd.ca.read_bytes())
    bare.declare(declared(slapd.url))
    return bare


@pytest.fixture
def claire(slapd: Slapd) -> str:
    """A physician of the directory; her distinguished name."""
    dn = slapd.add(
        "claire.morel", "Dr Claire Morel", mail="claire@clinique.fr",
        employeeNumber="10003456789", departmentNumber="urn:uf|CARD",
    )  # fmt: skip
    slapd.join("medecins", dn)
    return dn
