"""What of a person's demographics an authority has said later already. Pure.

Each element has its last word, so that an older message fills only what no later one said, and the
order in which messages arrive makes no difference.
"""

import msgspec

from hygie.fhir.french.words import Word, Words, is_late
from hygie.identity.person import Person
from hygie.identity.status import Reliability
from hygie.identity.traits import Traits

_RELIABILITY = "reliability"


def said_of(person: Person) -> frozenset[str]:
    """Names of the elements that the person's message speaks of."""
    traits = (name for name in Traits.__struct_fields__ if getattr(person.traits, name))
    status = (_RELIABILITY,) if person.reliability.known else ()
    return frozenset((*traits, *person.details, *person.cleared, *status))


def outdated(words: Words, person: Person, word: Word) -> frozenset[str]:
    """Names of those that the same authority has said later."""
    return frozenset(name for name in said_of(person) if is_late(words, name, word))


def without(person: Person, names: frozenset[str]) -> Person:
    """The person as if the message did not speak of these. Identifiers stay."""
    if not names:
        return person
    kept = {
        name: "" if name in names else getattr(person.traits, name)
        for name in Traits.__struct_fields__
    }
    return msgspec.structs.replace(
        person,
        traits=Traits(**kept),
        details={name: value for name, value in person.details.items() if name not in names},
        cleared=person.cleared - names,
        reliability=Reliability(known=False) if _RELIABILITY in names else person.reliability,
    )
