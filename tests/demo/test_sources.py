"""The declared sources of the demonstration clinic."""

from hygie.bootstrap import open_house
from hygie.demo.sources import declare_sources, demo_sources
from hygie.settings import Settings
from hygie.trace import Context


async def test_the_sources_of_the_clinic_are_declared_once(tmp_path):
    """A source that somebody changed, put back by the next start of the demonstration."""
    async with open_house(Settings(data=tmp_path / "data")) as house:
        await declare_sources(house.sources, house.settings.data)
        found = await house.sources.declared()
        assert [one.value for one in found] == sorted(
            demo_sources(house.settings.data), key=lambda source: source.name
        )
        await house.sources.stop("gam", Context(actor="tim", kind="account"))
        await declare_sources(house.sources, house.settings.data)
        assert not (await house.sources.named("gam")).running
