"""The system of a code that came without one: the only one of a value set that has the code."""

from collections.abc import Iterator

from hygie.fhir.terminology.checking import said_of_systems
from hygie.fhir.terminology.checking.findings import Findings
from hygie.fhir.terminology.checking.inquiry import silent_inquiry
from hygie.fhir.terminology.checking.prepared import Prepared
from hygie.fhir.terminology.checking.subject import Coded
from hygie.fhir.terminology.checking.systems import Systems
from hygie.fhir.terminology.membership import Membership


def infer(prepared: Prepared, coded: Coded, systems: Systems, findings: Findings, name: str) -> str:
    """Empty when no system has the code in the set, or several have, which is said.

    Cost: as many inquiries as the set has systems.
    """
    found = list(_having(prepared, coded, systems))
    if len(found) == 1:
        return found[0]
    findings.say(
        "error",
        said_of_systems.INFERRED_TWICE if found else said_of_systems.NOT_INFERRED,
        "code",
        code=coded.code,
        value_set=name,
        systems=", ".join(found),
    )
    return ""


def _having(prepared: Prepared, coded: Coded, systems: Systems) -> Iterator[str]:
    for url in dict.fromkeys(_systems_of(prepared, set())):
        inquiry = silent_inquiry(coded._replace(system=url), systems)
        if inquiry.ask(prepared) is Membership.IN:
            yield url


def _systems_of(prepared: Prepared, seen: set[int]) -> Iterator[str]:
    """Those that a set and its imports name, in order."""
    if id(prepared) in seen:
        return
    seen.add(id(prepared))
    for each in prepared.includes:
        if each.part.system:
            yield each.part.system
        for imported in each.imports:
            yield from _systems_of(imported, seen)
    for system, _ in prepared.value_set.expansion.codes:
        yield system
