"""The codes of a value set, one after the other: no more of them are read than are asked for."""

from collections.abc import Callable, Iterator
from functools import cached_property

from hygie.fhir.packages.definition import canonical_parts
from hygie.fhir.terminology import phrases
from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.by_rule import by_rule
from hygie.fhir.terminology.code_system import CodeSystem, Concept, is_abstract, is_inactive
from hygie.fhir.terminology.included import Included
from hygie.fhir.terminology.parts import Composition, Parts
from hygie.fhir.terminology.patience import go_on
from hygie.fhir.terminology.reading import Json, objects, text
from hygie.fhir.terminology.refusals import refuse_as
from hygie.fhir.terminology.texts import Texts
from hygie.fhir.terminology.value_set import ValueSet
from hygie.limits import MAX_CODES_LOOKED_AT

FIRST_FOUND = 400
MORE_FOUND = 16
"""Codes of a text that are asked of a system at first; and how many times more, each time."""
KEPT_ANSWERS = 16_384


class Member:
    """A code that is in a set, with what the set says of it itself. Its concept is read late."""

    def __init__(
        self, system: CodeSystem, code: str, listed: Json | None = None, language: str = ""
    ) -> None:
        self.system = system
        self.code = code
        self.listed = listed or {}
        """`ValueSet.compose.include.concept`, where the set lists it."""
        self.language = language
        """Of the set, for the displays that it gives."""

    @cached_property
    def concept(self) -> Concept:
        found = self.system.find(self.code) or by_rule(self.system, self.code)
        return found or Concept(self.code, {})

    @cached_property
    def inactive(self) -> bool:
        return is_inactive(self.system, self.concept)

    @property
    def abstract(self) -> bool:
        return is_abstract(self.system, self.concept)


class Members:
    """Lists the sets of one request, and says of a code whether it is in one."""

    def __init__(self, parts: Parts, asked: Asked) -> None:
        self._parts = parts
        self._active_only = asked.flag("activeOnly") is True
        self._for_choice = asked.flag("excludeNotForUI") is True
        self._without = frozenset(map(canonical_parts, asked.texts("exclude-system")))
        self._answers: dict[tuple[int, str, str], bool] = {}
        self._looked_at = 0

    def of(self, value_set: ValueSet, texts: Texts) -> Iterator[Member]:
        """Each code once, in the order of the definition; with a text, the best of a part first."""
        composition = self._parts.of(value_set)
        if not composition.includes:
            yield from texts.best(self._given(value_set))
            return
        seen = set()
        for part in composition.includes:
            for member in self._in_part(part, composition, texts):
                url, code = member.system.url, member.code
                version = member.system.version if composition.tells_apart(url) else ""
                if (url, version, code) not in seen and self._stays(member, composition):
                    seen.add((url, version, code))
                    yield member

    def has(self, value_set: ValueSet, url: str, code: str) -> bool:
        """Whether a code is in a set, of whatever version of its system; nothing is listed."""
        key = id(value_set), url, code
        if key not in self._answers:
            if len(self._answers) >= KEPT_ANSWERS:
                self._answers.clear()
            self._answers[key] = self._has(value_set, url, code)
        return self._answers[key]

    def _has(self, value_set: ValueSet, url: str, code: str) -> bool:
        composition = self._parts.of(value_set)
        if not composition.includes:
            return (url, code) in value_set.expansion.codes
        return any(
            self._takes(part, url, code)
            and self._stays(Member(part.system or self._parts.system(url), code), composition)
            for part in composition.includes
        )

    def _takes(self, part: Included, url: str, code: str) -> bool:
        go_on()
        if part.system is None:
            return bool(part.imports) and self._imports(part, url, code)
        return part.url == url and part.takes(code) and self._imports(part, url, code)

    def _imports(self, part: Included, url: str, code: str) -> bool:
        return all(self.has(each, url, code) for each in part.imports)

    def _stays(self, member: Member, composition: Composition) -> bool:
        """Whether nothing leaves it out of a set that includes it."""
        self._look()
        if self._without and self._is_ruled_out(member.system):
            return False
        if (self._active_only or composition.active_only) and member.inactive:
            return False
        if self._for_choice and member.abstract:
            return False
        return not any(self._excludes(part, member, composition) for part in composition.excludes)

    def _excludes(self, part: Included, member: Member, composition: Composition) -> bool:
        url = member.system.url
        is_other = part.system is not None and part.system.version != member.system.version
        if is_other and composition.tells_apart(url):
            return False
        return self._takes(part, url, member.code)

    def _in_part(self, part: Included, composition: Composition, texts: Texts) -> Iterator[Member]:
        imports = part.imports if part.system is not None else part.imports[1:]
        for member in self._candidates(part, composition, texts):
            if all(self.has(each, member.system.url, member.code) for each in imports):
                yield member

    def _candidates(
        self, part: Included, composition: Composition, texts: Texts
    ) -> Iterator[Member]:
        """What may be in a part, but for the sets that it imports; of one that only imports, what
        the first of these has."""
        if part.system is None:
            return self.of(part.imports[0], texts) if part.imports else iter(())
        if part.lists:
            return texts.best(_listed(part, text(composition.value_set.resource, "language")))
        return self._found(part, part.system, texts)

    def _found(self, part: Included, system: CodeSystem, texts: Texts) -> Iterator[Member]:
        """By the text when there is one, which leaves fewer to ask; else by the filters."""
        if not texts:
            yield from (Member(system, code) for code in part.conditions.members(self._look))
            return
        for code in _searched(system.search, texts.text, system.count):
            self._look()
            if part.is_all or part.conditions.has(code):
                yield Member(system, code)

    def _given(self, value_set: ValueSet) -> Iterator[Member]:
        """Of a set that came with its expansion alone."""
        for (url, code), display in value_set.expansion.codes.items():
            listed = {"code": code, "display": display}
            yield Member(self._parts.system(url), code, listed)

    def _is_ruled_out(self, system: CodeSystem) -> bool:
        return any(
            system.url == url and version in ("", system.version) for url, version in self._without
        )

    def _look(self) -> None:
        """Counts a code that is looked at, in a set or out of it."""
        go_on()
        self._looked_at += 1
        if self._looked_at > MAX_CODES_LOOKED_AT:
            limit = str(MAX_CODES_LOOKED_AT)
            raise refuse_as("", phrases.TOO_MANY_ASKED, code="too-costly", limit=limit)


def _listed(part: Included, language: str) -> Iterator[Member]:
    for item in objects(part.part.json, "concept"):
        concept = part.concept(text(item, "code"))
        if concept is not None and part.system is not None:
            yield Member(part.system, concept.code, item, language)


def _searched(search: Callable[[str, int], list[str]], text: str, count: int) -> Iterator[str]:
    """All that a text finds, best first; a reader that stops early costs little."""
    limit = given = 0
    while given == limit and given < count:
        limit = min(max(FIRST_FOUND, limit * MORE_FOUND), count)
        found = search(text, limit)
        yield from found[given:]
        given = len(found)
