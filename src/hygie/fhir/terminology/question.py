"""One code asked of value sets: what their definitions say of it (R4 §4.9.5).

A set is not expanded: each include, filter and import is asked about the one code. So a set of
100,000 codes costs no more than one of ten, and what is not known here stays apart from what is
known not to be.
"""

from collections.abc import Iterator

from hygie.fhir.path.items import UCUM
from hygie.fhir.terminology.code_system import CodeSystem, is_inactive, is_whole, same_code
from hygie.fhir.terminology.filters import measures, passes
from hygie.fhir.terminology.membership import Membership, certain, either, every, without
from hygie.fhir.terminology.patience import go_on
from hygie.fhir.terminology.sources import Sources
from hygie.fhir.terminology.value_set import Part, ValueSet
from hygie.limits import MAX_VALUE_SET_DEPTH


class Question:
    """Whether one code of one system is in the value sets that are asked about.

    A set that imports itself, through others or not, is asked no second time: what it would add
    to itself is not known. Cost: each set on the way is asked once.
    """

    def __init__(self, sources: Sources, system: str, code: str) -> None:
        self._sources = sources
        self._system = system
        self._code = code
        self._answers: dict[int, Membership] = {}
        """By identity of the value set, which its source keeps."""
        self._depth = 0

    def ask(self, value_set: ValueSet | None) -> Membership:
        """Whether the code is in the set; UNKNOWN when it is not known."""
        if value_set is None or self._depth >= MAX_VALUE_SET_DEPTH:
            return Membership.UNKNOWN
        key = id(value_set)
        if key not in self._answers:
            self._answers[key] = Membership.UNKNOWN
            self._depth += 1
            self._answers[key] = self._in_set(value_set)
            self._depth -= 1
        return self._answers[key]

    def _in_set(self, value_set: ValueSet) -> Membership:
        """By its definition; where that is not enough, by the expansion that came with it."""
        answer = self._in_compose(value_set) if value_set.includes else Membership.UNKNOWN
        if answer is not Membership.UNKNOWN:
            return answer
        expansion = value_set.expansion
        if (self._system, self._code) in expansion.codes:
            return Membership.IN
        return Membership.OUT if expansion.whole else Membership.UNKNOWN

    def _in_compose(self, value_set: ValueSet) -> Membership:
        included = either(self._in_part(part, value_set) for part in value_set.includes)
        if included is Membership.OUT:
            return included
        excluded = either(self._in_part(part, value_set) for part in value_set.excludes)
        return without(without(included, self._retired(value_set)), excluded)

    def _in_part(self, part: Part, value_set: ValueSet) -> Membership:
        """Of its system, and in every set that it imports."""
        go_on()
        if part.system and part.system != self._system:
            return Membership.OUT
        if not part.system and not part.imports:
            return Membership.UNKNOWN
        return every(self._answers_of(part, value_set))

    def _answers_of(self, part: Part, value_set: ValueSet) -> Iterator[Membership]:
        if part.system:
            yield self._of_system(part, value_set)
        for canonical in part.imports:
            near, holder = value_set.package, value_set.holder
            yield self.ask(self._sources.value_set(canonical, near, holder))

    def _of_system(self, part: Part, value_set: ValueSet) -> Membership:
        """One of the codes listed; or of those that pass every filter; or any of the system."""
        where = (part.version, value_set.package, value_set.holder)
        system = self._sources.system(part.system, *where)
        if part.codes is not None:
            if self._code in part.codes or system is None or system.case_sensitive:
                return certain(self._code in part.codes)
            return certain(any(same_code(system, self._code, code) for code in part.codes))
        known = self._sources.known(part.system, self._code, *where)
        if not part.filters or known is Membership.OUT:
            return known
        return self._kept(part, system)

    def _kept(self, part: Part, system: CodeSystem | None) -> Membership:
        """Whether the code passes every filter."""
        if part.system == UCUM:
            return every(measures(self._code, condition) for condition in part.filters)
        if system is None:
            return Membership.UNKNOWN
        concept = system.find(self._code)
        if concept is None:
            return Membership.OUT if is_whole(system) else Membership.UNKNOWN
        return every(passes(system, concept, condition) for condition in part.filters)

    def _retired(self, value_set: ValueSet) -> Membership:
        """Whether the code is one that the set leaves out because it is inactive."""
        if not value_set.active_only:
            return Membership.OUT
        system = self._sources.system(self._system, "", value_set.package, value_set.holder)
        concept = system.find(self._code) if system else None
        return certain(bool(system and concept and is_inactive(system, concept)))
