"""What is asked of a world on the pages, by somebody who signed in."""

import random
from collections.abc import Iterator
from typing import Final

from tests.store.worlds.making import World
from tests.worlds.asking import Ask

PAGES: Final = 24
"""Of each world, of some sixty."""
RECORD: Final = (
    "", "/chronologie", "/resultats", "/resultats/2160-0", "/sejours", "/documents", "/acces",
    "/bris-de-glace", "/applications",
)  # fmt: skip
EVERYWHERE: Final = (
    "/", "/patients", "/presents", "/presents?unite=2210", "/presents?unite=&le=2026-01-05T12:00",
    "/moi/applications", "/droits", "/droits/simulateur", "/bris-de-glace", "/traces",
    "/traces/inhabituelles", "/terminologie", "/outils/fhirpath", "/applications",
)  # fmt: skip


def reads(world: World) -> list[Ask]:
    chance = random.Random(f"pages {world.number}")
    every = [*_records(world), *_everywhere(world)]
    return chance.sample(every, min(PAGES, len(every)))


def _records(world: World) -> Iterator[Ask]:
    for one in [*world.patients, f"none{world.number}"]:
        for part in RECORD:
            yield Ask("GET", f"/patients/{one}{part}")
            yield Ask("GET", f"/patients/{one}{part}", None, (("hx-request", "true"),))
        for kind, id_ in world.versions:
            if kind == "DocumentReference":
                yield Ask("GET", f"/patients/{one}/documents/{id_}")
                yield Ask("GET", f"/patients/{one}/documents/{id_}/contenu")
            if kind in ("Encounter", "Observation", "Condition"):
                yield Ask("GET", f"/patients/{one}/origine/{kind}/{id_}")


def _everywhere(world: World) -> Iterator[Ask]:
    for path in EVERYWHERE:
        yield Ask("GET", path)
    for form in (
        {"nom": "Martin", "naissance": ""}, {"nom": "Dur", "naissance": "03/02/1951"},
        {"naissance": "03/02/1980", "nom": ""}, {"identifiant": f"{world.tag}-1"},
        {"identifiant": f"{world.tag}-2"}, {"nom": "zz"},
    ):  # fmt: skip
        yield Ask("POST", "/patients", form)
    for one in world.patients:
        yield Ask("POST", "/traces/patient", {"patient": one})
        for question in ("lecteurs&type=Observation&refus=1", "dossier&compte=nurse"):
            yield Ask("GET", f"/droits/simulateur?question={question}&patient={one}")
