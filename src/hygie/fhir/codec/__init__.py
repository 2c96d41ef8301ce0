"""JSON in and out, exact and strict; JSON Patch."""

from hygie.fhir.codec.patch import apply_json_patch
from hygie.fhir.codec.reading import Resource, decode, decode_any
from hygie.fhir.codec.writing import encode

__all__ = ["Resource", "apply_json_patch", "decode", "decode_any", "encode"]
