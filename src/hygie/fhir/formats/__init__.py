"""Bytes of whatever format -> resources, each with what is wrong in its text."""

from hygie.fhir.formats.reading import Read, read_resources

__all__ = ["Read", "read_resources"]
