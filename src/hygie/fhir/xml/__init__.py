"""FHIR XML -> the JSON that the codec makes, with the problems found on the way."""

from hygie.fhir.xml.reading import read_xml

__all__ = ["read_xml"]
