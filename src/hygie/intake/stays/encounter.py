"""An Encounter with one more fact. Pure.

What does not follow from movements (reason, other participants, origin…) holds by the last word as
well: the extension `urn:hygie:said` tells when each element was said, so that a late message does
not undo what a later one says.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from hygie.fhir.french import kinds
from hygie.fhir.french.facts import FACT, MOVEMENT, Fact, instant, read_facts
from hygie.intake.stays import stay

Json = dict[str, Any]

SAID: Final = "urn:hygie:said"
_OURS: Final = (FACT, MOVEMENT, SAID)
_FOLLOWING: Final = (
    "status", "statusHistory", "class", "classHistory", "period", "location", "serviceProvider",
)  # fmt: skip
_DISPOSITION: Final = "dischargeDisposition"
_PARTED: Final = ("hospitalization",)
"""Elements of which each child is said by itself."""


def fact_with(fact: Fact, elements: Json) -> Fact:
    """The fact with what belongs to its movement among the elements that PV1 gave."""
    if fact.action == "CANCEL":
        return fact
    disposition = elements.get("hospitalization", {}).get(_DISPOSITION, {})
    return msgspec.structs.replace(
        fact,
        attending=tuple(
            one["individual"] for one in elements.get("participant", []) if _attends(one)
        ),
        disposition=disposition if fact.kind == kinds.DISCHARGE else {},
    )


def revise(stored: Json, base: Json, elements: Json, fact: Fact) -> Json:
    """`stored` with the fact, what follows from all, and the elements said with it. `base` holds
    type, id and subject. The order in which facts are added makes no difference."""
    kept = {name: value for name, value in stored.items() if name not in _FOLLOWING}
    told = _told(stored)
    encounter = kept | base
    _say(encounter, told, elements, fact.recorded)
    following = stay.project([*read_facts(stored), fact])
    others = [one for one in stored.get("extension", []) if one.get("url") not in _OURS]
    extensions = [*others, *following.pop("extension"), *_telling(told)]
    people = [*following.pop("participant", []), *encounter.pop("participant", [])]
    leaving = following.pop("hospitalization", {}) | encounter.pop("hospitalization", {})
    following.setdefault("class", stored.get("class") or stay.encounter_class(""))
    whole = encounter | following | {
        "identifier": identifiers(stored, elements.get("identifier", [])),
        "participant": people,
        "hospitalization": leaving,
        "extension": extensions,
    }  # fmt: skip
    return {name: value for name, value in whole.items() if value}


def identifiers(stored: Json, said: Iterable[Json]) -> list[Json]:
    """Those known and those said, each once, in an order of their own."""
    every = {msgspec.json.encode(one, order="sorted"): one for one in said}
    known = stored.get("identifier", [])
    every |= {msgspec.json.encode(one, order="sorted"): one for one in known}
    return [every[key] for key in sorted(every, key=lambda key: (b'"VN"' not in key, key))]


def _say(encounter: Json, told: dict[str, str], elements: Json, recorded: str) -> None:
    """Lays the elements over those of the Encounter that were not said later."""
    held = dict(_parts(_own(encounter)))
    for name, value in _parts(_own(elements)):
        if _outweighs(recorded, value, told.get(name), held.get(name)):
            held[name], told[name] = value, recorded
    for name in (*_PARTED, "participant"):
        encounter.pop(name, None)
    for name, value in held.items():
        element, _, child = name.partition(".")
        if child:
            encounter.setdefault(element, {})[child] = value
        else:
            encounter[element] = value


def _own(elements: Json) -> Json:
    """Those that follow from nothing else."""
    names = (*_FOLLOWING, "identifier", "extension", "resourceType", "id", "subject", "meta")
    own = {name: value for name, value in elements.items() if name not in names}
    if "participant" in own:
        own["participant"] = [one for one in own["participant"] if not _attends(one)]
    if "hospitalization" in own:
        leaving = own["hospitalization"]
        own["hospitalization"] = {n: v for n, v in leaving.items() if n != _DISPOSITION}
    return {name: value for name, value in own.items() if value}


def _parts(elements: Json) -> Iterator[tuple[str, Any]]:
    for name, value in elements.items():
        if name in _PARTED:
            yield from ((f"{name}.{child}", part) for child, part in value.items())
        else:
            yield name, value


def _outweighs(recorded: str, value: Any, since: str | None, held: Any) -> bool:
    if since is None or held is None:
        return True
    then, now = instant(since), instant(recorded)
    return now > then or (now == then and _encoded(value) > _encoded(held))


def _encoded(value: Any) -> bytes:
    return msgspec.json.encode(value, order="sorted")


def _attends(participant: Json) -> bool:
    return any(
        coding.get("code") == stay.ATTENDING
        for kind in participant.get("type", [])
        for coding in kind.get("coding", [])
    )


def _told(encounter: Json) -> dict[str, str]:
    return {
        part["url"]: part["valueInstant"]
        for extension in encounter.get("extension", [])
        if extension.get("url") == SAID
        for part in extension["extension"]
    }


def _telling(told: dict[str, str]) -> list[Json]:
    parts = [{"url": name, "valueInstant": told[name]} for name in sorted(told)]
    return [{"url": SAID, "extension": parts}] if parts else []
