"""Membership of value sets, subsumption and conformance (R4 fhirpath.html).

They are asked of the environment. Without one, `memberOf` knows the value sets whose expansion is
part of the definitions.
"""

from typing import Final

from hygie.fhir.definitions import Registry
from hygie.fhir.path.environment import Evaluation
from hygie.fhir.path.items import Element, Item, member, system
from hygie.fhir.path.library import phrases
from hygie.fhir.path.library.signature import COLLECTION, Signature, argument
from hygie.fhir.path.library.singleton import single, type_name, wrong_type
from hygie.fhir.path.phrases import wrong
from hygie.refusal import Refused


def member_of(evaluation: Evaluation, items: list[Item], url: str) -> bool | None:
    """Whether a code, a Coding or any Coding of a CodeableConcept is in a value set."""
    item = single(items, "memberOf")
    if item is None:
        return None
    ask = evaluation.environment.member_of
    found = ask(item, url) if ask else _known_member(item, url, evaluation.registry)
    if found is None:
        raise _not_found("memberOf")
    return found


def _known_member(item: Item, url: str, registry: Registry) -> bool | None:
    known = registry.value_sets.get(url.partition("|")[0])
    if known is None or not known.complete:
        return None
    return any(
        code in codes
        for system_, code in _codes(item, registry)
        for owner, codes in known.codes.items()
        if system_ is None or system_ == owner
    )


def _codes(item: Item, registry: Registry) -> list[tuple[str | None, str]]:
    """The codes of an item, each with its code system; None for a code that does not say it."""
    if isinstance(item, Element) and item.type == "CodeableConcept":
        codings = member(item, "coding", registry)
        return [code for coding in codings for code in _codes(coding, registry)]
    if isinstance(item, Element) and item.type == "Coding":
        code, owner = item.value.get("code"), item.value.get("system")
        return [(owner, code)] if type(code) is str and type(owner) is str else []
    value = system(item)
    if type(value) is not str:
        raise wrong_type("memberOf", "String", type_name(item))
    return [(None, value)]


def subsumes(evaluation: Evaluation, items: list[Item], other: list[Item]) -> bool | None:
    return _subsumption(evaluation, items, other, "subsumes")


def subsumed_by(evaluation: Evaluation, items: list[Item], other: list[Item]) -> bool | None:
    return _subsumption(evaluation, other, items, "subsumedBy")


def _subsumption(
    evaluation: Evaluation, above: list[Item], below: list[Item], name: str
) -> bool | None:
    one, other = single(above, name), single(below, name)
    if one is None or other is None:
        return None
    ask = evaluation.environment.subsumes
    if ask is None:
        raise wrong("not-provided", phrases.NOT_PROVIDED, -1, name=name, what=name)
    found = ask(one, other)
    if found is None:
        raise _not_found(name)
    return found


def conforms_to(evaluation: Evaluation, items: list[Item], url: str) -> bool | None:
    """Whether a single resource conforms to a profile. Refused when there is no such profile."""
    item = single(items, "conformsTo")
    if item is None:
        return None
    ask = evaluation.environment.conforms_to
    if ask is None:
        what = "conformsTo()"
        raise wrong("not-provided", phrases.NOT_PROVIDED, -1, name="conformsTo", what=what)
    if not isinstance(item, Element) or type(item.value) is not dict:
        raise wrong_type("conformsTo", "Resource", type_name(item))
    found = ask(item.value, url)
    if found is None:
        raise _not_found("conformsTo")
    return found


def _not_found(name: str) -> Refused:
    return wrong("not-found", phrases.NOT_FOUND, -1, name=name)


_URL: Final = (argument("String"),)
FUNCTIONS: Final = (
    Signature("memberOf", "collection", "Boolean", member_of, _URL, evaluation=True),
    Signature("subsumes", "collection", "Boolean", subsumes, (COLLECTION,), evaluation=True),
    Signature("subsumedBy", "collection", "Boolean", subsumed_by, (COLLECTION,), evaluation=True),
    Signature("conformsTo", "collection", "Boolean", conforms_to, _URL, evaluation=True),
)
