"""Value sets that no one wrote: all of a system, a part of SNOMED CT (R4 §4.9.4, snomedct.html)."""

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from hygie.fhir.terminology.reading import Json
from hygie.fhir.terminology.value_set import ValueSet

if TYPE_CHECKING:
    from hygie.fhir.terminology.catalogue import Catalogue

SNOMED: Final = "http://snomed.info/sct"
MEMBER: Final = "memberOf"
"""Property of a SNOMED CT concept that names the reference sets it is in."""
ECL: Final = re.compile(r"\s*(<<|<|\^|)\s*([0-9]{6,18})\s*", re.ASCII)
MEANT: Final = {
    "<<": ("concept", "is-a"),
    "<": ("concept", "descendent-of"),
    "^": (MEMBER, "="),
    "": ("concept", "="),
}


def implicit_value_set(catalogue: "Catalogue", canonical: str) -> ValueSet | None:
    """The set that a canonical implies; None when it implies none, or of an unknown system.

    `SYSTEM?fhir_vs` is all of a system; for SNOMED CT, with an edition and version in the URL or
    without, also `?fhir_vs=isa/ID` (it and all below) and `?fhir_vs=refset/ID` (members of a
    reference set). The URL that a system gives for all of it (`CodeSystem.valueSet`) is one too.
    """
    if url := catalogue.system_of(canonical):
        return _made(canonical, {"system": url})
    base, mark, query = canonical.partition("?fhir_vs")
    if not mark:
        return None
    url, version = (SNOMED, base) if base.startswith(SNOMED + "/") else (base, "")
    include: Json = {"system": url, **({"version": version} if version else {})}
    if catalogue.system(url, version) is None:
        return None
    if not query:
        return _made(canonical, include)
    condition = _condition(unquote(query.removeprefix("="))) if url == SNOMED else None
    return _made(canonical, {**include, "filter": [condition]}) if condition else None


def _condition(asked: str) -> Json | None:
    """`isa/ID`, `refset/ID`, and the simplest expressions `ecl/…`: `<<ID`, `<ID`, `^ID`, `ID`."""
    kind, _, rest = asked.partition("/")
    expression = {"isa": "<<", "refset": "^", "ecl": ""}.get(kind, "?") + rest.partition("|")[0]
    found = ECL.fullmatch(expression)
    if found is None:
        return None
    name, operator = MEANT[found[1]]
    return {"property": name, "op": operator, "value": found[2]}


def _made(canonical: str, include: Json) -> ValueSet:
    resource: Json = {
        "resourceType": "ValueSet",
        "url": canonical,
        "status": "active",
        "compose": {"include": [include]},
    }
    return ValueSet(resource, holder=resource)
