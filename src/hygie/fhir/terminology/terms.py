"""What is asked of terminology: codes, their systems, the sets they may be of."""

from collections.abc import Iterator
from itertools import islice

from hygie.fhir.packages import Library
from hygie.fhir.terminology.code_system import is_whole
from hygie.fhir.terminology.layer import Layer
from hygie.fhir.terminology.listing import listed, systems_of
from hygie.fhir.terminology.membership import Membership, certain, either
from hygie.fhir.terminology.question import Question
from hygie.fhir.terminology.reading import Json
from hygie.fhir.terminology.sources import Sources
from hygie.fhir.terminology.value_set import ValueSet
from hygie.fhir.terminology.verdict import SystemKind, Verdict, judge, kind_of
from hygie.limits import MAX_TERM_ANSWERS


class Terms:
    """Answers from the code systems and value sets of a library, which grows no more.

    A code system or value set is read when it is first asked for: milliseconds for a large one.
    An answer given before costs 0.15 µs; the last `MAX_TERM_ANSWERS` are kept. A contained set
    (`#id`) is looked for in `holder`, the resource that names it. Never raises for what is wrong
    in a definition: what cannot be decided is UNKNOWN. Safe to share between threads.
    """

    def __init__(self, library: Library, layer: Layer | None = None) -> None:
        """`layer`: systems that the library has not, or not whole; they may change meanwhile."""
        self._sources = Sources(library, layer)
        self._edition = self._sources.edition
        self._verdicts: dict[tuple[str, str, str, str], Verdict | None] = {}
        self._members: dict[tuple[str, str, str, str], Membership] = {}
        self._firsts: dict[tuple[str, int, str], list[str]] = {}
        """Of the value sets that definitions name: as many as there are of those."""

    def member(
        self, value_set: str, system: str, code: str, near: str = "", holder: Json | None = None
    ) -> Membership:
        """Whether a code is in a value set; `system` is "" for a `code` element."""
        self._forget_changed()
        if holder is not None and value_set.startswith("#"):
            return self._member(value_set, system, code, near, holder)
        key = (value_set, system, code, near)
        answer = self._members.get(key)
        if answer is None:
            answer = self._member(value_set, system, code, near, None)
            if len(self._members) >= MAX_TERM_ANSWERS:
                self._members.clear()
            self._members[key] = answer
        return answer

    def known(self, system: str, code: str, version: str = "", near: str = "") -> Membership:
        """Whether a code is one of its system; of a version, when that one is here."""
        return self._sources.known(system, code, version, near)

    def kind(self, system: str, near: str = "") -> SystemKind:
        """What is known of the URI that a coding gives as its system."""
        return kind_of(self._sources, system, near)

    def verdict(self, system: str, code: str, display: str, version: str) -> Verdict | None:
        """What is wrong with a coding, "" for what it does not give; None when nothing is.

        Cost: as `member`.
        """
        self._forget_changed()
        key = system, code, display, version
        try:
            return self._verdicts[key]
        except KeyError:
            pass
        if len(self._verdicts) >= MAX_TERM_ANSWERS:
            self._verdicts.clear()
        verdict = self._verdicts[key] = judge(self._sources, system, code, display, version)
        return verdict

    def subsumes(self, system: str, upper: str, lower: str) -> Membership:
        """Whether a code of a system is another one of it, or above it in its hierarchy."""
        found = self._sources.system(system)
        above, below = (found.find(upper), found.find(lower)) if found else (None, None)
        if found is None or above is None or below is None:
            return Membership.IN if upper == lower else Membership.UNKNOWN
        answer = above.code == below.code or above.code in found.above(below.code)
        return certain(answer) if answer or is_whole(found) else Membership.UNKNOWN

    def displays(self, system: str, code: str) -> frozenset[str]:
        """The display and designations of a code, all languages; empty when not known."""
        found = self._sources.system(system)
        concept = found.find(code) if found else None
        return frozenset(concept.displays()) if concept else frozenset()

    def title(self, value_set: str, near: str = "", holder: Json | None = None) -> str:
        """What a person calls the set; "" when it is not known."""
        found = self._sources.value_set(value_set, near, holder)
        return (found.title or value_set) if found else ""

    def some(
        self, value_set: str, count: int, near: str = "", holder: Json | None = None
    ) -> list[str]:
        """The first codes of a set, to show what is expected; fewer when they are not known."""
        if holder is not None:
            return self._first(value_set, count, near, holder)
        key = value_set, count, near
        if key not in self._firsts:
            self._firsts[key] = self._first(value_set, count, near, None)
        return self._firsts[key]

    def _forget_changed(self) -> None:
        """Answers of before another system came, or went."""
        if self._edition != self._sources.edition:
            self._edition = self._sources.edition
            for answers in (self._verdicts, self._members, self._firsts):
                answers.clear()

    def _first(self, value_set: str, count: int, near: str, holder: Json | None) -> list[str]:
        found = self._sources.value_set(value_set, near, holder)
        return list(islice(self._codes(found), count)) if found else []

    def _member(
        self, canonical: str, system: str, code: str, near: str, holder: Json | None
    ) -> Membership:
        value_set = self._sources.value_set(canonical, near, holder)
        if value_set is None:
            return Membership.UNKNOWN
        if system:
            return Question(self._sources, system, code).ask(value_set)
        systems = systems_of(self._sources, value_set)
        answers = (Question(self._sources, one, code).ask(value_set) for one in systems.known)
        answer = either(answers)
        return Membership.UNKNOWN if answer is Membership.OUT and systems.more else answer

    def _codes(self, value_set: ValueSet) -> Iterator[str]:
        for system, code in dict.fromkeys(listed(self._sources, value_set)):
            if Question(self._sources, system, code).ask(value_set) is Membership.IN:
                yield code
