"""Who asks: the roles that are shipped, applications in their hands, machines of narrow scopes."""

from dataclasses import dataclass
from typing import Final
from zlib import crc32

from tests.store.worlds.making import KEYS, UNTIED

from hygie.access.rights import Rights
from hygie.sight import LETTERS, Letter, Reach, Reaches

DOCTOR: Final = "doc"
"""The practitioner that every account is."""
SELF: Final = "self"
"""The patient that the account of a patient is."""


@dataclass(frozen=True)
class Actor:
    """`role`: of an account, if it is a person. `scopes`: of a token, if one is borne."""

    name: str
    role: str = ""
    scopes: str = ""

    @property
    def scoped(self) -> tuple[tuple[str, str, str], ...]:
        """Of each scope: the type, the letters, the search."""
        found = []
        for one in self.scopes.split():
            _, _, rest = one.partition("/")
            kind, _, rest = rest.partition(".")
            letters, _, query = rest.partition("?")
            found.append((kind, letters, query))
        return tuple(found)


MACHINES: Final = (
    Actor("categories", scopes="system/Observation.cruds?category=vital-signs "
          "system/Patient.rs system/Encounter.rus?status=in-progress system/List.rs"),
    Actor("identities", scopes="system/Patient.cruds system/Practitioner.rs system/Group.rs"),
    Actor("watcher", scopes="system/Subscription.rs system/Patient.rs"),
    Actor("stays", scopes="system/Encounter.cruds system/Subscription.cruds system/Location.rs"),
)  # fmt: skip
LAUNCHED: Final = Actor("launched", "physician", "patient/*.cruds")
"""By an application that was opened on one patient."""
NARROWED: Final = Actor(
    "narrowed", "physician",
    "user/Observation.rs?category=laboratory user/Patient.rs user/Encounter.r",
)  # fmt: skip


def key(patient: str) -> int:
    """The model's own number of a patient: it is not the store's."""
    return KEYS.setdefault(patient, crc32(patient.encode()) or 1)


def reaches(
    actor: Actor, rights: Rights, circle: frozenset[str], own: frozenset[str], launch: str
) -> dict[tuple[str, Letter], Reaches]:
    """What the actor may reach, written down anew: what rights and scopes say, and nothing of how
    it is worked out."""
    found: dict[tuple[str, Letter], Reaches] = {}
    for kind in rights.group_of:
        for letter in LETTERS:
            given = [_of_role(one, circle, own) for one in _rights(actor, rights, kind, letter)]
            if not actor.role:
                given = [Reach()]
            found[kind, letter] = tuple(
                _both(one, other)
                for one in given
                for other in _of_scopes(actor, kind, letter, launch)
            )
    return found


def _rights(actor: Actor, rights: Rights, kind: str, letter: Letter) -> tuple:
    return rights.roles[actor.role].on(kind, letter) if actor.role else ()


def _of_role(right, circle: frozenset[str], own: frozenset[str]) -> Reach:
    if right.scope == "establishment":
        return Reach(None, True, right.query)
    patients = circle if right.scope == "team" else own
    return Reach(frozenset(map(key, patients)), False, right.query)


def _of_scopes(actor: Actor, kind: str, letter: Letter, launch: str) -> list[Reach]:
    if not actor.scopes:
        return [Reach()]
    given = [one for one in actor.scoped if one[0] in (kind, "*") and letter in one[1]]
    if launch and kind not in UNTIED:
        return [Reach(frozenset({key(launch)}), False, query) for _, _, query in given]
    if launch:
        return [Reach(frozenset(), True, query) for _, _, query in given if letter in "rs"]
    return [Reach(None, True, query) for _, _, query in given]


def _both(one: Reach, other: Reach) -> Reach:
    if one.patients is None or other.patients is None:
        patients = other.patients if one.patients is None else one.patients
    else:
        patients = one.patients & other.patients
    if one.query and other.query and one.query != other.query:
        return Reach(frozenset(), False, "")
    return Reach(patients, one.house and other.house, one.query or other.query)
