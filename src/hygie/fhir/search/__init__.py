"""Search: resource -> index entries; query string -> `Query`; the slow exact matcher."""

from hygie.fhir.search.extract import Extractor
from hygie.fhir.search.normalize import normalize

__all__ = ["Extractor", "normalize"]
