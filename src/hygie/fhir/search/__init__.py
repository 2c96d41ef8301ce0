"""Search: resource -> index entries; query string -> `Query`; the slow exact matcher."""

from hygie.fhir.search.extract import Extractor
from hygie.fhir.search.match import matches
from hygie.fhir.search.normalize import normalize
from hygie.fhir.search.parse import HANDLED_ELSEWHERE, ParsedQuery, parse_query
from hygie.fhir.search.supported import supported_parameters

__all__ = [
    "HANDLED_ELSEWHERE", "Extractor", "ParsedQuery", "matches", "normalize", "parse_query",
    "supported_parameters",
]  # fmt: skip
