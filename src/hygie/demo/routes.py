"""The route of the demonstration clinic: what a system downstream would get, as files."""

from pathlib import Path
from typing import Final

from hygie.demo.sources import CONTEXT
from hygie.exchange.routes.declaration import Folder, Produce, Route
from hygie.exchange.routes.registry import Routes

NAME: Final = "aval"
UNIT: Final = "3110"
"""One unit: enough to see, and nothing that a small machine is busy with for long."""


def demo_route(dispatches: Path) -> Route:
    """Patients, and the stays, results and documents of one unit."""
    return Route(
        name=NAME, title="Vers un logiciel en aval (fichiers)", content=Produce(units=(UNIT,)),
        destination=Folder(path=str((dispatches / NAME).absolute())),
    )  # fmt: skip


async def declare_route(routes: Routes, dispatches: Path) -> None:
    """Unless somebody has declared any; what is loaded already is told once it is served."""
    if await routes.declared():
        return
    declared = await routes.declare(demo_route(dispatches), CONTEXT)
    await routes.loads.ask(declared.value, CONTEXT)
