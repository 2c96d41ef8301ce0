"""Guards against answers that differ from those the standard's own suite expects."""

from collections.abc import Callable

import pytest
from tests.fhir.path.oracle import interpret
from tests.fhir.path.suite import DIFFERENT, Case, agrees, cases, environment, resource

from hygie.fhir.definitions import r4
from hygie.fhir.path import compile_path, parse, to_text
from hygie.fhir.path.check import check
from hygie.fhir.path.items import Item
from hygie.refusal import Refused

Record = Callable[[str, object], None]
Engine = Callable[[Case], list[Item]]
CASES = cases()
NEEDED = pytest.mark.skipif(
    not CASES, reason="no fhirpath-r4 suite beside the repository (HYGIE_SHARED)"
)


def interpreted(case: Case) -> list[Item]:
    return interpret(case.text, resource(case.input), r4(), environment())


def compiled(case: Case) -> list[Item]:
    data = resource(case.input)
    return compile_path(case.text, data["resourceType"], r4())(data, environment())


def judged(case: Case, engine: Engine) -> bool:
    """Whether an expression is checked and answered as a case expects, or refused."""
    try:
        type_name = resource(case.input)["resourceType"]
        check(parse(case.text), type_name, r4(), strict=case.strict)
        items = engine(case)
    except Refused:
        return bool(case.invalid)
    return not case.invalid and agrees(case, items)


@NEEDED
def test_the_whole_grammar_is_read() -> None:
    """Danger: a part of the language is not read, or is read as something else."""
    for case in CASES:
        try:
            node = parse(case.text)
        except Refused:
            assert case.invalid, case
        else:
            assert case.invalid != "syntax", case
            assert parse(to_text(node)) == node, case


@NEEDED
@pytest.mark.parametrize(("name", "engine"), [("oracle", interpreted), ("compiled", compiled)])
def test_the_suite(name: str, engine: Engine, record_property: Record) -> None:
    """Danger: the language is subtly wrong; or the oracle is, and what is compared with it."""
    wrong = [case for case in CASES if not judged(case, engine)]
    assert {case.name for case in wrong} == DIFFERENT.keys(), [str(case) for case in wrong]
    passed = len(CASES) - len(wrong)
    record_property(
        "suite", f"fhirpath-r4, {name}: {passed} of {len(CASES)} ({passed / len(CASES):.1%})"
    )
