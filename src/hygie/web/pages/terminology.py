"""/terminologie: what codes mean here. Nothing of a patient is on these pages."""

from typing import Final

import msgspec
from starlette.responses import Response

from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.catalogue import Catalogue
from hygie.fhir.terminology.expansion import expand
from hygie.fhir.terminology.reading import Json
from hygie.nomenclature.listing import Kind, matching
from hygie.refusal import Category, Refused, refuse
from hygie.web.desk import Desk, Visit
from hygie.web.messages import NO_SUCH_TERMS
from hygie.web.present.terms import (
    ConceptView,
    SystemView,
    TermLine,
    read_concept,
    read_expansion,
    read_lines,
    read_system,
    roots,
    system_link,
    value_set_link,
)
from hygie.web.rendering import render

SHOWN: Final = 100
FOUND: Final = 60
LONGEST: Final = 400
"""Characters of what is looked for."""


class Found(msgspec.Struct, frozen=True):
    """What is shown of one code system."""

    system: SystemView
    lines: tuple[TermLine, ...]
    concept: ConceptView | None


async def show(desk: Desk, visit: Visit) -> Response:
    """What there is: nomenclatures, or value sets (`?genre=jeux`)."""
    kind: Kind = "ValueSet" if _asked(visit, "genre") == "jeux" else "CodeSystem"
    said = _asked(visit, "q")
    found = matching(await desk.terminology.listed(), kind, said)
    link = system_link if kind == "CodeSystem" else value_set_link
    return render(
        desk, visit, "terminologie.html", kind=kind, said=said, count=len(found),
        lines=[(one, link(one.url)) for one in found[:SHOWN]],
    )  # fmt: skip


async def show_system(desk: Desk, visit: Visit) -> Response:
    """One nomenclature, searched by words; and one of its codes."""
    url, said, code = _asked(visit, "url"), _asked(visit, "q"), _asked(visit, "code")
    found = await desk.terminology.ask(lambda catalogue: _found(catalogue, url, said, code))
    return render(desk, visit, "nomenclature.html", found=found, said=said, code=code)


async def show_value_set(desk: Desk, visit: Visit) -> Response:
    """The codes of a value set, or why they cannot be listed."""
    url, said = _asked(visit, "url"), _asked(visit, "q")
    catalogue = await desk.terminology.current()
    value_set = catalogue.value_set(url)
    if value_set is None:
        raise refuse(Category.NOT_FOUND, "web.no-terms", NO_SUCH_TERMS, code="not-found")
    expansion, reason = await _expansion(desk, url, said)
    return render(
        desk, visit, "jeu.html", url=url, said=said, title=value_set.title, reason=reason,
        total=expansion.get("expansion", {}).get("total"),
        lines=list(read_expansion(expansion)), resource=value_set.resource,
    )  # fmt: skip


async def _expansion(desk: Desk, url: str, said: str) -> tuple[Json, str]:
    query = [("url", url), ("count", str(SHOWN)), ("displayLanguage", "fr")]
    asked = Asked(query=[*query, *([("filter", said)] if said else [])])
    try:
        return await desk.terminology.ask(lambda catalogue: expand(catalogue, None, asked)), ""
    except Refused as refused:
        return {}, refused.refusal.issues[0].text("fr")


def _found(catalogue: Catalogue, url: str, said: str, code: str) -> Found:
    system = catalogue.system(url)
    if system is None:
        raise refuse(Category.NOT_FOUND, "web.no-terms", NO_SUCH_TERMS, code="not-found")
    codes = system.search(said, FOUND) if said else roots(system, FOUND)
    concept = system.find(code) if code else None
    view = read_concept(system, concept) if concept else None
    return Found(read_system(system), read_lines(system, codes), view)


def _asked(visit: Visit, name: str) -> str:
    return visit.request.query_params.get(name, "").strip()[:LONGEST]
