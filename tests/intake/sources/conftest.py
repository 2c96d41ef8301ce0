"""A registry, and the directories that its administrator opened."""

from pathlib import Path

import pytest

from hygie.intake.sources.declaration import Folder, Mllp, Source
from hygie.intake.sources.ground import Ground
from hygie.intake.sources.registry import Sources


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    for name in ("depots", "secrets", "elsewhere"):
        (tmp_path / name).mkdir()
    return Ground((tmp_path / "depots",), (tmp_path / "secrets",), lambda: {"labo"})


@pytest.fixture
def sources(store, ground) -> Sources:
    return Sources(store, ground)


@pytest.fixture
def deposit(tmp_path: Path, ground):
    """deposit("labo", **values) -> a source that watches a folder of its own."""

    def made(name, **values):
        path = tmp_path / "depots" / name
        path.mkdir(exist_ok=True)
        return Source(name=name, way=Folder(path=str(path)), **values)

    return made


@pytest.fixture
def wire():
    """wire("gam", 2575) -> a source that listens."""

    def made(name, port=2575, **values):
        return Source(name=name, way=Mllp(port=port, **values))

    return made
