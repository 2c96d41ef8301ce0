"""What is coded, held against the value set of its element (R4 §4.1.5)."""

from typing import Any, Final, NamedTuple

from hygie.fhir.terminology import Membership, SystemKind
from hygie.fhir.terminology.membership import either
from hygie.fhir.validate.bindings import phrases
from hygie.fhir.validate.bindings.coded import Coded, coded
from hygie.fhir.validate.bindings.definition import Bound
from hygie.fhir.validate.context import Terminology
from hygie.fhir.validate.report import Place, Report, excerpt
from hygie.refusal import Phrase, Severity

SHOWN_CODES: Final = 5


class Strength(NamedTuple):
    """What a code outside the set is worth, and one of which it is not known."""

    rule: str
    outside: Severity
    phrase: Phrase
    unchecked: Severity | None


STRENGTHS: Final = {
    "required": Strength("binding.required", "error", phrases.REQUIRED, "warning"),
    "maximum": Strength("binding.maximum", "error", phrases.MAXIMUM, "warning"),
    "extensible": Strength("binding.extensible", "warning", phrases.EXTENSIBLE, "information"),
    "preferred": Strength("binding.preferred", "information", phrases.PREFERRED, None),
}
"""`example` asks nothing."""
FIRM: Final = frozenset({"required", "maximum"})


def check_bound(value: Any, type_name: str, bound: Bound, place: Place, report: Report) -> None:
    """Reports a value that its binding does not take; what carries no codes at all is let be.

    `value` is JSON of type `type_name`: a code, string or uri, a Coding, a CodeableConcept (one
    of its codings is enough) or a Quantity. Cost when all is well: 1 µs.
    """
    terms = report.context.terms
    found = coded(value, type_name) if terms else None
    if terms is None or found is None or _is_fine(terms, bound, found):
        return
    asked = _Asked(terms, bound, place, report)
    limited = bound.maximum and (found.codes or bound.strength == "extensible")
    if limited and not asked.check(found, "maximum", bound.maximum):
        return
    asked.check(found, bound.strength, bound.value_set)
    for strength, value_set in bound.additional:
        asked.check(found, strength, value_set)


def check_asked(value: Any, type_name: str, value_set: str, place: Place, report: Report) -> None:
    """A required binding of R4 itself, whose codes are known to terminologies only, if there."""
    if report.context.terms is not None:
        check_bound(value, type_name, Bound("required", value_set), place, report)


def _is_fine(terms: Terminology, bound: Bound, found: Coded) -> bool:
    """Whether one code is surely in the only value set that is asked for: the usual case."""
    if bound.maximum or bound.additional:
        return False
    for system, code in found.codes:
        if system is not None:
            answer = terms.member(bound.value_set, system, code, bound.near, bound.holder)
            if answer is Membership.IN:
                return True
    return False


class _Asked(NamedTuple):
    """Where and for whom codes are asked."""

    terms: Terminology
    bound: Bound
    place: Place
    report: Report

    def check(self, found: Coded, name: str, value_set: str) -> bool:
        """Reports what is wrong; whether that is an error."""
        strength = STRENGTHS.get(name)
        if strength is None or not value_set:
            return True
        answer = self._member(found, value_set)
        if answer is Membership.OUT and (found.codes or name in FIRM or not found.text):
            self._outside(found, strength, value_set)
            return strength.outside != "error"
        if answer is Membership.UNKNOWN:
            self._unchecked(found, strength, value_set)
        return True

    def _member(self, found: Coded, value_set: str) -> Membership:
        near, holder = self.bound.near, self.bound.holder
        if not found.codes and not self._known_title(value_set):
            return Membership.UNKNOWN
        return either(
            Membership.OUT
            if system is None
            else self.terms.member(value_set, system, code, near, holder)
            for system, code in found.codes
        )

    def _outside(self, found: Coded, strength: Strength, value_set: str) -> None:
        near, holder = self.bound.near, self.bound.holder
        examples = self.terms.some(value_set, SHOWN_CODES + 1, near, holder)
        shown = ", ".join(excerpt(code) for code in examples[:SHOWN_CODES])
        more = ", …" if len(examples) > SHOWN_CODES else ""
        phrase = strength.phrase if found.codes else phrases.NO_CODE
        self.report.say(
            strength.outside,
            "code-invalid",
            strength.rule,
            phrase,
            self.place,
            found=found.shown,
            title=self._title(value_set),
            examples=f" (codes : {shown}{more})" if shown else "",
            examples_en=f" (codes: {shown}{more})" if shown else "",
        )

    def _unchecked(self, found: Coded, strength: Strength, value_set: str) -> None:
        """Said once for each set: what is not known here is no fault of every value."""
        told = self.report.told
        if strength.unchecked is None or ("binding", value_set) in told:
            return
        told.add(("binding", value_set))
        self.report.say(
            strength.unchecked,
            "not-found",
            "binding.not-checked",
            self._reason(value_set),
            self.place,
            found=found.shown,
            title=self._title(value_set),
        )

    def _reason(self, value_set: str) -> Phrase:
        if self._known_title(value_set):
            return phrases.UNDECIDED
        url = value_set.partition("|")[0]
        known = self.terms.kind(url, self.bound.near)
        is_system = known not in (SystemKind.UNKNOWN, SystemKind.VALUE_SET)
        return phrases.A_SYSTEM if is_system else phrases.SET_UNKNOWN

    def _title(self, value_set: str) -> str:
        return excerpt(self._known_title(value_set) or value_set)

    def _known_title(self, value_set: str) -> str:
        return self.terms.title(value_set, self.bound.near, self.bound.holder)
