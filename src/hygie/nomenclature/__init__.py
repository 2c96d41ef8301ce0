"""Nomenclatures that the establishment loaded, and the terminology service made of all it has."""
