"""What an administrator is told of a provider before anybody signs in."""

from typing import Any

import msgspec
from tests.access.federation.conftest import Desk
from tests.access.federation.simulator import Simulator

from hygie.access.federation.declaration import Provider


async def test_a_provider_that_does_its_part(desk: Desk, simulator: Simulator) -> None:
    """Guards against a check that is content without having asked."""
    report = await desk.federation.examine("psc")
    assert report.well
    assert simulator.requests == ["wallet-openid-configuration", "certs"]
    assert any("will not say when a session there ends" in one for one in report.remarks)


async def test_a_provider_that_is_down(desk: Desk, simulator: Simulator) -> None:
    """Guards against a check that breaks, or says that all is well."""
    simulator.faults = {"down certs"}
    assert (await desk.federation.examine("psc")).faults == ("federation.down.503",)


async def test_a_declaration_that_does_not_fit(desk_of: Any, provider: Provider) -> None:
    """Guards against a fault found at eight o'clock by the first who signs in."""
    other = msgspec.structs.replace(
        provider, authentication="client_secret_basic", algorithms=("ES256",)
    )
    faults = (await desk_of(other).federation.examine("psc")).faults
    assert [one.partition(":")[0] for one in faults] == ["authentication", "algorithms"]
