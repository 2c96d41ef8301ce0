"""SNOMED CT in release format 2: what its files are, and what they say of concepts."""

from hygie.nomenclature.loading.snomed.reading import read

__all__ = ["read"]
