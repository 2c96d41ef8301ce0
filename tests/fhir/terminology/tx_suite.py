"""The terminology ecosystem's own cases (HL7 tx-ecosystem), run on the engine as it is served.

A case is a request: Parameters, those of its profile, and the definitions of its suite, which the
request brings along. What the engine answers is compared as the ecosystem's runner does
(`tx_compare`), in the form of R5 (`tx_forms`).

    python -m tests.fhir.terminology.tx_suite [-m MODE] [-v] [WORD …]

lists the cases that fail, of those whose name, suite or operation is one of the words; -v shows
request, answer and what was expected.
"""

import json
import os
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.fhir.terminology.tx_compare import difference, in_order
from tests.fhir.terminology.tx_forms import to_r4, to_r5

from hygie.fhir.outcome import operation_outcome
from hygie.fhir.packages import base_library
from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.catalogue import Catalogue
from hygie.fhir.terminology.checking import (
    validate_code,
    validate_code_of_system,
    validate_codes,
)
from hygie.fhir.terminology.expansion import expand
from hygie.fhir.terminology.looking import lookup
from hygie.fhir.terminology.subsumption import subsumes
from hygie.fhir.terminology.translation import translate
from hygie.refusal import Refused

Json = dict[str, Any]
SHARED = Path(os.environ.get("HYGIE_SHARED", Path(__file__).parents[3].parent / "shared"))
FOLDER = SHARED / "suites" / "tx-ecosystem"
OF_THE_SERVER = ("metadata", "term-caps")
"""What only a server answers: of no interest to the engine."""


@dataclass(frozen=True)
class Case:
    suite: str
    name: str
    operation: str
    request: str
    response: str
    profile: str
    accept_language: str
    status: str
    """`200`, `2xx`, `4xx`."""
    setup: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.suite}/{self.name}"


@dataclass(frozen=True)
class Answer:
    case: Case
    problem: str
    """Why it fails; "" when it does not."""
    status: int = 0
    resource: Json | None = None


# --- the cases ----------------------------------------------------------------------------
def cases(mode: str = "general") -> list[Case]:
    """Of the suites of a mode, those that the engine can answer; none when they are not there."""
    manifest = FOLDER / "test-cases.json"
    if not manifest.is_file():
        return []
    return [case for suite in _load("test-cases.json")["suites"] for case in _cases(suite, mode)]


def _cases(suite: Json, mode: str) -> Iterator[Case]:
    for test in suite["tests"]:
        is_ours = test["operation"] not in OF_THE_SERVER and not test.get("version", "4") < "4"
        if suite.get("mode", "general") == mode and is_ours:
            yield Case(
                suite["name"],
                test["name"],
                test["operation"],
                test["request"],
                test["response"],
                test.get("profile", "parameters-default.json"),
                test.get("Accept-Language", ""),
                test.get("http-code", "2xx"),
                tuple(suite["setup"]),
            )


@cache
def _load(name: str) -> Json:
    loaded: Json = json.loads((FOLDER / name).read_text("utf-8-sig"))
    return loaded


def parameters(case: Case) -> Json:
    """The request as it is sent."""
    asked, profile = _load(case.request), _load(case.profile)
    brought = [{"name": "tx-resource", "resource": to_r4(_load(name))} for name in case.setup]
    return {**asked, "parameter": [*asked["parameter"], *brought, *profile["parameter"]]}


# --- the engine ---------------------------------------------------------------------------
def answer(case: Case) -> Answer:
    """What the engine answers; never raises, whatever the case."""
    try:
        status, resource = asked(case)
    except Exception:  # counted, whatever it is
        return Answer(case, f"crash: {traceback.format_exc(limit=-3)}")
    return judged(case, status, resource)


def judged(case: Case, status: int, resource: Json) -> Answer:
    """An answer held against what the case expects."""
    if not all(want in ("x", got) for want, got in zip(case.status, str(status), strict=True)):
        said = "; ".join(i["details"]["text"] for i in resource.get("issue", ()))
        return Answer(case, f"status {status} {said}", status, resource)
    problem = difference(_load(case.response), to_r5(resource))
    return Answer(case, problem, status, resource)


def asked(case: Case) -> tuple[int, Json]:
    """HTTP status and resource."""
    try:
        request = Asked(parameters(case), (), case.accept_language, "fr")
        catalogue = base_catalogue().over(request.resources)
        return 200, OPERATIONS[case.operation](catalogue, request)
    except Refused as refused:
        refusal = refused.refusal
        return refusal.category.value, operation_outcome(refusal.issues, "en")


@cache
def base_catalogue() -> Catalogue:
    return Catalogue.of((), base_library())


OF_THIS = {
    "identifier": "urn:uuid:8acdbfdc-e9d2-11ed-a05b-0242ac120003",
    "timestamp": "2026-01-01T00:00:00Z",
}
"""What names an expansion."""
OPERATIONS: dict[str, Callable[[Catalogue, Asked], Json]] = {
    "expand": lambda catalogue, request: expand(catalogue, None, request, **OF_THIS),
    "lookup": lookup,
    "subsumes": subsumes,
    "validate-code": validate_code,
    "cs-validate-code": validate_code_of_system,
    "batch-validate": validate_codes,
    "translate": translate,
}


# --- the table ----------------------------------------------------------------------------
@dataclass(frozen=True)
class Table:
    answers: list[Answer]

    @property
    def passed(self) -> int:
        return sum(not a.problem for a in self.answers)

    @property
    def share(self) -> float:
        return self.passed / max(len(self.answers), 1)

    def lines(self) -> list[str]:
        """The whole, then each suite."""
        total, good = Counter[str](), Counter[str]()
        for each in self.answers:
            total[each.case.suite] += 1
            good[each.case.suite] += not each.problem
        whole = f"tx-ecosystem: {self.passed}/{len(self.answers)} ({self.share:.1%})"
        return [whole, *(f"  {name:26} {good[name]:3}/{total[name]:3}" for name in total)]

    def failing(self) -> list[str]:
        return [f"{a.case} ({a.case.operation}): {a.problem}" for a in self.answers if a.problem]


def table(mode: str = "general") -> Table:
    return Table([answer(case) for case in cases(mode)])


def main(words: list[str]) -> None:
    mode = words[words.index("-m") + 1] if "-m" in words else "general"
    verbose = "-v" in words
    named = [word for word in words if word not in ("-m", "-v", mode)]
    answers = [
        answer(case)
        for case in cases(mode)
        if not named or {case.name, case.suite, case.operation, str(case)} & set(named)
    ]
    for given in answers:
        if given.problem or verbose:
            sys.stdout.write(f"{given.case} ({given.case.operation}): {given.problem}\n")
        if verbose:
            _show(given)
    sys.stdout.write("\n".join(Table(answers).lines()) + "\n")


def _show(given: Answer) -> None:
    asked_for = [p for p in parameters(given.case)["parameter"] if p["name"] != "tx-resource"]
    wanted = _load(given.case.response)
    for label, shown in (
        ("asked", asked_for),
        ("answer", in_order(to_r5(given.resource or {}))),
        ("expected", wanted),
    ):
        sys.stdout.write(f"--- {label}\n{json.dumps(shown, indent=1, ensure_ascii=False)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
