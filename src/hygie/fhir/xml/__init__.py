"""FHIR XML -> the JSON that the codec makes, with the problems found on the way; and back."""

from hygie.fhir.xml.reading import read_xml
from hygie.fhir.xml.writing import write_xml

__all__ = ["read_xml", "write_xml"]
