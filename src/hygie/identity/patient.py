"""A Person as a FHIR Patient, new or laid over the one that is stored.

Rule (INS/va1.53): the matricule is attached as INS only while the identity is qualified. Received
without that, it is kept under a system of its own; when a qualified identity loses its status, its
INS moves there too.
"""

from collections.abc import Iterable
from typing import Any, Final

from hygie.fhir.french import names as french
from hygie.fhir.french.words import Word, read_words, with_words
from hygie.identity import systems
from hygie.identity.elements import (
    Element,
    as_ins,
    birth_place_extension,
    ins_identifier,
    local_element,
    names,
    read_ins,
    read_reliability,
    read_traits,
    reliability_extensions,
    unqualified_identifier,
)
from hygie.identity.ins import Kind
from hygie.identity.lateness import outdated, said_of, without
from hygie.identity.person import LocalIdentifier, Person
from hygie.identity.status import Reliability
from hygie.identity.traits import Traits

_WITH_OLD = (Kind.NIR, Kind.NIA)
"""Kinds whose FR Core slice knows the use `old`."""
UNKNOWN: Final[Element] = {"resourceType": "Patient", "active": True}
"""The Patient of whom nothing is known yet."""
_OURS = (systems.IDENTITY_STATUS, french.RELIABILITY, french.BIRTH_PLACE)


def new_patient(person: Person) -> Element:
    """The Patient of somebody not known before."""
    return over(UNKNOWN, person)


def over(stored: Element, person: Person) -> Element:
    """The stored Patient with what the message knows better; what it does not say stays."""
    status = _reliability(stored, person)
    traits = _traits(read_traits(stored), person.traits)
    patient = {key: value for key, value in stored.items() if key not in person.cleared}
    patient |= person.details
    patient["identifier"] = _identifiers(stored, person, status)
    patient["extension"] = _extensions(stored, status, traits)
    patient |= _demographics(traits, stored)
    return {key: value for key, value in patient.items() if value not in ([], {}, "", None)}


def spoken_over(
    stored: Element, person: Person, word: Word, *, noted: bool
) -> tuple[Element, frozenset[str]]:
    """The stored Patient with what no later word of the same authority said; then the names of what
    was said too late. A word that changes nothing of parts that have one is kept only if it is to
    be `noted`: movements repeat what is known, and nothing is written for that."""
    words = read_words(stored)
    late = outdated(words, person, word)
    timely = without(person, late)
    patient = over(stored, timely)
    spoken = said_of(timely)
    if noted or patient != stored or spoken - words.keys():
        patient = with_words(patient, words | dict.fromkeys(spoken, word))
    return patient, late


def with_local(stored: Element, person: Person) -> Element:
    """The stored Patient with the message's local identifiers added, and nothing else changed."""
    kept = stored.get("identifier", [])
    added = [item for item in map(local_element, person.local) if not _holds(kept, item)]
    return {**stored, "identifier": [*kept, *added]} if added else stored


def renumbered(stored: Element, former: Iterable[LocalIdentifier]) -> Element:
    """The stored Patient whose former local identifiers no longer count, and still find it."""
    olds = [local_element(identifier) | {"use": "old"} for identifier in former]
    kept = [item for item in stored.get("identifier", []) if not _holds(olds, item)]
    return {**stored, "identifier": [*kept, *olds]} if olds else stored


def without_ins(stored: Element) -> Element:
    """The stored Patient without any INS, in use, old, or kept apart."""
    kept = [
        item
        for item in stored.get("identifier", [])
        if as_ins(item) is None
        and not str(item.get("system", "")).startswith(systems.UNQUALIFIED_INS)
    ]
    return {**stored, "identifier": kept}


def _reliability(stored: Element, person: Person) -> Reliability:
    if person.reliability.known:
        return person.reliability
    return read_reliability(stored)


def _traits(old: Traits, new: Traits) -> Traits:
    return Traits(
        **{name: getattr(new, name) or getattr(old, name) for name in Traits.__struct_fields__}
    )


def _identifiers(stored: Element, person: Person, status: Reliability) -> list[Element]:
    number = person.qualified_ins or read_ins(stored)
    result = [ins_identifier(number)] if number and status.qualified else []
    for item in stored.get("identifier", []):
        kept = _retired(item, status) if as_ins(item) else item
        if kept is not None and not _holds(result, kept):
            result.append(kept)
    for given in (*map(local_element, person.local), *person.others):
        if not _holds(result, given):
            result.append(given)
    if person.ins and not person.qualified_ins and person.ins != number:
        kept = unqualified_identifier(person.ins)
        result += [] if _holds(result, kept) else [kept]
    return result


def _retired(item: Element, status: Reliability) -> Element | None:
    """What becomes of a stored INS that is not the one in use."""
    number = as_ins(item)
    if number is None or item.get("use") == "old":
        return item
    if not status.qualified:
        return unqualified_identifier(number)
    return {**item, "use": "old"} if number.kind in _WITH_OLD else None


def _holds(identifiers: list[Element], item: Element) -> bool:
    key = (item.get("system"), item.get("value"))
    return any((other.get("system"), other.get("value")) == key for other in identifiers)


def _extensions(stored: Element, status: Reliability, traits: Traits) -> list[Element]:
    others = [item for item in stored.get("extension", []) if item.get("url") not in _OURS]
    birth_place = [birth_place_extension(traits.birth_place)] if traits.birth_place else []
    return [*others, *birth_place, *reliability_extensions(status)]


def _demographics(traits: Traits, stored: Element) -> dict[str, Any]:
    others = [
        name for name in stored.get("name", []) if name.get("use") not in ("official", "usual")
    ]
    return {
        "name": [*names(traits), *others],
        "gender": traits.gender or "unknown",
        "birthDate": traits.birth_date,
    }
