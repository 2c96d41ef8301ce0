"""Profiles by canonical: compiled when they are first met, then called."""

from dataclasses import dataclass
from threading import RLock
from typing import Any, Final

from hygie.fhir.definitions import Registry
from hygie.fhir.packages import Definition, Library, canonical_parts, package_of
from hygie.fhir.packages.snapshots import with_snapshot
from hygie.fhir.path.model import is_a
from hygie.fhir.validate.profiles import phrases
from hygie.fhir.validate.profiles.additions import Additions
from hygie.fhir.validate.profiles.bases import Bases
from hygie.fhir.validate.profiles.compiling import Compilation
from hygie.fhir.validate.profiles.criteria import Criteria
from hygie.fhir.validate.profiles.errata import corrected
from hygie.fhir.validate.profiles.implied import Implied
from hygie.fhir.validate.profiles.model import CORE, read, unusable
from hygie.fhir.validate.profiles.probing import NOWHERE, FaultFoundError, Probe
from hygie.fhir.validate.profiles.tree import Spec, tree
from hygie.fhir.validate.profiles.values import Check
from hygie.fhir.validate.profiles.walk import Walk
from hygie.fhir.validate.references.resolution import resolve
from hygie.fhir.validate.references.surroundings import within
from hygie.fhir.validate.report import Place, Report, excerpt
from hygie.limits import MAX_ISSUES
from hygie.refusal import Phrase, Refused

STRUCTURE: Final = "StructureDefinition"


@dataclass(frozen=True, slots=True)
class Compiled:
    """A profile that is known."""

    canonical: str
    """With its version."""
    type: str
    """What it constrains."""
    package: str
    check: Check | None = None
    """None when it adds nothing."""
    trouble: Phrase | None = None
    """Why it cannot be applied."""


def declared(resource: dict[str, Any]) -> list[str]:
    """The profiles that a resource says it conforms to, in `meta.profile`."""
    meta = resource.get("meta")
    said = meta.get("profile") if type(meta) is dict else None
    return [p for p in said if type(p) is str] if type(said) is list else []


class Profiles:
    """Checks values against what profiles add to the types they constrain (R4 profiling.html).

    Each profile is compiled once, in some milliseconds, when it is first met. Safe to share
    between threads, as long as nothing is added to the library.
    """

    def __init__(self, registry: Registry, library: Library) -> None:
        self.registry = registry
        self._library = library
        self._bases = Bases(registry, library)
        self._implied = Implied(library)
        self._known: dict[tuple[str, str], Compiled] = {}
        """By the canonical and the package that names it."""
        self._made: dict[tuple[str, str], Compiled] = {}
        """By the canonical with its version and the package it is of."""
        self._trees: dict[tuple[str, str], Spec | None] = {}
        self._lock = RLock()

    def check(
        self, canonical: str, value: Any, place: Place, report: Report, near: str = ""
    ) -> None:
        """Checks a value, whose structure has been checked against its type, against a profile.

        `near` is the package that names the profile. A profile that is not known is a warning;
        one that cannot be applied an error, said once.
        """
        compiled = self._compiled(canonical, near)
        if compiled is None:
            _say_unknown(canonical, value, place, report)
        elif compiled.trouble is not None:
            _say_unusable(compiled, compiled.trouble, place, report)
        elif self._has_type(compiled, value, place, report) and compiled.check is not None:
            self._run(compiled, compiled.check, value, place, report)

    def conforms(self, canonical: str, value: Any, report: Report, near: str = "") -> bool:
        """Whether a value conforms to what a profile adds; nothing is reported.

        Not to a profile that is unknown or unusable.
        """
        compiled = self._compiled(canonical, near)
        if compiled is None or compiled.trouble is not None:
            return False
        try:
            self.check(canonical, value, NOWHERE, Probe(report), near)
        except FaultFoundError:
            return False
        return True

    def followed(self, resource: dict[str, Any]) -> list[str]:
        """The profiles that a resource is to conform to: those it declares, and those implied.

        An implied one that a declared one was made from is left out: it would say the same again.
        """
        own = declared(resource)
        implied = self._implied.of(resource)
        if not implied:
            return own
        known = self._implied
        return [*own, *(p for p in implied if not any(known.descends(one, p) for one in own))]

    def knows(self, canonical: str, near: str = "") -> bool:
        """Whether a profile is there to be checked against."""
        compiled = self._compiled(canonical, near)
        return compiled is not None and compiled.trouble is None

    def resolve(self, reference: str, report: Report) -> Any:
        """The resource that a reference names, contained or elsewhere; None where there is none."""
        return resolve(reference, report)

    # --- running --------------------------------------------------------------------------
    def _has_type(self, compiled: Compiled, value: Any, place: Place, report: Report) -> bool:
        said = value.get("resourceType") if type(value) is dict else None
        if type(said) is not str or is_a(self.registry, said, compiled.type):
            return True
        if not self.registry.is_resource(said):
            return False  # reported with the structure
        details = {"profile": compiled.canonical, "expected": compiled.type, "found": said}
        report.add("structure", "profile.type", phrases.OTHER_TYPE, place, **details)
        return False

    def _run(
        self, compiled: Compiled, check: Check, value: Any, place: Place, report: Report
    ) -> None:
        """Once for each value and profile at a time: a cycle of references ends here."""
        running: set[tuple[int, str]] = report.kept.setdefault("profiles.running", set())
        this = id(value), compiled.canonical
        if this in running:
            return
        outer = report.source, report.resource, report.surroundings
        report.source = compiled.canonical
        if type(value) is dict and value is not report.resource and "resourceType" in value:
            _enter(value, place, report)
        running.add(this)
        try:
            check(value, None, place, report)
        finally:
            running.discard(this)
            report.source, report.resource, report.surroundings = outer

    # --- compiling ------------------------------------------------------------------------
    def _compiled(self, canonical: str, near: str) -> Compiled | None:
        """None when it is not known. Only names that profiles have are remembered."""
        known = self._known.get((canonical, near))
        if known is not None:
            return known
        if base := self._base(canonical):
            return Compiled(canonical, base, "")
        definition = self._library.find(STRUCTURE, canonical, near)
        if definition is None:
            return None
        identity = definition.canonical, definition.package
        with self._lock:
            if identity not in self._made:
                self._made[identity] = self._compile(definition)
        made = self._made[identity]
        if canonical in (definition.url, definition.canonical):
            self._known[canonical, near] = made
        return made

    def _compile(self, definition: Definition) -> Compiled:
        type_name = str(definition.resource.get("type", ""))
        known = Compiled(definition.canonical, type_name, definition.package)
        try:
            check = self._check_of(definition, type_name)
        except Refused as refused:
            issue = refused.refusal.issues[0]
            return _troubled(known, Phrase(issue.text("fr"), issue.text("en")))
        except RecursionError:
            return _troubled(known, phrases.TOO_DEEP)
        return Compiled(known.canonical, type_name, known.package, check)

    def _base(self, canonical: str) -> str:
        """The type of R4 that a canonical names; empty when it names none."""
        url, version = canonical_parts(canonical)
        name = url.removeprefix(CORE) if url.startswith(CORE) else ""
        return name if name in self.registry.types and version in ("", "4.0.1") else ""

    def _check_of(self, definition: Definition, type_name: str) -> Check | None:
        if type_name not in self.registry.types:
            raise unusable(phrases.NO_SUCH_TYPE, type_name[:80])
        additions = Additions(self, self._bases, definition)

        def find(url: str) -> Spec | None:
            return self._tree(url, definition.package)

        def below(spec: Spec, code: str) -> Check | None:
            return compilation.part(spec, code)

        criteria = Criteria(self, definition, Walk(find), below)
        root = self._read(definition)
        compilation = Compilation(self.registry, root, additions, criteria)
        return compilation.check(type_name)

    def _tree(self, canonical: str, near: str) -> Spec | None:
        """What a profile says, as a tree; None where it is not known, or cannot be read."""
        key = canonical, near
        if key not in self._trees:
            definition = self._library.find(STRUCTURE, canonical, near)
            try:
                self._trees[key] = self._read(definition) if definition else None
            except Refused:
                self._trees[key] = None
        return self._trees[key]

    def _read(self, definition: Definition) -> Spec:
        snapshot = with_snapshot(definition, self._library).resource.get("snapshot")
        elements = read(snapshot.get("element") if type(snapshot) is dict else None)
        return tree(corrected(definition.url, elements))


def _enter(resource: dict[str, Any], place: Place, report: Report) -> None:
    """Rules and references of a resource in another are of that one; contained ones share them."""
    report.resource = resource
    around = report.surroundings
    name = resource.get("id")
    if type(name) is not str or around.contained.get(name) is not resource:
        report.surroundings = within(resource, place, around)


def _troubled(known: Compiled, trouble: Phrase) -> Compiled:
    return Compiled(known.canonical, known.type, known.package, None, trouble)


def _say_unknown(canonical: str, value: Any, place: Place, report: Report) -> None:
    details = {"claimed": excerpt(canonical), "publisher": excerpt(package_of(canonical))}
    # Looking for the place takes as long as there are profiles: not for what is left out anyway.
    where = _named_at(canonical, value, place) if report.others < MAX_ISSUES else place
    report.say("warning", "not-found", "profile.unknown", phrases.UNKNOWN, where, **details)


def _say_unusable(compiled: Compiled, trouble: Phrase, place: Place, report: Report) -> None:
    rule, profile = "profile.unusable", excerpt(compiled.canonical)
    said = (i for i in report.issues if i.rule == rule and i.details["profile"] == profile)
    if next(said, None) is None:
        details = {"profile": profile, "reason": trouble.fr, "reason_en": trouble.en}
        report.add("processing", rule, phrases.UNUSABLE, place, **details)


def _named_at(canonical: str, value: Any, place: Place) -> Place:
    """Where a resource declares a profile; its own place when it does not."""
    meta = value.get("meta") if type(value) is dict else None
    declared = meta.get("profile") if type(meta) is dict else None
    if type(declared) is not list or canonical not in declared:
        return place
    return ((place, "meta", -1), "profile", declared.index(canonical))
