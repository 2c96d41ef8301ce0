"""Mutants of FR Core's examples: each written fault is found, by its rule and at its place."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache

import pytest
from tests.fhir.validate import (
    faults_everywhere,
    faults_observations,
    faults_patients,
    faults_registers,
    fr_core,
)
from tests.fhir.validate.faults import Fault, Json

TODAY = date(2026, 11, 22)
MENDS = {**faults_patients.MENDS, **faults_registers.MENDS}
Found = tuple[str, str]
pytestmark = pytest.mark.skipif(not fr_core.examples(), reason="FR Core 2.2.0 is not here")


@cache
def examples() -> dict[str, Json]:
    """The guide's, with right numbers in place of those that it made up."""
    found = fr_core.examples()
    for name, mend in MENDS.items():
        mend(found[name])
    return found


def faults() -> Iterator[Fault]:
    """The written list, and the faults of any resource on every example."""
    yield from faults_patients.faults()
    yield from faults_observations.faults()
    yield from faults_registers.faults()
    for name, example in examples().items():
        yield from faults_everywhere.faults_of(name, example)


def found(resource: Json) -> set[Found]:
    return {(i.rule, i.location) for i in fr_core.validator().validate(resource, today=TODAY)}


@cache
def remarked(name: str) -> frozenset[Found]:
    """What is said of an example without a fault."""
    return frozenset(found(examples()[name]))


def is_caught(fault: Fault) -> bool:
    mutant = fault.made(examples()[fault.example])
    place = ".".join(filter(None, (mutant["resourceType"], fault.place)))
    return (fault.rule, place) in found(mutant) - remarked(fault.example)


def test_the_faults_written_are_found_where_they_are(
    record_property: Callable[[str, object], None],
) -> None:
    """Danger: what a supplier does wrong goes through, or is shown to be wrong elsewhere."""
    written = list(faults())
    missed = [fault for fault in written if not is_caught(fault)]
    record_property("suite", table(written, missed))
    caught = len(written) - len(missed)
    shown = [f"{f.example}: {f.sentence} ({f.rule} {f.place})" for f in missed]
    assert len(written) > 600
    assert caught / len(written) >= 0.98, shown


def test_each_fault_is_a_mutant_of_its_own() -> None:
    """Danger: one fault counted twice, or one that changes nothing."""
    pairs = Counter((f.example, f.sentence) for f in faults())
    assert [pair for pair, count in pairs.items() if count > 1] == []
    idle = [f.sentence for f in faults() if f.made(examples()[f.example]) == examples()[f.example]]
    assert idle == []


def test_every_profile_with_an_example_has_faults_of_its_own() -> None:
    """Danger: a profile whose rules nobody has tried to break."""
    own = {
        url
        for fault in (
            *faults_patients.faults(), *faults_observations.faults(), *faults_registers.faults(),
        )
        for url in examples()[fault.example]["meta"]["profile"]
    }  # fmt: skip
    declared = {u for r in examples().values() for u in r.get("meta", {}).get("profile", ())}
    assert declared - own == {f"{fr_core.PROFILES}fr-core-organization"}


def table(written: list[Fault], missed: list[Fault]) -> str:
    """How many of each kind of rule were found, in one line."""
    kinds = Counter(fault.rule.partition(".")[0] for fault in written)
    lost = Counter(fault.rule.partition(".")[0] for fault in missed)
    parts = ", ".join(f"{kind} {n - lost[kind]}/{n}" for kind, n in sorted(kinds.items()))
    caught = len(written) - len(missed)
    return (
        f"fr-core mutants: {caught}/{len(written)} found, by their rule and at their place"
        f" ({caught / len(written):.1%}): {parts}"
    )
