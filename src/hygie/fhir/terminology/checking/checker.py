"""The codings of one request checked in one value set, and what is answered of them."""

from typing import Final, NamedTuple

from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.checking import said_of_codes, said_of_systems
from hygie.fhir.terminology.checking.displays import Displays
from hygie.fhir.terminology.checking.findings import Findings
from hygie.fhir.terminology.checking.inferring import infer
from hygie.fhir.terminology.checking.inquiry import Inquiry, newest_first
from hygie.fhir.terminology.checking.learned import Learned, Rules
from hygie.fhir.terminology.checking.prepared import Prepared
from hygie.fhir.terminology.checking.sentence import Sentence
from hygie.fhir.terminology.checking.subject import CODE, CONCEPT, Coded, Subject
from hygie.fhir.terminology.checking.systems import Systems, concept_of
from hygie.fhir.terminology.languages import read_languages
from hygie.fhir.terminology.membership import Membership
from hygie.fhir.terminology.value_set import canonical_of
from hygie.refusal import Severity

UNIDENTIFIED: Final = "(unidentified)"
UNKNOWN: Final = (
    said_of_systems.UNKNOWN_SYSTEM,
    said_of_systems.UNKNOWN_VERSION,
    said_of_systems.UNKNOWN_SYSTEM_AND_VERSION,
)


class Checked(NamedTuple):
    """One coding, whether the set has it, and what is known of it."""

    coded: Coded
    """Its system inferred, where it was asked to be."""
    answer: Membership
    learned: Learned


class Checker:
    """Of one request and one value set."""

    def __init__(
        self,
        asked: Asked,
        systems: Systems,
        findings: Findings,
        prepared: Prepared,
        *,
        is_of_system: bool = False,
    ) -> None:
        """`is_of_system`: the set stands for all codes of a system, and is not spoken of."""
        self._systems = systems
        self._findings = findings
        self._prepared = prepared
        self._is_of_system = is_of_system
        self._name = canonical_of(prepared.value_set) or UNIDENTIFIED
        self._rules = Rules(
            allows_abstract=asked.flag("abstract") is not False,
            active_only=asked.flag("activeOnly") is True,
            membership_only=asked.flag("valueset-membership-only") is True,
        )
        shown = asked.display_language
        lenient = asked.flag("lenient-display-validation") is True
        self._displays = Displays(read_languages(shown), shown, lenient=lenient)

    def check(self, subject: Subject) -> list[Checked]:
        """Each coding in turn, then what is said of them together."""
        checked = [self._check(coded, subject) for coded in subject.codings]
        if subject.is_concept and any(each.answer is Membership.IN for each in checked):
            self._excuse(checked)
        if not any(each.answer is not Membership.OUT for each in checked):
            self._say_none(subject, checked)
        return checked

    def _check(self, coded: Coded, subject: Subject) -> Checked:
        if not coded.code:
            self._findings.say("warning", said_of_systems.NO_CODE_GIVEN, coded.path, told=True)
            return Checked(coded, Membership.OUT, Learned())
        if not coded.system:
            coded = self._with_system(coded, subject)
            if not coded.system:
                return Checked(coded, Membership.OUT, Learned())
        inquiry = Inquiry(coded, self._systems, self._findings, self._rules)
        answer = inquiry.ask(self._prepared)
        learned = inquiry.learned
        if answer is Membership.OUT and subject.is_concept and not self._is_of_system:
            self._say_not_in("information", said_of_codes.THIS_NOT_IN_SET, coded)
        if answer is not Membership.IN and not self._rules.membership_only:
            learned = self._look(coded)
        default = learned.system.language if learned.system else ""
        if not self._rules.membership_only:
            self._displays.check(self._findings, coded, learned.names, default)
        return Checked(coded, answer, learned)

    def _with_system(self, coded: Coded, subject: Subject) -> Coded:
        """A code alone may leave its system to be inferred; a Coding may not."""
        if subject.mode == CODE:
            found = infer(self._prepared, coded, self._systems, self._findings, self._name)
            return coded._replace(system=found)
        self._findings.say("warning", said_of_systems.NO_SYSTEM_GIVEN, coded.path, told=True)
        return coded

    def _look(self, coded: Coded) -> Learned:
        """What the system itself says of a code that is not in the set."""
        learned = Learned()
        if ":" not in coded.system:
            self._findings.say("error", said_of_systems.RELATIVE_SYSTEM, coded.place("system"))
        version = coded.version or self._version(coded.system)
        system = self._systems.find(coded.system, version, self._prepared.value_set.resource)
        if system is None:
            self._systems.unknown(coded, version)
            return learned
        self._systems.allowed(coded, system)
        concept = concept_of(system, coded.code)
        learned.take(system, concept)
        if concept is None:
            self._systems.lacks(coded, system)
        return learned

    def _version(self, url: str) -> str:
        """That of the set, the newest it includes, where it is known; else the request's."""
        includes = newest_first(self._prepared.includes)
        stated = (each.part.version for each in includes if each.part.system == url)
        version = self._systems.ruled(url, next(stated, ""))
        return version if self._systems.find(url, version) else self._systems.ruled(url)

    # --- what is said of all --------------------------------------------------------------
    def _excuse(self, checked: list[Checked]) -> None:
        """One coding in the set is enough: one of a system that is not known here is no error
        then, as local codes beside national ones are not (R4 $validate-code, codeableConcept)."""
        for each in checked:
            if each.answer is not Membership.IN:
                coded, instead = each.coded, said_of_systems.NOT_CHECKED
                named = f"{coded.system}|{coded.version}" if coded.version else coded.system
                self._findings.excuse(UNKNOWN, coded.place("system"), instead, system=named)

    def _say_none(self, subject: Subject, checked: list[Checked]) -> None:
        if self._is_of_system and any(self._findings):
            return
        if subject.mode == CONCEPT:
            self._findings.say("error", said_of_codes.NO_CODING_IN_SET, value_set=self._name)
        elif checked and checked[0].coded.code:
            self._say_not_in("error", said_of_codes.NOT_IN_SET, checked[0].coded)

    def _say_not_in(self, severity: Severity, sentence: Sentence, coded: Coded) -> None:
        codes, place = coded.written(), coded.place("code")
        self._findings.say(severity, sentence, place, codes=codes, value_set=self._name)
