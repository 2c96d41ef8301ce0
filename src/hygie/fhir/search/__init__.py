"""Search: resource -> index entries; query string -> `Query`; the slow exact matcher."""

from hygie.fhir.search.coded import Expander, expanded, is_coded
from hygie.fhir.search.derivation import kept_target, sources
from hygie.fhir.search.extract import Extractor, Filed, Words
from hygie.fhir.search.extraction import has_bare_codes
from hygie.fhir.search.match import matches
from hygie.fhir.search.normalize import normalize
from hygie.fhir.search.parse import HANDLED_ELSEWHERE, ParsedQuery, parse_query
from hygie.fhir.search.shape import shape_bit
from hygie.fhir.search.supported import supported_parameters
from hygie.fhir.search.targets import is_canonical, possible_targets
from hygie.fhir.search.type_filters import type_filters
from hygie.fhir.search.words import words

__all__ = [
    "HANDLED_ELSEWHERE", "Expander", "Extractor", "Filed", "ParsedQuery", "Words", "expanded",
    "has_bare_codes", "is_canonical", "is_coded", "kept_target", "matches", "normalize",
    "parse_query", "possible_targets", "shape_bit", "sources", "supported_parameters",
    "type_filters", "words",
]  # fmt: skip
