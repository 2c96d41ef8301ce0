"""The code systems that a check needs, in the versions meant; what is not known is said."""

from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.checking import said_of_systems
from hygie.fhir.terminology.checking.findings import Findings
from hygie.fhir.terminology.checking.subject import Coded
from hygie.fhir.terminology.code_system import CodeSystem, Concept
from hygie.fhir.terminology.grammars import RULES
from hygie.fhir.terminology.membership import Membership
from hygie.fhir.terminology.reading import Json
from hygie.fhir.terminology.resolving import Resolver, one_of
from hygie.fhir.terminology.supplemented import canonical_of
from hygie.fhir.terminology.system import System
from hygie.fhir.terminology.versions import fits


class Systems:
    """Of one request. `holder`: the value set that asks, which may contain a system."""

    def __init__(self, resolver: Resolver, asked: Asked, findings: Findings) -> None:
        self._resolver = resolver
        self._asked = asked
        self._findings = findings

    def saying(self, findings: Findings) -> "Systems":
        """The same, which says what it finds elsewhere."""
        return Systems(self._resolver, self._asked, findings)

    def find(self, url: str, version: str, holder: Json | None = None) -> CodeSystem | None:
        """One whose codes are known: listed, in part at least, or told by a rule."""
        found = self._resolver.exact(url, version, holder)
        if found is not None and not found.supplements and found.content != "not-present":
            return found
        return System({"url": url}) if url in RULES else None

    def meant(self, coded: Coded, stated: str, holder: Json | None = None) -> str:
        """The version to look in: that of the request's rules, the set, or the code itself.

        Said where they do not agree.
        """
        url, given = coded.system, coded.version
        version = self.ruled(url, stated)
        if not given:
            return version
        known = self._resolver.versions(url)
        if (version and fits(version, given)) or (not version and given in known):
            version = given
        found = self.find(url, version, holder)
        if found is not None and found.version == given:
            return version
        if found is None and version == given:
            return version
        self._other(coded, version, stated, found)
        return version

    def ruled(self, url: str, stated: str = "") -> str:
        """The version that the request's rules mean, where a set states one or none."""
        return self._asked.systems.choose(url, stated).version

    def allowed(self, coded: Coded, system: CodeSystem) -> None:
        """Says that the version is one that the request rules out (check-system-version)."""
        if required := self._asked.systems.broken(system.url, system.version):
            self._findings.say(
                "error",
                said_of_systems.VERSION_NOT_ALLOWED,
                coded.place("version"),
                system=system.url,
                version=system.version,
                required=required,
            )

    def unknown(self, coded: Coded, version: str) -> None:
        """Says that a system, or a version of it, is not known; or that it is another thing."""
        url, known = coded.system, self._resolver.versions(coded.system)
        if self._misnamed(coded):
            return
        sentence = said_of_systems.UNKNOWN_SYSTEM
        if version:
            sentence = (
                said_of_systems.UNKNOWN_VERSION
                if known
                else said_of_systems.UNKNOWN_SYSTEM_AND_VERSION
            )
        self._findings.lack(f"{url}|{version}" if version and known else url)
        self._findings.say(
            "error",
            sentence,
            coded.place("system"),
            system=url,
            version=version,
            known=one_of(known),
        )

    def lacks(self, coded: Coded, system: CodeSystem) -> None:
        """Says that a system has not a code; of one known in part, that this proves nothing."""
        partial = is_partial(system, coded.code)
        sentence = (
            said_of_systems.UNKNOWN_CODE
            if system.version
            else said_of_systems.UNKNOWN_CODE_NO_VERSION
        )
        self._findings.say(
            "warning" if partial else "error",
            said_of_systems.UNKNOWN_IN_FRAGMENT if partial else sentence,
            coded.place("code"),
            code=coded.code,
            system=system.url,
            version=system.version,
        )

    def _misnamed(self, coded: Coded) -> bool:
        """Whether what is named as a system is another thing, which is said."""
        other = self._resolver.exact(coded.system, "")
        if other is not None and other.supplements:
            sentence, named = said_of_systems.SUPPLEMENT_AS_SYSTEM, canonical_of(other)
        elif other is None and self._resolver.value_set(coded.system) is not None:
            sentence, named = said_of_systems.VALUE_SET_AS_SYSTEM, coded.system
        else:
            return False
        self._findings.say("error", sentence, coded.place("system"), system=named)
        return True

    def _other(self, coded: Coded, version: str, stated: str, found: CodeSystem | None) -> None:
        """Says that the code's own version is not the one that is looked in."""
        url, given = coded.system, coded.version
        sentence, shown = said_of_systems.OTHER_VERSION, version
        if found is not None and not version:
            sentence, shown = said_of_systems.OTHER_VERSION_DEFAULT, found.version
        elif found is not None and version != stated:
            sentence = said_of_systems.OTHER_VERSION_RULED
        is_default = sentence is said_of_systems.OTHER_VERSION_DEFAULT
        self._findings.say(
            "warning" if is_default else "error",
            sentence,
            coded.place("version"),
            system=url,
            version=shown,
            stated=stated,
            given=given,
        )
        if found is not None and self.find(url, given) is None:
            self.unknown(coded, given)


def concept_of(system: CodeSystem, code: str) -> Concept | None:
    """A code's concept, listed or told by a rule."""
    found = system.find(code)
    rule = RULES.get(system.url)
    if found is None and rule and rule(code) is Membership.IN:
        return Concept(code, {"code": code})
    return found


def is_partial(system: CodeSystem, code: str) -> bool:
    """Whether a code that it has not may be one of its codes all the same."""
    if rule := RULES.get(system.url):
        return rule(code) is Membership.UNKNOWN
    return system.content in ("fragment", "example")
