"""Resolution of a reference to the resource that it names."""

from typing import Any

from hygie.fhir.validate.reading import text_of
from hygie.fhir.validate.references.forms import RELATIVE, RESTFUL
from hygie.fhir.validate.references.surroundings import NOTHING, Surroundings, entered, within
from hygie.fhir.validate.report import Report

Json = dict[str, Any]


def resolve(text: str, report: Report) -> Json | None:
    """The resource that a reference names, from where the report stands; None when not found.

    Looked for among the contained resources, then in the bundle or the parameters around, then
    wherever `Context.resolve` looks. A reference that names several entries names none.
    """
    inside = resolve_inside(text, report)
    if inside is not None or text[:1] == "#":
        return inside
    elsewhere = report.context.resolve
    return elsewhere(text) if elsewhere is not None else None


def resolve_inside(text: str, report: Report) -> Json | None:
    """As `resolve`, in what is being validated alone."""
    surroundings = report.surroundings
    if text[:1] == "#":
        own = surroundings.container or report.root
        return own if text == "#" else surroundings.contained.get(text[1:])
    if surroundings.entries is None:
        return None
    indices = surroundings.entries.find(text, surroundings.root)
    return surroundings.entries.resources[indices[0]] if len(indices) == 1 else None


def type_of(text: str, report: Report) -> str:
    """The type of resource that a reference names, as far as it is known here, or ""."""
    inside = resolve_inside(text, report)
    if inside is not None:
        return text_of(inside, "resourceType")
    if relative := RELATIVE.fullmatch(text):
        return relative[1]
    restful = RESTFUL.fullmatch(text)
    return restful[3] if restful else ""


def surroundings_of(target: Json, text: str, report: Report) -> Surroundings:
    """What surrounds the resource that a reference has been resolved to."""
    here = report.surroundings
    if text[:1] == "#":
        return here
    found = here.entries.find(text, here.root) if here.entries is not None else ()
    if here.entries is not None and found:
        return entered(target, here.entries, found[0])
    return within(target, (None, "", -1), NOTHING)
