"""Guards against a search parameter of the standard that finds nothing, or too much."""

from itertools import islice

import pytest
from tests.fhir.search.examples import examples
from tests.fhir.search.questions import Question, questions
from tests.fhir.search.shared import criterion, refusal

from hygie.fhir.definitions import SearchParameter, r4
from hygie.fhir.search import matches, supported_parameters
from hygie.fhir.search.entry import Entry
from hygie.fhir.search.plans import STORE_OWNED, WORDS

ASKED = [
    (kind, parameter)
    for kind in r4().resource_types
    for parameter in supported_parameters(r4(), kind)
    if parameter.code not in STORE_OWNED | WORDS
]
SHARES = 8
UNANSWERED = {
    "DocumentReference.relationship": "its components are crossed",
    "Location.near": "places need an index of their own",
    "Patient.part-agree": "its expression speaks of DocumentReference",
}
"""All that R4 defines and Hygie does not answer, but for `_query` and `_filter`."""


def asked(kind: str, parameter: SearchParameter, entry: Entry, question: Question) -> bool:
    """Whether the entry meets a question. No refusal is expected."""
    return matches(criterion(kind, *question.asked(parameter.code)), [entry])


@pytest.mark.parametrize("share", range(SHARES))
def test_every_parameter_of_every_type_is_answered_in_every_form(share: int) -> None:
    """Danger: a parameter is listed, and a record that has its value is not found by it."""
    for kind, parameter in ASKED[share::SHARES]:
        found = list(islice(examples(kind, parameter), 4))
        assert found, f"{kind}.{parameter.code} yields nothing"
        for entry in {repr(e): e for _, entries in found for e in entries}.values():
            for question in questions(entry):
                answer = asked(kind, parameter, entry, question)
                assert answer is question.found, (kind, parameter.code, question, entry)


def test_what_is_not_answered_is_refused_by_name() -> None:
    """Danger: a parameter of the standard is ignored, and the search finds everything."""
    for kind in r4().resource_types:
        listed = {parameter.code for parameter in supported_parameters(r4(), kind)}
        for code in r4().parameters(kind):
            if code not in listed:
                known = code in ("_query", "_filter") or f"{kind}.{code}" in UNANSWERED
                assert known, f"{kind}.{code}"
                issue = refusal(kind, (code, "1"))
                assert issue is not None
                assert (issue.code, issue.details["parameter"]) == ("not-supported", code)
