"""Required bindings of Coding and CodeableConcept (R4 §4.1.5).

A `code` is tested by generated code itself: its set of codes is small and has no systems.
"""

from typing import Any

from hygie.fhir.validate import phrases
from hygie.fhir.validate.report import Place, Report
from hygie.fhir.validate.values import listed, wrong_code

Concepts = frozenset[tuple[str, str]]
"""(system, code)."""


def check_coding(value: Any, concepts: Concepts, place: Place, report: Report) -> None:
    """A Coding's system and code are in the set; without a code there is nothing to look up."""
    if type(value) is dict and "code" in value and not _in_set(value, concepts):
        wrong_code(value["code"], concepts, (place, "code", -1), report)


def check_concept(value: Any, concepts: Concepts, place: Place, report: Report) -> None:
    """One of the codings is in the set; text alone is not enough for a required binding."""
    codings = value.get("coding", ()) if type(value) is dict else None
    if type(codings) not in (list, tuple) or any(_in_set(c, concepts) for c in codings or ()):
        return
    codes = listed(concepts)
    report.add("code-invalid", "value.binding", phrases.NO_CODING_IN_VALUE_SET, place, codes=codes)


def _in_set(coding: Any, concepts: Concepts) -> bool:
    if type(coding) is not dict:
        return False
    system, code = coding.get("system"), coding.get("code")
    return type(system) is str and type(code) is str and (system, code) in concepts
