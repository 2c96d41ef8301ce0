"""SMART scopes, parsed exactly (SMART App Launch 2.2, §3.0.2). Pure.

`system/Observation.rs`, `user/*.cruds`, `patient/Observation.rs?category=laboratory`; the forms of
version 1: `.read` (rs), `.write` (cud), `.*` (cruds); and two of our own, `hl7v2/NAME` and
`message/NAME`: to post the HL7 v2 or the FHIR messages of that source, `*` for any. What is not
understood is refused, never granted in part.
"""

import re
from collections.abc import Collection, Iterable
from typing import Final, Literal, get_args

import msgspec

from hygie.access import phrases
from hygie.access.constraints import check_constraint
from hygie.fhir.definitions import r4
from hygie.limits import MAX_SCOPE_CHARACTERS
from hygie.refusal import Category, Phrase, Refused, refuse
from hygie.sight import ALL, LETTERS, Letter, Reach, Reaches, Sight

Level = Literal["patient", "user", "system"]
LEVELS: Final[tuple[Level, ...]] = get_args(Level)
MACHINE: Final[tuple[Level, ...]] = ("system",)
"""What a token of nobody may bear."""
VERSION_1 = {"read": "rs", "write": "cud", "*": "cruds"}
SCOPE = re.compile(
    r"(?P<level>[a-z]+)/(?P<type>\*|[A-Z][A-Za-z]+)\.(?P<rights>[a-z]+|\*)(\?(?P<query>.+))?"
)
SOURCE = re.compile(r"(hl7v2|message)/(\*|[A-Za-z0-9_-]{1,64})", re.ASCII)
RIGHTS = re.compile(r"c?r?u?d?s?")
EXCERPT = 80
BY_NAME: Final = frozenset({"AuditEvent"})
"""Types that a scope must name: who looked at what is not given with the rest."""


class Grain(msgspec.Struct, frozen=True):
    """One scope on resources."""

    level: Level
    type: str
    """A resource type, or "*" for every one."""
    letters: frozenset[str]
    query: str = ""
    """The search that narrows it, still percent-encoded."""

    def gives(self, type_: str, letter: str) -> bool:
        return letter in self.letters and self.speaks_of(type_)

    def speaks_of(self, type_: str) -> bool:
        return self.type == type_ or (self.type == "*" and type_ not in BY_NAME)

    def __str__(self) -> str:
        rights = "".join(sorted(self.letters, key="cruds".index))
        return f"{self.level}/{self.type}.{rights}" + (f"?{self.query}" if self.query else "")


class Scopes(msgspec.Struct, frozen=True):
    """What a client may do: c(reate), r(ead), u(pdate), d(elete), s(earch), by resource type."""

    grains: tuple[Grain, ...] = ()
    sources: frozenset[str] = frozenset()
    """Sources whose HL7 v2 messages it may post; "*" for all."""
    messages: frozenset[str] = frozenset()
    """The same of FHIR messages: neither gives the other."""

    def allows_source(self, name: str) -> bool:
        """Whether it may post the messages of this source: no right on resources gives that."""
        return name in self.sources or "*" in self.sources

    def allows_message(self, name: str) -> bool:
        """Whether it may post the FHIR messages of this source."""
        return name in self.messages or "*" in self.messages

    def allows(self, type_name: str, letter: str) -> bool:
        """Whether one of `cruds` is granted on some of the type, which of it being for `sight` to
        say; "*" asks for every type."""
        return any(grain.gives(type_name, letter) for grain in self.grains)

    def whole(self, type_name: str, letter: str) -> bool:
        """Whether it is granted on all there is of the type, whoever uses it."""
        return any(
            grain.gives(type_name, letter) and grain.level == "system" and not grain.query
            for grain in self.grains
        )

    def at(self, levels: Collection[Level]) -> "Scopes":
        """The scopes on resources of these levels alone."""
        return Scopes(tuple(grain for grain in self.grains if grain.level in levels))

    def narrowed(self, most: "Scopes") -> "Scopes":
        """What both grant on resources: of what was asked, what may be given."""
        both = (_met(grain, other) for grain in self.grains for other in most.grains)
        return Scopes(_reduced(grain for grain in both if grain is not None))

    def within(self, most: "Scopes") -> bool:
        """Whether it grants nothing that `most` does not, scope by scope."""
        return all(_covered(grain, most.grains) for grain in self.grains) and (
            all(most.allows_source(name) for name in self.sources)
            and all(most.allows_message(name) for name in self.messages)
        )

    @property
    def sight(self) -> Sight:
        """Of nobody's launch: what a machine client of the establishment may see and change."""
        return self.sight_of(0)

    def sight_of(self, patient: int) -> Sight:
        """The same when `patient` (the store's keyed hash; 0 for none) is in context: scopes of the
        level `patient` hold for what is about that patient, and for reading what is about none."""
        by_type: dict[tuple[str, Letter], Reaches] = {}
        for type_ in self._types():
            for letter in LETTERS:
                by_type[type_, letter] = self._reaches(type_, letter, patient)
        everywhere = {
            letter: (ALL,)
            for letter in LETTERS
            if any(one.level != "patient" and one.gives("*", letter) for one in self.grains)
        }
        return Sight(by_type, everywhere)

    def _types(self) -> Iterable[str]:
        """Those whose sight is not what holds of every type."""
        if any(one.level == "patient" and one.type == "*" for one in self.grains):
            return r4().resource_types
        return dict.fromkeys(one.type for one in self.grains if one.type != "*")

    def _reaches(self, type_: str, letter: Letter, patient: int) -> Reaches:
        found = (
            _reach(grain, type_, letter, patient)
            for grain in self.grains
            if grain.gives(type_, letter)
        )
        return tuple(dict.fromkeys(reach for reach in found if reach is not None))

    def __str__(self) -> str:
        """The canonical form: sorted, without what another scope says already."""
        doors = {"hl7v2": self.sources, "message": self.messages}
        posted = (f"{door}/{name}" for door, names in doors.items() for name in sorted(names))
        return " ".join((*map(str, self.grains), *posted))


def _reach(grain: Grain, type_: str, letter: Letter, patient: int) -> Reach | None:
    if grain.level != "patient":
        return Reach(query=grain.query)
    about_patients = type_ in r4().patient_compartment
    if about_patients:
        return Reach(frozenset({patient}), house=False, query=grain.query) if patient else None
    # Practitioners, places, medications: what the patient's resources speak of, to be read only.
    return Reach(frozenset(), house=True, query=grain.query) if letter in "rs" else None


def parse_scopes(text: str, levels: Collection[Level] = MACHINE) -> Scopes:
    """The scopes of a space-separated list. Raises `Refused` ("access.scope")."""
    if len(text) > MAX_SCOPE_CHARACTERS or not text.split():
        raise _refused(phrases.SCOPE_COUNT, limit=str(MAX_SCOPE_CHARACTERS))
    posted: dict[str, set[str]] = {"hl7v2": set(), "message": set()}
    grains: list[Grain] = []
    for scope in text.split():
        if (found := SOURCE.fullmatch(scope)) and "system" in levels:
            posted[found[1]].add(found[2])
        else:
            grains.append(parse_grain(scope, levels))
    return Scopes(_reduced(grains), frozenset(posted["hl7v2"]), frozenset(posted["message"]))


def parse_grain(scope: str, levels: Collection[Level] = LEVELS) -> Grain:
    """One scope on resources. Raises `Refused` ("access.scope")."""
    found = SCOPE.fullmatch(scope)
    if not found or found["level"] not in LEVELS:
        raise _refused(phrases.SCOPE_FORM, scope=scope[:EXCERPT])
    level = next(one for one in LEVELS if one == found["level"])
    if level not in levels:
        raise _refused(phrases.SCOPE_LEVEL, scope=scope[:EXCERPT])
    if found["type"] != "*" and not r4().is_resource(found["type"]):
        raise _refused(phrases.SCOPE_TYPE, scope=scope[:EXCERPT], type=found["type"][:EXCERPT])
    rights = VERSION_1.get(found["rights"], found["rights"])
    if not RIGHTS.fullmatch(rights):
        raise _refused(phrases.SCOPE_RIGHTS, scope=scope[:EXCERPT])
    query = found["query"] or ""
    if "?" in scope and not check_constraint(found["type"], query):
        raise _refused(phrases.SCOPE_FILTER, scope=scope[:EXCERPT])
    return Grain(level, found["type"], frozenset(rights), query)


def _reduced(grains: Iterable[Grain]) -> tuple[Grain, ...]:
    """One grain a level, type and query, without what a wider one says already."""
    letters: dict[tuple[Level, str, str], frozenset[str]] = {}
    for grain in grains:
        key = grain.level, grain.type, grain.query
        letters[key] = letters.get(key, frozenset()) | grain.letters
    merged = [Grain(key[0], key[1], held, key[2]) for key, held in sorted(letters.items())]
    kept = (
        msgspec.structs.replace(one, letters=one.letters - _wider(one, merged)) for one in merged
    )
    return tuple(grain for grain in kept if grain.letters)


def _wider(grain: Grain, grains: Iterable[Grain]) -> frozenset[str]:
    """The letters that grains of the same level grant on all that this one is about, and more."""
    found = (
        one.letters
        for one in grains
        if one is not grain
        and one.level == grain.level
        and one.speaks_of(grain.type)
        and one.query in ("", grain.query)
    )
    return frozenset().union(*found)


def _covered(grain: Grain, by: Iterable[Grain]) -> bool:
    held = frozenset[str]().union(
        *(
            one.letters
            for one in by
            if _reaches_level(one.level, grain.level)
            and one.speaks_of(grain.type)
            and one.query in ("", grain.query)
        )
    )
    return grain.letters <= held


def _reaches_level(wider: Level, level: Level) -> bool:
    """What a person may see of anybody holds of one patient too; what the house gives itself is
    given to nobody else."""
    return wider == level or (wider, level) == ("user", "patient")


def _met(grain: Grain, most: Grain) -> Grain | None:
    letters = grain.letters & most.letters
    type_ = most.type if grain.type == "*" else grain.type
    both = all(one.type == type_ or one.speaks_of(type_) for one in (grain, most))
    if not letters or not both or not _reaches_level(most.level, grain.level):
        return None
    queries = dict.fromkeys(query for query in (grain.query, most.query) if query)
    return Grain(grain.level, type_, letters, "&".join(queries))


def _refused(phrase: Phrase, **details: str) -> Refused:
    return refuse(Category.INVALID, "access.scope", phrase, code="value", **details)
