"""The parts of value sets with all that they refer to found: what listing and asking share.

One request holds one `Parts`. A set that refers to itself, to a set or system that is not known,
or whose filters cannot be understood is refused when it is first met, with its place.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from hygie.fhir.terminology import phrases
from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.code_system import CodeSystem
from hygie.fhir.terminology.included import Included
from hygie.fhir.terminology.notes import Notes
from hygie.fhir.terminology.patience import go_on
from hygie.fhir.terminology.reading import Json, extensions, objects, text, value_of
from hygie.fhir.terminology.refusals import refuse_as
from hygie.fhir.terminology.resolving import Resolver
from hygie.fhir.terminology.value_set import Part, ValueSet, canonical_of
from hygie.limits import MAX_VALUE_SET_DEPTH
from hygie.refusal import Refused


class Composition:
    """One value set, with its parts found."""

    def __init__(
        self, value_set: ValueSet, includes: Sequence[Included], excludes: Sequence[Included]
    ) -> None:
        self.value_set = value_set
        self.includes = includes
        self.excludes = excludes
        self.active_only = value_set.active_only
        self.merges = False
        """Whether codes of several versions of a system are one (`versionsMatch`)."""
        stated: dict[str, set[str]] = {}
        for part in (*includes, *excludes):
            if part.system is not None:
                stated.setdefault(part.system.url, set()).add(part.version)
        self.versioned = {url for url, versions in stated.items() if len(versions) > 1}
        """Systems of which it names several versions."""

    def tells_apart(self, url: str) -> bool:
        """Whether a code of one version of a system is another than that of the next."""
        return url in self.versioned and not self.merges


class Parts:
    """The compositions of the sets that one request meets, each found once."""

    def __init__(self, resolver: Resolver, asked: Asked, notes: Notes) -> None:
        self._resolver = resolver
        self._asked = asked
        self._notes = notes
        self._found: dict[int, Composition] = {}
        self._way: list[ValueSet] = []
        """From the set that was asked for to the one that is being found."""

    def of(self, value_set: ValueSet) -> Composition:
        found = self._found.get(id(value_set))
        if found is None:
            self._check_way(value_set)
            self._way.append(value_set)
            found = self._found[id(value_set)] = self._composed(value_set)
            self._way.pop()
        return found

    def system(self, url: str) -> CodeSystem:
        """The version of a system that is meant where no set says which."""
        return self._resolver.needed(url, "", None, lists=True)

    def _composed(self, value_set: ValueSet) -> Composition:
        compose = value_set.resource.get("compose")
        if text(compose, "lockedDate"):
            url = canonical_of(value_set)
            raise refuse_as("vs-invalid", phrases.LOCKED, code="business-rule", url=url)
        self._resolver.require(value_set)
        includes = self._all(value_set, "include", value_set.includes)
        excludes = self._all(value_set, "exclude", value_set.excludes)
        result = Composition(value_set, newest_first(includes), excludes)
        result.merges = self._merges(value_set, result)
        return result

    def _all(self, value_set: ValueSet, name: str, parts: Sequence[Part]) -> list[Included]:
        return [
            self._one(value_set, part, f"ValueSet.compose.{name}[{index}]")
            for index, part in enumerate(parts)
        ]

    def _one(self, value_set: ValueSet, part: Part, place: str) -> Included:
        go_on()
        imports = [self._import(value_set, canonical) for canonical in part.imports]
        system = self._system(part, value_set.holder) if part.system else None
        if system is not None:
            self._notes.uses_system(system)
        return Included(part, system, imports, canonical_of(value_set), place)

    def _import(self, value_set: ValueSet, canonical: str) -> ValueSet:
        found = self._resolver.value_set(canonical, value_set.holder)
        if found is None:
            raise self._no_import(canonical)
        self.of(found)
        self._notes.uses_value_set(found, is_contained=canonical.startswith("#"))
        return found

    def _no_import(self, canonical: str) -> Refused:
        url, version = self._resolver.meant(canonical)
        phrase = phrases.NO_IMPORT_VERSION if version else phrases.NO_IMPORT
        return refuse_as("not-found", phrase, code="not-found", url=url, version=version)

    def _system(self, part: Part, holder: Json | None) -> CodeSystem:
        """Refused when it is not known and something must be known of it."""
        return self._resolver.needed(
            part.system, part.version, holder, lists=part.codes is not None
        )

    def _merges(self, value_set: ValueSet, found: Composition) -> bool:
        """As the request or the set says; without, where what is excluded is of other versions
        than all that is included, which would else exclude nothing."""
        said = self._asked.defaulting(expansion_parameters(value_set)).flag("versionsMatch")
        if said is not None:
            return said
        included = {(part.url, part.version) for part in found.includes}
        excluded = {(part.url, part.version) for part in found.excludes}
        urls = {url for url, _ in included | excluded}
        all_stated = all(url and version for url, version in included | excluded)
        return bool(excluded) and all_stated and len(urls) == 1 and included.isdisjoint(excluded)

    def _check_way(self, value_set: ValueSet) -> None:
        if value_set in self._way:
            way = [
                canonical_of(each) for each in (*self._way[self._way.index(value_set) :], value_set)
            ]
            raise refuse_as(
                "vs-invalid",
                phrases.CIRCULAR,
                code="processing",
                url=canonical_of(value_set),
                way=f"[{', '.join(way)}]",
            )
        if len(self._way) >= MAX_VALUE_SET_DEPTH:
            raise refuse_as(
                "vs-invalid",
                phrases.TOO_DEEP,
                code="too-costly",
                url=canonical_of(self._way[0]),
                limit=str(MAX_VALUE_SET_DEPTH),
            )


def newest_first(parts: Sequence[Included]) -> list[Included]:
    """Of one system, newer versions come first; the parts of others keep their places."""
    stated: dict[str, list[int]] = {}
    for place, part in enumerate(parts):
        if part.url and part.version:
            stated.setdefault(part.url, []).append(place)
    result = list(parts)
    for places in stated.values():
        newest = sorted((parts[place] for place in places), key=lambda part: part.age, reverse=True)
        for place, part in zip(places, newest, strict=True):
            result[place] = part
    return result


EXPANSION_PARAMETER: Final = (
    "http://hl7.org/fhir/StructureDefinition/valueset-expansion-parameter",
    "http://hl7.org/fhir/tools/StructureDefinition/valueset-expansion-parameter",
)


def expansion_parameters(value_set: ValueSet) -> Iterator[tuple[str, object]]:
    """What a set says of how it is to be expanded."""
    for extension in extensions(value_set.resource.get("compose"), *EXPANSION_PARAMETER):
        said = {text(each, "url"): value_of(each) for each in objects(extension, "extension")}
        if isinstance(said.get("name"), str) and said.get("value") is not None:
            yield said["name"], said["value"]
