"""What a profile says of the target of a reference: its profiles, where it is, its version.

R4 §2.1.0.13 (ElementDefinition.type.targetProfile, aggregation, versioning). The target is judged
where it can be resolved: contained, in the bundle around, or wherever `Context.resolve` looks.
"""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple
from weakref import WeakKeyDictionary

from hygie.fhir.definitions import r4
from hygie.fhir.packages import Library, canonical_parts
from hygie.fhir.path.model import is_a
from hygie.fhir.validate.reading import text_of
from hygie.fhir.validate.references import phrases
from hygie.fhir.validate.references.forms import VERSION
from hygie.fhir.validate.references.resolution import resolve, surroundings_of, type_of
from hygie.fhir.validate.report import Place, Report, excerpt
from hygie.limits import MAX_TARGET_DEPTH

Json = dict[str, Any]
Profiles = tuple[tuple[str, ...], str]
"""Profiles, and the package that names them."""

CORE: Final = "http://hl7.org/fhir/StructureDefinition/"
ALLOWING: Final = {
    "contained": frozenset({"contained"}),
    "bundled": frozenset({"bundled", "referenced"}),
    "referenced": frozenset({"referenced"}),
}
"""Where a target is -> the aggregations that allow it: what is bundled is referenced as well."""


class Wanted(NamedTuple):
    """What one type of an element says: none of it, where it is empty."""

    profiles: tuple[str, ...] = ()
    aggregation: tuple[str, ...] = ()
    versioning: str = ""
    near: str = ""
    """The package that says so."""


def check_targets(reference: Any, wanted: Wanted, place: Place, report: Report) -> None:
    """`reference` is a Reference whose form has been checked.

    One that is an identifier or a text alone is judged by its stated type, if any.
    """
    if type(reference) is not dict:
        return
    text = text_of(reference, "reference")
    found = (type_of(text, report) if text else "") or text_of(reference, "type")
    allowed = _types_of(wanted.profiles, wanted.near, report.context.library)
    if found and allowed and not _allowed(found, allowed):
        details = {"found": excerpt(found), "types": excerpt(", ".join(sorted(allowed)))}
        report.add("structure", "reference.target", phrases.TARGET, place, **details)
    elif text:
        _check_place(text, wanted.aggregation, place, report)
        _check_version(text, wanted.versioning, place, report)
        _check_profiles(text, wanted, place, report)


def _allowed(found: str, types: Iterable[str]) -> bool:
    """A profile whose type is not known allows any."""
    return any(not type_ or is_a(r4(), found, type_) for type_ in types)


_TYPES: Final[WeakKeyDictionary[Library, dict[Profiles, frozenset[str]]]] = WeakKeyDictionary()
"""What `_types_of` found: as many as definitions have elements with targets."""


def _types_of(profiles: tuple[str, ...], near: str, library: Library) -> frozenset[str]:
    """The types that profiles constrain; "" for one that is not known."""
    known = _TYPES.setdefault(library, {})
    found = known.get((profiles, near))
    if found is None:
        found = frozenset(_type_of_profile(url, near, library) for url in profiles)
        known[profiles, near] = found
    return found


def _type_of_profile(url: str, near: str, library: Library) -> str:
    address, _ = canonical_parts(url)
    name = address.removeprefix(CORE)
    if name != address and name in r4().types:
        return name
    definition = library.find("StructureDefinition", url, near)
    return text_of(definition.resource, "type") if definition is not None else ""


# --- where it is, which version -----------------------------------------------------------
def _check_place(text: str, aggregation: tuple[str, ...], place: Place, report: Report) -> None:
    if not aggregation:
        return
    where = _where(text, report)
    if ALLOWING[where].isdisjoint(aggregation):
        details = {"found": excerpt(text), "where": where, "allowed": ", ".join(aggregation)}
        report.add("structure", "reference.aggregation", phrases.AGGREGATION, place, **details)


def _where(text: str, report: Report) -> str:
    if text.startswith("#"):
        return "contained"
    entries, root = report.surroundings.entries, report.surroundings.root
    return "bundled" if entries is not None and entries.find(text, root) else "referenced"


def _check_version(text: str, versioning: str, place: Place, report: Report) -> None:
    versioned = VERSION in text
    if versioning == "specific" and not versioned:
        found = excerpt(text)
        report.add("structure", "reference.version", phrases.NO_VERSION, place, found=found)
    elif versioning == "independent" and versioned:
        found = excerpt(text)
        report.add("structure", "reference.version", phrases.A_VERSION, place, found=found)


# --- what it conforms to ------------------------------------------------------------------
def _check_profiles(text: str, wanted: Wanted, place: Place, report: Report) -> None:
    """One of the profiles is enough. With one that is not known, none is judged."""
    target = resolve(text, report) if report.context.profiles and wanted.profiles else None
    if target is None:
        return
    library, near = report.context.library, wanted.near
    known = all(library.find("StructureDefinition", url, near) for url in wanted.profiles)
    if known and not any(_conforms(url, target, text, report) for url in wanted.profiles):
        details = {"found": excerpt(text), "profiles": excerpt(", ".join(wanted.profiles))}
        report.add("structure", "reference.target-profile", phrases.PROFILE, place, **details)


def _conforms(profile: str, target: Json, text: str, report: Report) -> bool:
    """Asked once for each target and profile, however many references lead there.

    Where targets have targets in turn, the last of `MAX_TARGET_DEPTH` is taken at its word: it is
    judged by the reference that leads to it from nearer.
    """
    asked = report.kept.setdefault("reference.target-profile", {})
    depth = report.kept.get("depth of references", 0)
    key = (id(target), profile)
    if report.context.profiles is None or depth >= MAX_TARGET_DEPTH:
        return True
    if key not in asked:
        outer, report.surroundings = report.surroundings, surroundings_of(target, text, report)
        report.kept["depth of references"] = depth + 1
        try:
            asked[key] = (report.context.profiles.conforms(profile, target, report), target)
        finally:
            report.kept["depth of references"], report.surroundings = depth, outer
    return bool(asked[key][0])
