"""Whether one code is a kind of another (CodeSystem/$subsumes, R4 §4.8.16)."""

from hygie.fhir.terminology import phrases
from hygie.fhir.terminology.asking import Asked
from hygie.fhir.terminology.catalogue import Catalogue
from hygie.fhir.terminology.reading import Json
from hygie.fhir.terminology.refusals import refuse_as
from hygie.fhir.terminology.resolving import Resolver
from hygie.fhir.terminology.subject import asked_code, concept_of
from hygie.refusal import Category


def subsumes(catalogue: Catalogue, asked: Asked) -> Json:
    """Parameters with the outcome: `equivalent`, `subsumes`, `subsumed-by` or `not-subsumed`.

    Refused: codes of two systems, or one that is not known.
    """
    resolver = Resolver(catalogue, asked)
    left, right = (asked_code(asked, f"code{x}", f"coding{x}") for x in "AB")
    if left.system != right.system:
        raise refuse_as(
            "",
            phrases.TWO_SYSTEMS,
            code="not-supported",
            category=Category.INVALID,
            left=left.system,
            right=right.system,
        )
    system, upper = concept_of(resolver, left)
    _, lower = concept_of(resolver, right._replace(version=left.version))
    resolver.check_supplements()
    if upper.code == lower.code:
        outcome = "equivalent"
    elif upper.code in system.above(lower.code):
        outcome = "subsumes"
    else:
        outcome = "subsumed-by" if lower.code in system.above(upper.code) else "not-subsumed"
    return {
        "resourceType": "Parameters",
        "parameter": [{"name": "outcome", "valueCode": outcome}],
    }
