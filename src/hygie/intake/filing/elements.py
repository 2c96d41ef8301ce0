"""Each element of a resource by the last word on it, whatever order the messages come in.

For orders, lines of prescriptions, dispenses, doses, appointments and vaccinations. When it was
said: MSH-7 (`Work.said`), the one moment that every version requires of every message. ORC-9 is
optional, and often remains that of the first request: two messages could not be held against
each other by it.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from hygie.fhir.french.words import Word, is_late, read_words, with_words
from hygie.intake.filing.late import warning
from hygie.intake.filing.work import Work
from hygie.intake.mapping import phrases
from hygie.store.contract import Resource

_CHOICES: Final = {"contained": "medication", "medicationCodeableConcept": "medication",
                   "medicationReference": "medication"}  # fmt: skip
"""Elements of which one stands in place of another: they are one word."""
_FIXED: Final = ("resourceType", "id", "identifier", "subject", "patient")
"""What no word changes: identifiers are always added."""
ANY: Final = "any"
"""Name of the last word, whatever it said."""


class Laid(msgspec.Struct, frozen=True):
    resource: Resource
    late: bool
    """True when something was said later already: that stands."""


def lay(stored: Resource | None, said: Resource, moment: str) -> Laid:
    """The stored resource with the elements that nobody has said later; `moment`: FHIR instant."""
    held, words, word = stored or {}, read_words(stored or {}), Word(moment)
    taken = {name: value for name, value in said.items() if not is_late(words, _part(name), word)}
    spoken = {_part(name) for name in taken if name not in _FIXED}
    if identifiers := _identifiers(held, said):
        taken["identifier"] = identifiers
    kept = {name: value for name, value in held.items() if not _replaced(name, spoken)}
    late = is_late(words, ANY, word)
    names = spoken if late else {*spoken, ANY}
    laid = with_words({**kept, **taken}, words | dict.fromkeys(names, word))
    return Laid(laid, late)


def is_last(resource: Resource, name: str) -> bool:
    """True when nothing at all was said after this element."""
    words = read_words(resource)
    return name not in words or words[name].moment >= words[ANY].moment


def warn(work: Work, laid: Laid, rule: str, place: str) -> None:
    """Tells, where it is so, that the message only filled what was missing."""
    if laid.late:
        work.warnings.append(warning(rule, phrases.ELEMENTS_LATE, place))


async def put_timely(work: Work, laid: Laid, told: Iterable[Resource]) -> None:
    """What stands beside the resource and comes with it: of a late message, only what is new."""
    for one in told:
        if not laid.late or await work.read(one["resourceType"], one["id"]) is None:
            work.put(one)


def _identifiers(held: Resource, said: Resource) -> list[Resource]:
    """Those known and those that came."""
    known = held.get("identifier", [])
    return [*known, *(one for one in said.get("identifier", []) if one and one not in known)]


def _part(name: str) -> str:
    return _CHOICES.get(name, name)


def _replaced(name: str, spoken: set[str]) -> bool:
    return name in _CHOICES and _CHOICES[name] in spoken
