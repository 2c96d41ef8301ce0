"""One element narrowed by what a differential says of it.

R4 profiling.html §5.1.0.4: a profile restricts. What is not said stays as it was; what is said
takes its place, save constraints, conditions and extensions, which are added.
"""

from typing import Final

from hygie.fhir.definitions import r4
from hygie.fhir.packages.definition import Definition, Json
from hygie.fhir.packages.snapshots.faults import fault
from hygie.fhir.packages.snapshots.phrases import IMPOSSIBLE, OTHER_TYPES, WIDER

PLACING: Final = frozenset({"id", "path", "sliceName", "base"})
"""Where an element stands: not for a differential to say."""
ADDED: Final = frozenset({"constraint", "condition", "extension", "type", "slicing", "binding"})
SYSTEM_TYPE: Final = "http://hl7.org/fhirpath/System."
ANY_TYPE: Final = frozenset({"Element", "*"})


def narrowed(base: Json, said: Json, path: str, profile: Definition) -> Json:
    """`base` as `said` restricts it. Raises `Refused` where it would widen."""
    element = dict(base)
    element.update((n, v) for n, v in said.items() if n not in PLACING and n not in ADDED)
    require_narrower(base, said, path, profile)
    if said.get("type"):
        require_types(base, said, path, profile)
        element["type"] = said["type"]
    if slicing := said.get("slicing"):
        element["slicing"] = {**base.get("slicing", {}), **slicing}
    if binding := said.get("binding"):
        element["binding"] = {**base.get("binding", {}), **binding}
    if constraints := said.get("constraint"):
        element["constraint"] = with_constraints(base, constraints, profile)
    if conditions := said.get("condition"):
        element["condition"] = list(dict.fromkeys([*base.get("condition", ()), *conditions]))
    if extensions := said.get("extension"):
        element["extension"] = _with_extensions(base.get("extension", []), extensions)
    return element


def with_constraints(base: Json, added: list[Json], profile: Definition) -> list[Json]:
    """All of `base`, then those added that have another key, which remember where they are from."""
    known = {constraint["key"] for constraint in base.get("constraint", ())}
    new = [
        {"source": profile.url, **constraint}
        for constraint in added
        if constraint["key"] not in known
    ]
    return [*base.get("constraint", ()), *new]


def _with_extensions(base: list[Json], added: list[Json]) -> list[Json]:
    """Those added take the place of those of the same URL."""
    urls = [extension.get("url") for extension in added]
    return [extension for extension in base if extension.get("url") not in urls] + added


def require_narrower(base: Json, said: Json, path: str, profile: Definition) -> None:
    """A cardinality within that of the base, and possible."""
    low: int = base.get("min", 0)
    high: str = base.get("max", "*")
    minimum: int = said.get("min", low)
    maximum: str = said.get("max", high)
    if minimum < low or above(maximum, high):
        found, due = f"{minimum}..{maximum}", f"{low}..{high}"
        raise fault(profile, "wider", WIDER, path, found=found, base=due)
    if maximum != "*" and minimum > int(maximum):
        raise fault(profile, "impossible", IMPOSSIBLE, path, found=f"{minimum}..{maximum}")


def above(maximum: str, limit: str) -> bool:
    """Whether one `max` allows more than another."""
    return limit != "*" and (maximum == "*" or int(maximum) > int(limit))


def require_types(base: Json, said: Json, path: str, profile: Definition) -> None:
    """Types that are among those of the base, or descend from one of them."""
    allowed = {type_["code"] for type_ in base.get("type", ())}
    if not allowed or any(code.startswith(SYSTEM_TYPE) for code in allowed):
        return
    for type_ in said["type"]:
        if not allowed & {type_["code"], *ancestors(type_["code"])} and not allowed & ANY_TYPE:
            raise fault(
                profile,
                "type",
                OTHER_TYPES,
                path,
                type=type_["code"],
                types=", ".join(sorted(allowed)),
            )


def ancestors(code: str) -> list[str]:
    """What a type of R4 descends from; none of one that is not known."""
    found = []
    type_ = r4().types.get(code)
    while type_ is not None and type_.base:
        found.append(type_.base)
        type_ = r4().types.get(type_.base)
    return found
