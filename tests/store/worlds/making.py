"""A world, at random from its number; and the model of who sees what."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from hygie.fhir.codec import encode
from hygie.sight import ALL, LETTERS, Letter, Reach, Reaches, Sight
from hygie.store.contract import Resource
from hygie.trace import Context

SYSTEM: Final = "urn:test:worlds"
CODES: Final = ("c1", "c2")
CATEGORIES: Final = ("lab", "vital")
UNTIED: Final = frozenset({"Practitioner", "Location", "Organization"})
"""Types of resources that are in no patient's record."""
OTHERS: Final = 12
"""Patients of a large circle who are nowhere else."""
KINDS: Final = ("Patient", "Encounter", "Observation", "Appointment", "Practitioner")


@dataclass
class World:
    """One actor, and what there is. `versions`: by type and id; None is a deletion."""

    number: int
    patients: list[str]
    versions: dict[tuple[str, str], list[Resource | None]] = field(default_factory=dict)
    sight: Sight = field(default_factory=Sight)
    reaches: dict[tuple[str, Letter], Reaches] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        return f"w{self.number}"

    @property
    def context(self) -> Context:
        return Context("actor", "account", sight=self.sight)

    def sees(self, kind: str, id_: str, letter: Letter, version: int = -1) -> bool:
        """The model: a version is seen when it is within, and what is there now as well."""
        versions = self.versions.get((kind, id_))
        if not versions:
            return False
        owners = _owners(kind, versions)
        now = self._within(kind, versions, owners, len(versions) - 1, letter)
        return now and (version == -1 or self._within(kind, versions, owners, version, letter))

    def known(self, kind: str, id_: str) -> bool:
        return any(self.sees(kind, id_, letter) for letter in LETTERS)

    def traced(self, kind: str, id_: str) -> bool:
        """Whether the actor may read what was done to it: traces are of the patient."""
        versions = self.versions[kind, id_]
        return any(
            _reaches(reach, "AuditEvent", one, owner)
            for reach in self.reaches.get(("AuditEvent", "r"), ())
            for one, owner in zip(versions, _owners(kind, versions), strict=True)
            if one is not None
        )

    def _within(
        self, kind: str, versions: list[Resource | None], owners: list[Any], n: int, letter: Letter
    ) -> bool:
        return any(
            _reaches(reach, kind, versions[n], owners[n]) for reach in self.reaches[kind, letter]
        )


def _owners(kind: str, versions: list[Resource | None]) -> list[tuple[str, ...]]:
    """The patients that each version names; a deletion belongs to whom the version before did."""
    found: list[tuple[str, ...]] = []
    for one in versions:
        found.append(found[-1] if one is None else tuple(sorted(_named(kind, one))))
    return found


def _named(kind: str, resource: Resource) -> set[str]:
    if kind == "Patient":
        return {resource["id"]}
    said = encode(resource).decode()
    return set(re.findall(r'"Patient/([^"]+)"', said))


KEYS: dict[str, int] = {}
"""Of patients, by the store."""


def _reaches(reach: Reach, kind: str, resource: Resource | None, named: tuple[str, ...]) -> bool:
    if resource is None and (reach.query or (kind not in UNTIED and len(named) != 1)):
        unbound = reach.house and reach.patients is None and not reach.query
        return kind not in UNTIED and unbound
    if not named:
        if not reach.house:
            return False
    elif reach.patients is not None and not any(KEYS[one] in reach.patients for one in named):
        return False
    if reach.query:
        name, _, value = reach.query.partition("=")
        said = encode(resource).decode()
        return f'"code":"{value}"' in said if name != "status" else f'"status":"{value}"' in said
    return True


def made(number: int) -> World:
    chance = random.Random(number)
    world = World(number, [f"p{number}-{n}" for n in range(chance.randint(2, 3))])
    for id_ in world.patients:
        _add(world, chance, "Patient", id_)
    for kind, most in (("Encounter", 3), ("Observation", 6), ("Appointment", 3)):
        for n in range(chance.randint(1, most)):
            _add(world, chance, kind, f"{kind[0].lower()}{number}-{n}")
    _add(world, chance, "Practitioner", f"h{number}-0")
    return world


def _add(world: World, chance: random.Random, kind: str, id_: str) -> None:
    versions: list[Resource | None] = [resource_of(world, chance, kind, id_)]
    while chance.random() < 0.25:
        again = resource_of(world, chance, kind, id_)
        versions.append(None if kind != "Patient" and chance.random() < 0.3 else again)
        if versions[-1] is None:
            break
    world.versions[kind, id_] = versions


def resource_of(world: World, chance: random.Random, kind: str, id_: str) -> Resource:
    made: Resource = {
        "resourceType": kind,
        "id": id_,
        "meta": {"tag": [{"system": SYSTEM, "code": world.tag}]},
        "identifier": [{"system": SYSTEM, "value": f"{world.tag}-{chance.randint(1, 3)}"}],
    }
    return made | _CONTENT[kind](world, chance)


def _patient(world: World, chance: random.Random) -> Resource:
    content: Resource = {
        "name": [{"family": chance.choice(("Martin", "Durand"))}],
        "gender": chance.choice(("male", "female")),
    }
    if chance.random() < 0.2:
        other = {"reference": f"Patient/{chance.choice(world.patients)}"}
        content["link"] = [{"other": other, "type": "seealso"}]
    return content


def _encounter(world: World, chance: random.Random) -> Resource:
    return {
        "status": chance.choice(("finished", "in-progress")),
        "class": {"code": "AMB"},
        **_subject(world, chance),
    }


def _observation(world: World, chance: random.Random) -> Resource:
    content: Resource = {
        "status": chance.choice(("final", "preliminary")),
        "category": [{"coding": [{"system": SYSTEM, "code": chance.choice(CATEGORIES)}]}],
        "code": {"coding": [{"system": SYSTEM, "code": chance.choice(CODES)}]},
        "effectiveDateTime": f"2026-01-0{chance.randint(1, 5)}",
        **_subject(world, chance),
    }
    stays = [id_ for kind, id_ in world.versions if kind == "Encounter"]
    if stays and chance.random() < 0.6:
        content["encounter"] = {"reference": f"Encounter/{chance.choice(stays)}"}
    if chance.random() < 0.3:
        performer = chance.choice(
            [f"Practitioner/h{world.number}-0", f"Patient/{chance.choice(world.patients)}"]
        )
        content["performer"] = [{"reference": performer}]
    return content


def _subject(world: World, chance: random.Random) -> Resource:
    if chance.random() < 0.1:
        return {}
    return {"subject": {"reference": f"Patient/{chance.choice(world.patients)}"}}


def _appointment(world: World, chance: random.Random) -> Resource:
    actors = chance.sample(world.patients, chance.randint(0, 2))
    named = [f"Patient/{one}" for one in actors] + [f"Practitioner/h{world.number}-0"]
    return {
        "status": chance.choice(("booked", "cancelled")),
        "participant": [{"actor": {"reference": one}, "status": "accepted"} for one in named],
    }


def _practitioner(_world: World, chance: random.Random) -> Resource:
    return {"name": [{"family": chance.choice(("Petit", "Moreau"))}]}


_CONTENT: Final[dict[str, Callable[[World, random.Random], Resource]]] = {
    "Patient": _patient,
    "Encounter": _encounter,
    "Observation": _observation,
    "Appointment": _appointment,
    "Practitioner": _practitioner,
}
_QUERIES: Final = {
    "Observation": ("category=lab", "code=c1", "status=final"),
    "Encounter": ("status=finished",),
    "Appointment": ("status=booked",),
}


def look(world: World) -> None:
    """Gives the actor a sight: letters that mostly agree, as roles give them."""
    chance = random.Random(f"sight {world.number}")
    circle = chance.sample(world.patients, chance.randint(0, len(world.patients) - 1))
    keys = frozenset(KEYS[one] for one in circle)
    if chance.random() < 0.5:  # from a few on, they are looked for otherwise
        keys |= {chance.getrandbits(62) for _ in range(OTHERS)}
    for kind in KINDS:
        usual = _reach(chance, kind, keys)
        for letter in LETTERS:
            odd = chance.random() < 0.15
            world.reaches[kind, letter] = _reach(chance, kind, keys) if odd else usual
    world.sight = Sight(world.reaches)


def _reach(chance: random.Random, kind: str, keys: frozenset[int]) -> Reaches:
    dice = chance.random()
    if dice < 0.1:
        return ()
    if dice < 0.2 and kind != "Patient":
        return (ALL,)
    query = chance.choice(_QUERIES[kind]) if kind in _QUERIES and chance.random() < 0.25 else ""
    house = chance.random() < 0.5
    reach = Reach(keys, house, query)
    if dice < 0.3 and kind in _QUERIES:
        return reach, Reach(None, chance.random() < 0.5, chance.choice(_QUERIES[kind]))
    return (reach,)
