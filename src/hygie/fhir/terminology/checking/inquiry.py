"""One code asked of value sets: in, out or not known, and what is learned of it on the way.

A set is never expanded: each include, filter and import is asked about the one code, so a set of
100,000 codes costs no more than one of ten (R4 §4.9.5).
"""

from collections.abc import Iterable

from hygie.fhir.packages.versions import age
from hygie.fhir.path.items import UCUM
from hygie.fhir.terminology.checking import said_of_codes
from hygie.fhir.terminology.checking.displays import names_in, says
from hygie.fhir.terminology.checking.findings import Findings
from hygie.fhir.terminology.checking.learned import Learned, Rules
from hygie.fhir.terminology.checking.listing import listing, status_in_set
from hygie.fhir.terminology.checking.prepared import Prepared, PreparedPart
from hygie.fhir.terminology.checking.sentence import Sentence
from hygie.fhir.terminology.checking.standing import say_standing
from hygie.fhir.terminology.checking.subject import Coded
from hygie.fhir.terminology.checking.systems import Systems, concept_of, is_partial
from hygie.fhir.terminology.code_system import (
    CodeSystem,
    Concept,
    is_abstract,
    is_inactive,
)
from hygie.fhir.terminology.conditions import Conditions
from hygie.fhir.terminology.filters import measures
from hygie.fhir.terminology.membership import Membership, certain, every, without
from hygie.fhir.terminology.patience import go_on
from hygie.fhir.terminology.reading import Json
from hygie.fhir.terminology.supplemented import canonical_of
from hygie.fhir.terminology.value_set import ValueSet
from hygie.fhir.terminology.value_set import canonical_of as canonical_of_set


class Inquiry:
    """About one code. A set that is met again is not asked again."""

    def __init__(self, coded: Coded, systems: Systems, findings: Findings, rules: Rules) -> None:
        self._coded = coded
        self._systems = systems
        self._findings = findings
        self._rules = rules
        self._answers: dict[int, Membership] = {}
        self.learned = Learned()

    def ask(self, prepared: Prepared) -> Membership:
        key = id(prepared)
        if key not in self._answers:
            self._answers[key] = self._in_set(prepared)
        return self._answers[key]

    def _in_set(self, prepared: Prepared) -> Membership:
        """By its definition; by its expansion where it has nothing else."""
        if prepared.includes:
            return self._in_compose(prepared)
        if "expansion" in prepared.value_set.resource:
            return self._in_expansion(prepared.value_set)
        return Membership.OUT

    def _in_compose(self, prepared: Prepared) -> Membership:
        considered = self._considered(prepared)
        included = self.in_any(prepared, considered)
        if included is Membership.OUT or self._is_left_out(prepared.value_set):
            return Membership.OUT
        excluded = silent_inquiry(self._coded, self._systems).in_any(prepared, prepared.excludes)
        return without(included, excluded)

    def _is_left_out(self, value_set: ValueSet) -> bool:
        """Whether a set of active codes leaves out one that the sets it imports let in."""
        system, concept = self.learned.system, self.learned.concept
        if not value_set.active_only or system is None or concept is None:
            return False
        is_retired = is_inactive(system, concept)
        if is_retired:
            self._say_rule(said_of_codes.NOT_ACTIVE, system)
        return is_retired

    def in_any(self, prepared: Prepared, parts: Iterable[PreparedPart]) -> Membership:
        """Of a union: what the parts that have it not say is not said when another has it.

        When none has, a system that is included several times is spoken of once: by its first.
        """
        before = self._findings.mark()
        result = Membership.OUT
        spoken: set[str] = set()
        for each in parts:
            here = self._findings.mark()
            answer = self._in_part(each, prepared.value_set)
            if answer is Membership.IN:
                self._findings.forget(before, here)
                return answer
            if each.part.system in spoken:
                self._findings.forget(here, self._findings.mark())
            spoken.add(each.part.system)
            if answer is Membership.UNKNOWN:
                result = answer
        return result

    # --- which parts are asked ------------------------------------------------------------
    def _considered(self, prepared: Prepared) -> list[PreparedPart]:
        """All, of which one is enough (R4 §4.9.5); of a system that is included in the version
        that the code states, only that one. Newest first, those that have the code as it came
        before the others: what is said is said of the first."""
        includes = newest_first(prepared.includes)
        given = self._coded.version
        versions = {each.part.version for each in includes if self._is_versioned(each)}
        if given in versions:
            return [
                each
                for each in includes
                if each.part.version == given or not self._is_versioned(each)
            ]
        if given or len(versions) <= 1:
            return includes
        return sorted(includes, key=self._is_less_likely)

    def _is_versioned(self, each: PreparedPart) -> bool:
        return each.part.system == self._coded.system and bool(each.part.version)

    def _is_less_likely(self, each: PreparedPart) -> bool:
        return self._is_versioned(each) and not self._has(each.part.version)

    def _has(self, version: str) -> bool:
        system = self._systems.find(self._coded.system, version)
        concept = concept_of(system, self._coded.code) if system else None
        display = self._coded.display
        if system is None or concept is None:
            return False
        return not display or says(names_in(system, concept), display)

    # --- one part -------------------------------------------------------------------------
    def _in_part(self, each: PreparedPart, value_set: ValueSet) -> Membership:
        """Of its system, and in every set that it imports."""
        go_on()
        if each.part.system and each.part.system != self._coded.system:
            return Membership.OUT
        if not each.part.system and not each.imports:
            return Membership.OUT
        own = self._in_system(each, value_set) if each.part.system else Membership.IN
        if own is Membership.OUT:
            return own
        for imported in each.imports:
            say_standing(self._findings, imported.value_set.resource, value_set.resource)
        return every((own, *map(self.ask, each.imports)))

    def _in_system(self, each: PreparedPart, value_set: ValueSet) -> Membership:
        holder = value_set.resource
        version = self._systems.meant(self._coded, each.part.version, holder)
        system = self._systems.find(self._coded.system, version, holder)
        if system is None:
            if self._rules.membership_only:
                return Membership.OUT
            self._systems.unknown(self._coded, version)
            return Membership.UNKNOWN
        self._systems.allowed(self._coded, system)
        say_standing(self._findings, system.json, holder)
        concept = concept_of(system, self._coded.code)
        listed = listing(each.part, system, self._coded.code)
        if each.part.codes is not None and listed is None:
            return Membership.OUT
        if concept is None:
            return self._not_found(each, system)
        if not _meets(system, concept, each, canonical_of_set(value_set)):
            return Membership.OUT
        return self._found(system, concept, listed, value_set)

    def _not_found(self, each: PreparedPart, system: CodeSystem) -> Membership:
        """A system that is known in part cannot deny a code, nor can its filters be asked."""
        if each.part.filters:
            return Membership.OUT
        partial = is_partial(system, self._coded.code)
        if each.part.codes is None or partial:
            self._lacks(system)
        if partial:
            self.learned.take(system, None)
        return certain(partial)

    def _lacks(self, system: CodeSystem) -> None:
        if not self._rules.membership_only:
            self._systems.lacks(self._coded, system)

    def _found(
        self, system: CodeSystem, concept: Concept, listed: Json | None, value_set: ValueSet
    ) -> Membership:
        """Whether a code that the part has may be used; and what is to be said of it."""
        self.learned.take(system, concept, listed)
        if is_abstract(system, concept) and not self._rules.allows_abstract:
            self._say_rule(said_of_codes.ABSTRACT, system)
            return Membership.OUT
        is_active_only = self._rules.active_only or value_set.active_only
        if is_active_only and is_inactive(system, concept):
            self._say_rule(said_of_codes.NOT_ACTIVE, system)
            return Membership.OUT
        self._say_case(system, concept)
        self._say_listed(system, listed, value_set)
        return Membership.IN

    def _say_rule(self, sentence: Sentence, system: CodeSystem) -> None:
        if not self._rules.membership_only:
            code, place = self._coded.code, self._coded.place("code")
            self._findings.say("error", sentence, place, code=code, system=system.url)

    def _say_case(self, system: CodeSystem, concept: Concept) -> None:
        if concept.code != self._coded.code:
            self._findings.say(
                "information",
                said_of_codes.CASE_DIFFERS,
                self._coded.place("code"),
                code=self._coded.code,
                correct=concept.code,
                system=canonical_of(system),
            )

    def _say_listed(self, system: CodeSystem, listed: Json | None, value_set: ValueSet) -> None:
        """Where the set itself marks the code as one to leave."""
        if status := status_in_set(listed):
            self._findings.say(
                "warning",
                said_of_codes.DEPRECATED_IN_SET,
                self._coded.place("code"),
                code=self._coded.code,
                system=system.url,
                value_set=canonical_of_set(value_set),
                status=status,
            )

    # --- a set that has only an expansion -------------------------------------------------
    def _in_expansion(self, value_set: ValueSet) -> Membership:
        expansion = value_set.expansion
        if (self._coded.system, self._coded.code) not in expansion.codes:
            return Membership.OUT if expansion.whole else Membership.UNKNOWN
        version = self._systems.meant(self._coded, "", value_set.resource)
        system = self._systems.find(self._coded.system, version, value_set.resource)
        if system is None:
            self._systems.unknown(self._coded, version)
            return Membership.UNKNOWN
        concept = concept_of(system, self._coded.code)
        if concept is None:
            self._lacks(system)
            return certain(is_partial(system, self._coded.code))
        return self._found(system, concept, None, value_set)


def silent_inquiry(coded: Coded, systems: Systems) -> Inquiry:
    """One of which nothing but the answer is kept."""
    findings = Findings("en")
    rules = Rules(allows_abstract=True, active_only=False, membership_only=True)
    return Inquiry(coded, systems.saying(findings), findings, rules)


def newest_first(parts: tuple[PreparedPart, ...]) -> list[PreparedPart]:
    """Newer versions of one system first; otherwise in the order of the set."""
    return sorted(parts, key=lambda each: age(each.part.version), reverse=True)


def _meets(system: CodeSystem, concept: Concept, each: PreparedPart, canonical: str) -> bool:
    """Whether a concept passes the filters of a part; units have one of their own."""
    units = [
        f for f in each.part.filters if system.url == UCUM and f.get("property") == "canonical"
    ]
    others = [f for f in each.part.filters if f not in units]
    if any(measures(concept.code, unit) is not Membership.IN for unit in units):
        return False
    return Conditions(system, others, canonical, each.place).met_by(concept)
