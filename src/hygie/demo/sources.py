"""The sources of the demonstration clinic: who sends what, and how it comes in from now on."""

import asyncio
import os
from pathlib import Path
from typing import Final

from hygie.intake.sources.declaration import Folder, Mllp, Source
from hygie.intake.sources.registry import Sources
from hygie.trace import Context

ADMISSIONS_PORT: Final = 2575
LABORATORY_PORT: Final = 2576
"""2575 is the port registered for HL7 (IANA); both on this machine only."""
CONTEXT: Final = Context(actor="demo", kind="system")


def demo_sources(data: Path) -> tuple[Source, ...]:
    return (
        Source(
            name="gam", title="Gestion administrative des malades",
            way=Mllp(port=ADMISSIONS_PORT), events=("ADT^*",), order="strict",
        ),
        Source(
            name="labo", title="Laboratoire de biologie",
            way=Mllp(port=LABORATORY_PORT), events=("ORU^*", "OML^*", "ORM^*"),
        ),
        Source(
            name="imagerie", title="Imagerie médicale",
            way=Folder(path=str((data / "depots" / "imagerie").absolute()), pattern="*.hl7"),
        ),
        Source(name="soins", title="Dossier de soins"),
        Source(name="courriers", title="Courriers et lettres de liaison"),
    )  # fmt: skip


async def declare_sources(sources: Sources, data: Path) -> None:
    """Those of the clinic, unless somebody has declared any."""
    if await sources.declared():
        return
    for source in demo_sources(data):
        if isinstance(source.way, Folder):
            await asyncio.to_thread(os.makedirs, source.way.path, exist_ok=True)
        await sources.declare(source, CONTEXT)
